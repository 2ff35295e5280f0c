"""The roster: who is to be at work when, for which meeting, as what, and what follows from it (R81, R116, R121).

Times are UTC. A shift without a meeting is for the whole house, one without a role for all that its person does. Pure.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from hub.domain.errors import InvalidInput
from hub.domain.meetings import Meeting
from hub.domain.playbooks import Playbook
from hub.domain.staff import LONGEST_DUTY, Shift, Staff
from hub.domain.task_kinds import Role

MOST_IMPORTANT = 5
"""Meetings are of importance 1 to 5; 0 where nobody has said."""

MINUTES_FROM = 4
"""From this importance on a meeting needs somebody who takes its minutes (R121), unless the house says otherwise."""

SHORTEST_SHIFT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTimes:
    """The house's numbers; all are settings.

    ``grace``: so long after a shift's beginning its person may sign in before a lead is told. ``hand_over``: so long
    before its end they are proposed to hand over what they have. ``minutes_from``: the least importance of meetings
    that need a minutes-taker.
    """

    grace: timedelta = timedelta(minutes=5)
    hand_over: timedelta = timedelta(minutes=15)
    minutes_from: int = MINUTES_FROM


ROSTER = RosterTimes()


class Fit(IntEnum):
    """How well a person's shift fits a task, the best first: whom to ask begins with these."""

    ITS_MEETING = 0
    ON_SHIFT = 1
    HERE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Who does what only one person does for a meeting. People are named by key, empty where nobody is.

    ``importance`` is 1 to 5, 0 where nobody has said; ``minutes``: minutes were ordered (R121). ``technician`` looks
    after its equipment (R116), ``minutes_taker`` writes its minutes. ``told_at`` is when a supervisor was told that
    nobody does the former.
    """

    importance: int = 0
    minutes: bool = False
    minutes_taker: str = ""
    technician: str = ""
    told_at: datetime | None = None


NO_STAFFING = Staffing()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowsPlaybooks:
    """Somebody has read the playbooks (R81): which edition of them, and when (UTC)."""

    edition: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """How many of a meeting's people know their part, and the names of those who do not yet (R81)."""

    people: int
    missing: tuple[str, ...]

    @property
    def known(self) -> int:
        """Return how many do."""
        return self.people - len(self.missing)


NOBODY_ROSTERED = Acknowledged(people=0, missing=())


def on_at(shifts: Iterable[Shift], now: datetime) -> list[Shift]:
    """Return the shifts that are on."""
    return [one for one in shifts if one.starts_at <= now < one.ends_at]


def fit(meetings: Collection[str], meeting: str) -> Fit:
    """Say how well somebody fits a task. ``meetings`` are those of their shifts that are on, "" for the whole house.

    ``meeting`` is the key of the task's, empty where it has none. A shift for another meeting is none for this one.
    """
    if meeting and meeting in meetings:
        return Fit.ITS_MEETING
    return Fit.ON_SHIFT if "" in meetings or (meetings and not meeting) else Fit.HERE


def role_on(shift: Shift, staff: Staff) -> frozenset[Role]:
    """Return the teams that a person works in during a shift."""
    return frozenset({shift.role}) if shift.role else staff.roles


def not_here(
    shifts: Iterable[Shift], people: Mapping[str, Staff], present: Collection[str], now: datetime, grace: timedelta
) -> list[Shift]:
    """Return the shifts that are on since ``grace`` and whose people are not at work. ``present`` are names."""
    late = (one for one in on_at(shifts, now) if one.starts_at + grace <= now)
    return [one for one in late if (who := people.get(one.staff)) and who.active and who.name not in present]


def technicians_of(
    meeting: Meeting,
    staffing: Staffing,
    shifts: Iterable[Shift],
    people: Mapping[str, Staff],
    now: datetime,
    present: Collection[str] = (),
) -> list[Staff]:
    """Return who looks after a meeting's equipment now (R116): who is named for it, else whose shift says so.

    While no shift is on at all, as in a house that keeps none, those who are at work do (``present``, names).
    """
    named = people.get(staffing.technician)
    if named and named.active:
        return [named]
    on = on_at(shifts, now)
    if not on:
        here = (one for one in people.values() if one.active and one.name in present)
        return sorted((one for one in here if Role.TECHNICIAN in one.roles), key=lambda one: one.name)
    ours = [one for one in on if one.meeting in {"", meeting.key}]
    found = {
        one.staff: people[one.staff]
        for one in sorted(ours, key=lambda shift: (shift.meeting == "", shift.starts_at, shift.staff))
        if one.staff in people and people[one.staff].active and Role.TECHNICIAN in role_on(one, people[one.staff])
    }
    return list(found.values())


def is_live(meeting: Meeting, now: datetime) -> bool:
    """Say whether a meeting's doors are open and it is not over."""
    return not meeting.cancelled and meeting.doors_at <= now < meeting.ends_at


def of_meeting(shifts: Iterable[Shift], meeting: Meeting) -> list[Shift]:
    """Return the shifts that are for a meeting: those that name it, and the house's while its doors are open."""
    return [
        one
        for one in shifts
        if one.meeting == meeting.key
        or (not one.meeting and one.starts_at < meeting.ends_at and one.ends_at > meeting.doors_at)
    ]


def acknowledged(
    shifts: Iterable[Shift], people: Mapping[str, Staff], read: Mapping[str, KnowsPlaybooks], now_in_force: str
) -> Acknowledged:
    """Count who knows their part (R81): each shift's person said so and, in the emergency team, knows the playbooks.

    ``read`` is by key; ``now_in_force`` is the edition of the playbooks, and who knows an earlier one does not know it.
    """
    known: dict[str, bool] = {}
    for one in shifts:
        who = people.get(one.staff)
        if who and who.active:
            known[who.name] = known.get(who.name, True) and knows(one, who, read.get(one.staff), now_in_force)
    return Acknowledged(people=len(known), missing=tuple(sorted(name for name, does in known.items() if not does)))


def knows(shift: Shift, staff: Staff, read: KnowsPlaybooks | None, now_in_force: str) -> bool:
    """Say whether a person knows their part of a shift."""
    if shift.acknowledged_at is None:
        return False
    return not reads_playbooks(shift, staff) or (read is not None and read.edition == now_in_force)


def reads_playbooks(shift: Shift, staff: Staff) -> bool:
    """Say whether a person's part of a shift needs the playbooks: they are in the emergency team."""
    return Role.EMERGENCY in role_on(shift, staff)


def edition_of(playbooks: Iterable[Playbook]) -> str:
    """Return by what an edition of the playbooks is known: eight characters that follow from every word of them."""
    words = [
        (
            book.kind.value,
            *((one.words.zh, one.words.en, one.owner.value, one.phone, str(one.within)) for one in book.steps),
        )
        for book in sorted(playbooks, key=lambda one: one.kind)
    ]
    return hashlib.sha256(repr(words).encode()).hexdigest()[:8]


def needs_minutes(staffing: Staffing, least: int) -> bool:
    """Say whether somebody has to take a meeting's minutes (R121: 根據會議重要程度和需求)."""
    return staffing.minutes or staffing.importance >= least > 0


def check_shift(shift: Shift, others: Iterable[Shift]) -> None:
    """Raise InvalidInput where a shift cannot be: its length, or another one of the same person at the same time."""
    if shift.ends_at - shift.starts_at < SHORTEST_SHIFT:
        raise InvalidInput("until", "is not after the beginning", "let a shift last a quarter of an hour at least")
    if shift.ends_at - shift.starts_at > LONGEST_DUTY:
        raise InvalidInput("until", "makes a shift longer than 16 hours", "divide it")
    for one in others:
        if one.staff == shift.staff and one.starts_at < shift.ends_at and shift.starts_at < one.ends_at:
            raise InvalidInput("from", "this person has another shift at that time", "change or remove that one first")


def next_change(
    shifts: Iterable[Shift], meetings: Iterable[Meeting], now: datetime, grace: timedelta
) -> datetime | None:
    """Return when the roster next asks for a look: a shift begins or ends, or doors open or a meeting ends."""
    moments = [at for one in shifts for at in (one.starts_at, one.starts_at + grace, one.ends_at)]
    moments += [at for one in meetings if not one.cancelled for at in (one.doors_at, one.ends_at)]
    return min((at for at in moments if at > now), default=None)


def ending(shifts: Sequence[Shift], staff: str, now: datetime, times: RosterTimes) -> Shift | None:
    """Return a person's shift that ends soon or ended lately, with none that follows on at once; None where none does.

    ``shifts`` may be everybody's. Then it is time to hand over what they have.
    """
    mine = [one for one in shifts if one.staff == staff]
    if any(one.starts_at <= now + times.hand_over < one.ends_at for one in mine):
        return None
    ended = [one for one in mine if one.starts_at <= now and now - LONGEST_DUTY < one.ends_at <= now + times.hand_over]
    return max(ended, key=lambda one: one.ends_at, default=None)
