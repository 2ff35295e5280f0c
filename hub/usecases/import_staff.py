"""The people of the house and their roster, as a part of a venue file. Who is not in its list any more has left.

Whom a supervisor has added on the page, and the shifts made there, stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hub.domain.meetings import Meeting
from hub.domain.roster import NO_STAFFING, Staffing
from hub.domain.staff import Shift, Staff
from hub.ports import Transaction
from hub.usecases.acting import Acting
from hub.usecases.sign_in import end_duty
from hub.usecases.venue_plan import MeetingEntry, VenueFile
from hub.usecases.watch_roster import look_soon


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """What an import would write: people who are new, changed or gone, and the roster, where the file gives one."""

    put: tuple[Staff, ...] = ()
    new: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    shifts: tuple[Shift, ...] | None = None


def plan_staff(tx: Transaction, file: VenueFile) -> StaffPlan:
    """Compare what the file says with what is there."""
    if file.staff is None:
        return StaffPlan(shifts=_changed_shifts(tx, file))
    before = {one.key: one for one in tx.staff.all()}
    told = {one.key: one for one in file.staff}
    left = {key: one for key, one in before.items() if key not in told and one.active and not one.by_hand}
    gone = {key: replace(one, active=False) for key, one in left.items()}
    put = tuple(one for key, one in sorted((told | gone).items()) if before.get(key) != one)
    return StaffPlan(put, frozenset(told.keys() - before.keys()), frozenset(gone), _changed_shifts(tx, file))


def write_staff(tx: Transaction, plan: StaffPlan, acting: Acting) -> None:
    """Keep what was planned. Who has left is off at once, and what they had is others'."""
    tx.staff.put(plan.put)
    for one in plan.put:
        if not one.active:
            end_duty(tx, one.name, acting)
    if plan.shifts is not None:
        tx.staff.put_shifts(plan.shifts, min((one.starts_at for one in plan.shifts), default=acting.at))
    if plan.put or plan.shifts is not None:
        tx.feed.touch([("duties", "")])
        look_soon(tx, acting.at)


def changed_staffing(
    tx: Transaction, entries: Sequence[MeetingEntry], meetings: Sequence[Meeting]
) -> Mapping[str, Staffing]:
    """Return who alone does something for meetings, where that is others than before, by meeting (id)."""
    named = {meeting.id: entry.staffing for entry, meeting in zip(entries, meetings, strict=True) if entry.staffing}
    before = tx.roster.staffing(list(named))
    told = {key: replace(one, told_at=before.get(key, NO_STAFFING).told_at) for key, one in named.items()}
    return {key: one for key, one in told.items() if one != before.get(key, NO_STAFFING)}


def _changed_shifts(tx: Transaction, file: VenueFile) -> tuple[Shift, ...] | None:
    if not file.shifts:
        return file.shifts
    first, last = file.shifts[0].starts_at, max(one.ends_at for one in file.shifts)
    there = (one for one in tx.staff.shifts(first, last) if one.starts_at >= first and not one.by_hand)
    known = {replace(one, acknowledged_at=None, told_at=None) for one in there}
    return None if known == set(file.shifts) else file.shifts
