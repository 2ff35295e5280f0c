"""The roster is watched: whose shift began without them, and whose meeting has no technician, is told once (R116).

One look at the whole house, made anew each time: at each change of the roster, when somebody signs in, when a shift or
a meeting begins or ends. What it called for ends by itself with its cause.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from devices.contract.topics import HUB
from hub.domain.meetings import Meeting
from hub.domain.roster import NO_STAFFING, ROSTER, RosterTimes, is_live, next_change, not_here, technicians_of
from hub.domain.staff import LONGEST_DUTY, Shift, Staff
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Step, finish, key_of, raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.keep_task import keep
from hub.usecases.rehearsal_calls import room_facts

LOOK = "roster"
"""The timer of this, for the whole house."""

EVERY = timedelta(minutes=5)
"""At least so often, as meetings move."""

AHEAD = timedelta(days=1)
_HOUSE = "house"


def look_after_roster(tx: Transaction, now: datetime, times: RosterTimes = ROSTER) -> None:
    """Begin, with the house's own numbers."""
    tx.roster.save_minutes_from(times.minutes_from)
    look_soon(tx, now)


def look_soon(tx: Transaction, now: datetime) -> None:
    """Have the roster looked at: it, or who is at work, has changed."""
    tx.timers.put([Timer(rule=LOOK, subject="", due_at=now)])


def fire_look(tx: Transaction, timer: Timer, who: Deciding, times: RosterTimes = ROSTER) -> None:
    """Look once, and set the next look; fires a timer."""
    people = {one.key: one for one in tx.staff.all() if one.active}
    shifts = tx.staff.shifts(who.at - LONGEST_DUTY, who.at + AHEAD)
    meetings = tx.meetings.between(who.at, who.at + AHEAD)
    if people:
        _watch_shifts(tx, shifts, people, who, times)
    _watch_technicians(tx, meetings, shifts, people, who)
    soon = next_change(shifts, meetings, who.at, times.grace)
    again = who.at + EVERY
    tx.timers.put([Timer(rule=LOOK, subject=timer.subject, due_at=min(soon, again) if soon else again)])


def _watch_shifts(
    tx: Transaction, shifts: Iterable[Shift], people: Mapping[str, Staff], who: Deciding, times: RosterTimes
) -> None:
    """Tell a lead of those who are not here, in one task that says who they are; who has come is taken off it."""
    present = {duty.person for duty in tx.duties.all()}
    missing = not_here(shifts, people, present, who.at, times.grace)
    key = key_of(TaskKind.SHIFT_EMPTY, _HOUSE)
    standing = tx.tasks.about([key]).get(key)
    if not missing:
        if standing:
            keep(tx, standing, finish(standing, HUB, who.at), Step.FINISH, HUB, who.at)
        return
    facts = _named(tx, missing, people)
    fresh = [one for one in missing if one.told_at is None]
    for one in fresh:
        tx.staff.save_shift(replace(one, told_at=who.at))
    if fresh and standing is None:
        call(tx, raise_task(TaskKind.SHIFT_EMPTY, _HOUSE, task_id=who.ids(), at=who.at, facts=facts))
    elif standing and standing.facts != facts:
        tx.tasks.save(replace(standing, facts=facts))
        tx.feed.touch([("tasks", "")])


def _named(tx: Transaction, missing: Sequence[Shift], people: Mapping[str, Staff]) -> dict[str, str]:
    venue = tx.meetings.venue()
    zone = ZoneInfo(venue.zone if venue else "UTC")
    said = [f"{people[one.staff].name} {one.starts_at.astimezone(zone):%H:%M}" for one in missing]
    return {"what_zh": "、".join(said), "what_en": ", ".join(said)}


def _watch_technicians(
    tx: Transaction, meetings: Iterable[Meeting], shifts: Sequence[Shift], people: Mapping[str, Staff], who: Deciding
) -> None:
    """Call the supervisor for each live meeting without a technician, once; what has one, or is over, is settled."""
    live = {one.id: one for one in meetings if is_live(one, who.at)}
    staffing, present = tx.roster.staffing(list(live)), {duty.person for duty in tx.duties.all()}
    without = {
        key: one
        for key, one in live.items()
        if people and not technicians_of(one, staffing.get(key, NO_STAFFING), shifts, people, who.at, present)
    }
    for task in tx.tasks.open():
        if task.kind is TaskKind.NO_TECHNICIAN and task.meeting not in without:
            keep(tx, task, finish(task, HUB, who.at), Step.FINISH, HUB, who.at)
    for key, meeting in live.items():
        known = staffing.get(key, NO_STAFFING)
        if key not in without and known.told_at:
            tx.roster.save_staffing(key, replace(known, told_at=None))
        if key in without and known.told_at is None:
            facts, kind = room_facts(tx, meeting), TaskKind.NO_TECHNICIAN
            call(tx, raise_task(kind, key, task_id=who.ids(), at=who.at, facts=facts, meeting=key))
            tx.roster.save_staffing(key, replace(known, told_at=who.at))
