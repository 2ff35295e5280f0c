"""A guest asks what is known of them, or that it be removed (GDPR Art. 15, 17, 20; PIPL Art. 45, 47; decision 65)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.domain.errors import NotFound
from hub.domain.guests import InvitationStatus, Invited, pseudonym
from hub.domain.meetings import Meeting
from hub.domain.task_pace import cancel
from hub.domain.tasks import Step, TaskState
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.keep_guests import forget_named
from hub.usecases.keep_task import keep
from hub.usecases.withdraw import withdraw_invitation

Known = Mapping[str, Sequence[Mapping[str, Any]]]
"""All rows about a guest, by table."""


@dataclass(frozen=True, slots=True)
class Match:
    """A guest whom somebody looks for, and the keys of their meetings."""

    invited: Invited
    meetings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What the house keeps about a guest, before it is given out or removed.

    ``counts``: rows by table. ``coming``: meetings that are not over, to which the guest will not be invited any more.
    ``inside``: they came to one of those and nobody noted that they left. ``gone``: they were removed already.
    """

    invited: Invited
    counts: Mapping[str, int]
    coming: Sequence[Meeting]
    inside: bool
    gone: bool


def held_of(tx: Transaction, invitation: str, now: datetime) -> Held:
    """Return what is kept about the guest of an invitation. Raises NotFound."""
    invited = tx.guests.by_invitation([invitation]).get(invitation)
    if invited is None:
        raise NotFound("there is no such invitation")
    guest = invited.guest
    known = _known(tx, guest.id)
    meetings = tx.meetings.get({row["meeting"] for row in known["invitations"]})
    coming = [one for one in meetings.values() if one.ends_at > now and not one.cancelled]
    left = {row["person"] for row in known.get("departures", ())}
    here = {row["invitation"] for row in known.get("admissions", ()) if meetings[row["meeting"]] in coming}
    return Held(
        invited=invited,
        counts={table: len(rows) for table, rows in known.items()},
        coming=sorted(coming, key=lambda one: (one.starts_at, one.key)),
        inside=bool(here - left),
        gone=guest.name == pseudonym(guest.id),
    )


def find_guests(tx: Transaction, words: str) -> Sequence[Match]:
    """Return the guests in whose name, company, telephone or mail the words stand, in any case, by name."""
    wanted = words.casefold()
    found: dict[str, Match] = {}
    for meeting in tx.meetings.all():
        for one in tx.guests.of_meeting(meeting.id):
            said = (one.guest.name, one.guest.company, one.guest.phone, one.guest.email)
            if any(wanted in text.casefold() for text in said):
                before = found[one.guest.id].meetings if one.guest.id in found else ()
                found[one.guest.id] = Match(one, (*before, meeting.key))
    return sorted(found.values(), key=lambda match: (match.invited.guest.name, match.invited.guest.id))


def export_guest(tx: Transaction, guest: str, who: Deciding) -> Known:
    """Return all that is known of a guest. Raises NotFound."""
    known = _known(tx, guest)
    tx.records.audit(who.actor, "privacy.export", guest, who.at)
    return known


def erase_guest(tx: Transaction, guest: str, who: Deciding) -> Mapping[str, int]:
    """Remove all that is known of a guest at once; returns how many rows of which table. Raises NotFound.

    That somebody came stays, by ids alone: it is proof of delivery. Invitations to meetings that are not over are
    withdrawn, tasks about the guest are given up, and kiosks hear of it with their next roster page.
    """
    known = _known(tx, guest)
    mine = tx.guests.by_invitation([row["id"] for row in known["invitations"]])
    meetings = tx.meetings.get({one.invitation.meeting for one in mine.values()})
    for key, one in mine.items():
        if one.invitation.status is InvitationStatus.VALID and meetings[one.invitation.meeting].ends_at > who.at:
            withdraw_invitation(tx, key, who.at, who)
    for row in known.get("tasks", ()):
        task = tx.tasks.get(row["id"])
        if task is not None and task.state is not TaskState.CLOSED:
            keep(tx, task, cancel(task, who.at), Step.CANCEL, who.actor, who.at)
    forget_named(tx, mine.values())
    gone = tx.personal_data.erase(guest)
    tx.feed.touch([entry for one in mine.values() for entry in one.invitation.entries()])
    tx.records.audit(who.actor, "privacy.erase", guest, who.at)
    return gone


def _known(tx: Transaction, guest: str) -> Known:
    known = tx.personal_data.export(guest)
    if "guests" not in known:
        raise NotFound(f"there is no guest {guest}: python -m hub privacy find tells the ids")
    return known
