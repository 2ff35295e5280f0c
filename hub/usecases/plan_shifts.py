"""A supervisor plans who works when, and names who does what only one person does for a meeting."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.meetings import Meeting
from hub.domain.roster import MOST_IMPORTANT, NO_STAFFING, Staffing, check_shift, of_meeting
from hub.domain.staff import LONGEST_DUTY, Shift, Staff
from hub.domain.task_kinds import Role
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.watch_roster import look_soon


def plan_shift(tx: Transaction, shift: Shift, who: Deciding, instead_of: datetime | None = None) -> Shift:
    """Add a shift, or change the one of that person which begins at ``instead_of`` (UTC).

    A changed one has to be acknowledged anew. Raises NotFound, or InvalidInput where it cannot be.
    """
    person = _person(tx, shift.staff, "staff")
    if shift.meeting and tx.meetings.by_key(shift.meeting) is None:
        raise InvalidInput("meeting", f"there is no meeting {shift.meeting!r}", "choose one that is listed, or none")
    if shift.role and shift.role not in person.roles:
        raise InvalidInput("role", f"{person.name} is not in this team", "choose one of theirs, or add them to it")
    if shift.ends_at <= who.at:
        raise InvalidInput("until", "is over already", "give a time to come")
    before = _shift(tx, shift.staff, instead_of) if instead_of else None
    around = tx.staff.shifts(shift.starts_at - LONGEST_DUTY, shift.ends_at + LONGEST_DUTY)
    check_shift(shift, (one for one in around if one != before))
    made = replace(shift, by_hand=True, acknowledged_at=None, told_at=None)
    if before:
        tx.staff.drop_shift(before.staff, before.starts_at)
    tx.staff.save_shift(made)
    _changed(tx, filter(None, (before, made)), "shift.change" if before else "shift.add", who)
    return made


def drop_shift(tx: Transaction, staff: str, starts_at: datetime, who: Deciding) -> None:
    """Take a shift out of the roster. Raises NotFound."""
    before = _shift(tx, staff, starts_at)
    tx.staff.drop_shift(staff, starts_at)
    _changed(tx, [before], "shift.remove", who)


def staff_meeting(tx: Transaction, meeting: Meeting, said: Staffing, who: Deciding) -> Staffing:
    """Name a meeting's technician and minutes-taker, and say whether it needs the latter. Raises InvalidInput."""
    if not 0 <= said.importance <= MOST_IMPORTANT:
        raise InvalidInput("importance", "is none", f"give 1 to {MOST_IMPORTANT}, or 0 where nobody has said")
    if said.technician and Role.TECHNICIAN not in _person(tx, said.technician, "technician").roles:
        raise InvalidInput("technician", "is not in the technical team", "choose one of its people")
    if said.minutes_taker:
        _person(tx, said.minutes_taker, "minutes_taker")
    tx.meetings.lock([meeting.id])
    before = tx.roster.staffing([meeting.id]).get(meeting.id, NO_STAFFING)
    kept = replace(said, told_at=before.told_at)
    if kept != before:
        tx.roster.save_staffing(meeting.id, kept)
        words = f"{meeting.key} technician={kept.technician} minutes_taker={kept.minutes_taker}"
        words += f" importance={kept.importance} minutes={kept.minutes}"
        tx.records.audit(who.actor, "meeting.staff", words, who.at)
        tx.feed.touch([("duties", ""), ("rehearsal", meeting.id)])
        look_soon(tx, who.at)
    return kept


def rehearsals_of(tx: Transaction, shifts: Iterable[Shift]) -> list[tuple[str, str]]:
    """Return what the pages of rehearsals hear where these shifts have changed."""
    found = set()
    for shift in shifts:
        near = tx.meetings.between(shift.starts_at, shift.ends_at)
        named = tx.meetings.by_key(shift.meeting) if shift.meeting else None
        found |= {one.id for one in (*near, *filter(None, [named])) if of_meeting([shift], one)}
    return [("rehearsal", key) for key in sorted(found)]


def _changed(tx: Transaction, shifts: Iterable[Shift], action: str, who: Deciding) -> None:
    shifts = list(shifts)
    told = shifts[-1]
    words = f"{told.staff} {told.starts_at.isoformat()} {told.ends_at.isoformat()} {told.meeting} {told.role or ''}"
    tx.records.audit(who.actor, action, words.strip(), who.at)
    tx.feed.touch([("duties", ""), *rehearsals_of(tx, shifts)])
    look_soon(tx, who.at)


def _person(tx: Transaction, key: str, field: str) -> Staff:
    found = next((one for one in tx.staff.all() if one.key == key and one.active), None)
    if found is None:
        raise InvalidInput(field, f"nobody here has the key {key!r}", "choose somebody who is listed")
    return found


def _shift(tx: Transaction, staff: str, starts_at: datetime) -> Shift:
    around = tx.staff.shifts(starts_at - LONGEST_DUTY, starts_at + LONGEST_DUTY)
    found = next((one for one in around if one.staff == staff and one.starts_at == starts_at), None)
    if found is None:
        raise NotFound("this shift is not in the roster any more")
    return found
