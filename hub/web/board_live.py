"""The board's functions that are live, or about to be: who looks after each, how many have come, what is open (R65)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.domain.meetings import Meeting
from hub.domain.roster import NO_STAFFING, technicians_of
from hub.domain.staff import LONGEST_DUTY
from hub.domain.tasks import UNDONE
from hub.ports import Transaction
from hub.web.open_tasks import read_open
from hub.web.page import house_zone, now
from hub.web.parts import shelf
from hub.web.today import MeetingLine, Stage, read_today, stage

SHOWN = frozenset({Stage.LATER, Stage.DOORS_OPEN, Stage.RUNNING})


@dataclass(frozen=True, slots=True)
class LiveLine:
    """One meeting of today that is not over: where it stands, its technicians, minutes-taker and open tasks."""

    line: MeetingLine
    stage: Stage
    tasks: int
    technicians: Sequence[str]
    minutes_taker: str


def live() -> Sequence[LiveLine]:
    """Return today's meetings that are on or to come, the live ones first."""
    zone, moment = house_zone(), now()
    today = shelf().recent.get(("today", moment.astimezone(zone).date(), 0), lambda tx: read_today(tx, moment, zone))
    open_tasks = Counter(task.meeting for task in shelf().recent.get("tasks", read_open).tasks if task.state in UNDONE)
    people = shelf().recent.get("live people", _read_people)
    lines = [
        LiveLine(line, at, open_tasks[line.meeting.id], *people.get(line.meeting.id, ((), "")))
        for line in today.lines
        if (at := stage(line.meeting, moment)) in SHOWN
    ]
    return sorted(lines, key=lambda one: (one.stage is Stage.LATER, one.line.meeting.starts_at))


def _read_people(tx: Transaction) -> Mapping[str, tuple[Sequence[str], str]]:
    moment = now()
    meetings: Sequence[Meeting] = tx.meetings.between(moment, moment + LONGEST_DUTY)
    staffing = tx.roster.staffing([one.id for one in meetings])
    people = {one.key: one for one in tx.staff.all() if one.active}
    shifts = tx.staff.shifts(moment - LONGEST_DUTY, moment + LONGEST_DUTY)
    present = {duty.person for duty in tx.duties.all()}
    found = {}
    for one in meetings:
        told, at = staffing.get(one.id, NO_STAFFING), max(moment, one.doors_at)
        taker = people.get(told.minutes_taker)
        technicians = [who.name for who in technicians_of(one, told, shifts, people, at, present)]
        found[one.id] = (technicians, taker.name if taker else "")
    return found
