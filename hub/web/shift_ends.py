"""The end of a shift at a person's own page: what they have in hand, and who could take it over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.roster import ending, on_at
from hub.domain.staff import LONGEST_DUTY, Duty, Shift, Staff
from hub.domain.tasks import OWNED
from hub.web import shift
from hub.web.open_tasks import read_open
from hub.web.page import now
from hub.web.parts import shelf

PACE_MS = 30_000
"""How long the roster is remembered: this part of the page is drawn at every alert."""


@dataclass(frozen=True, slots=True)
class Ends:
    """A shift that ends ``at`` (UTC), how many tasks its person has, and who could take them, the best first."""

    at: datetime
    tasks: int
    to: Sequence[str]


def shift_ends(duties: Sequence[Duty]) -> Ends | None:
    """Return what the person at this browser should hand over now; None where there is nothing."""
    me, moment, times = shift.me(), now(), shelf().parts.roster
    if me is None:
        return None
    since, until = moment - LONGEST_DUTY, moment + LONGEST_DUTY
    shifts = shelf().recent.keep("shifts near", lambda tx: tx.staff.shifts(since, until), PACE_MS)
    over = ending(shifts, me.key, moment, times)
    if over is None:
        return None
    found = shelf().recent.get("tasks", read_open)
    mine = sum(task.accepted_by == me.name for task in found.tasks if task.state in OWNED)
    people = {one.name: one for one in shift.people()}
    there = [duty.person for duty in duties if duty.person != me.name and not duty.away(moment)]
    return Ends(over.ends_at, mine, _in_order(there, people, me, on_at(shifts, moment))) if mine else None


def _in_order(there: Sequence[str], people: Mapping[str, Staff], me: Staff, on: Sequence[Shift]) -> Sequence[str]:
    """Put those first who are on shift in one of the same teams, then who is in one, then the others."""
    working = {one.staff for one in on}

    def worth(name: str) -> tuple[bool, bool, str]:
        staff = people.get(name)
        return (not (staff and staff.roles & me.roles), not (staff and staff.key in working), name)

    return sorted(there, key=worth)
