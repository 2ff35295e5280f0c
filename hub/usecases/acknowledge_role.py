"""People say that they know their part: their shifts and, in the emergency team, the playbooks (R81)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hub.domain.errors import NotFound, Refused
from hub.domain.playbooks import IncidentKind, Playbook
from hub.domain.roster import KnowsPlaybooks, edition_of, reads_playbooks
from hub.domain.staff import Shift, Staff
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.plan_shifts import rehearsals_of

AHEAD = timedelta(days=14)
"""Shifts that are so near are shown to their people."""


def playbooks_in_force(tx: Transaction) -> Sequence[Playbook]:
    """Return what is done about each kind of incident here: the house's own before those of the program."""
    return [book for kind in IncidentKind if (book := tx.incidents.playbook(kind)) is not None and book.steps]


def shifts_of(tx: Transaction, staff: Staff, now: datetime) -> list[Shift]:
    """Return a person's shifts that are on or near."""
    return [one for one in tx.staff.shifts(now, now + AHEAD) if one.staff == staff.key]


def acknowledge(tx: Transaction, staff: Staff, starts: Collection[datetime], edition: str, who: Deciding) -> int:
    """Note that a person knows their part of these shifts (by their beginnings, UTC), as they have read it.

    ``edition`` is that of the playbooks they were shown, empty where they were shown none. Returns how many shifts.
    Raises NotFound where none of them is in the roster, and Refused where the playbooks were changed meanwhile.
    """
    mine = [one for one in shifts_of(tx, staff, who.at) if one.starts_at in starts]
    if not mine:
        raise NotFound("these shifts are not in the roster any more")
    if any(reads_playbooks(one, staff) for one in mine):
        if edition != edition_of(playbooks_in_force(tx)):
            raise Refused("the playbooks have changed: read them as they are now")
        tx.roster.know_playbooks(staff.key, KnowsPlaybooks(edition=edition, at=who.at))
        tx.records.audit(who.actor, "staff.know_playbooks", f"{staff.key} {edition}", who.at)
    for one in mine:
        tx.staff.save_shift(replace(one, acknowledged_at=one.acknowledged_at or who.at))
        tx.records.audit(who.actor, "shift.acknowledge", f"{staff.key} {one.starts_at.isoformat()}", who.at)
    tx.feed.touch([("duties", ""), *rehearsals_of(tx, mine)])
    return len(mine)
