"""When a meeting is rehearsed: a task one to two days before its start, and the supervisor when it has not passed.

R77: 會前1-2天進行流程預演.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from devices.contract.topics import HUB
from hub.domain.meetings import Meeting
from hub.domain.rehearsal_window import LEAST_LEAD, WINDOW, Window
from hub.domain.rehearsals import Course, Result
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import key_of, raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.rehearsal_calls import CALLS, end_calls, room_facts
from hub.usecases.rehearsal_list import read_rehearsal, surroundings

REHEARSE, REHEARSE_LATE, REHEARSE_OVER = "rehearse", "rehearse_late", "rehearse_over"
"""The rules of these timers: to begin, to have passed, and the meeting's start. A timer's subject is the meeting."""


def set_rehearsals(tx: Transaction, meetings: Iterable[Meeting], now: datetime, window: Window = WINDOW) -> None:
    """Set the timers of these meetings, and move or end what is open of them. Repeating it changes nothing."""
    meetings = list(meetings)
    courses = tx.rehearsals.courses([one.id for one in meetings])
    for meeting in meetings:
        course = courses.get(meeting.id)
        if meeting.cancelled or meeting.starts_at <= now:
            _end(tx, meeting.id, now)
        elif not (course and _has_passed(tx, meeting, now)):
            _set(tx, meeting, course, now, window)


def fire_rehearse(tx: Transaction, timer: Timer, who: Deciding, window: Window = WINDOW) -> None:
    """Have a meeting rehearsed, and set when that must have passed; fires a timer.

    For one that begins within ``LEAST_LEAD`` nobody is called any more.
    """
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled or meeting.starts_at - who.at < LEAST_LEAD:
        return
    if _has_passed(tx, meeting, who.at):
        return
    course = tx.rehearsals.courses([meeting.id]).get(meeting.id) or Course(meeting=meeting.id)
    due_at = window.due_at(meeting, who.at)
    tx.rehearsals.save(replace(course, opened_at=who.at))
    facts = room_facts(tx, meeting)
    task = raise_task(TaskKind.REHEARSAL, meeting.id, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
    call(tx, replace(task, due_at=due_at))
    tx.timers.put([Timer(rule=REHEARSE_LATE, subject=meeting.id, due_at=due_at)])
    tx.timers.put([Timer(rule=REHEARSE_OVER, subject=meeting.id, due_at=meeting.starts_at)])
    tx.feed.touch([("rehearsal", meeting.id)])


def fire_late(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Tell the supervisor once that a rehearsal has not passed in time; fires a timer."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled or meeting.starts_at <= who.at:
        return
    rehearsal = read_rehearsal(tx, meeting, surroundings(tx, meeting, who.at))
    if rehearsal.passed:
        return
    open_ones = len(rehearsal.lines) - rehearsal.count(Result.PASSED)
    facts = room_facts(tx, meeting) | {"open": str(open_ones), "lines": str(len(rehearsal.lines))}
    task = raise_task(
        TaskKind.REHEARSAL_LATE, meeting.id, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id
    )
    call(tx, task)
    tx.records.audit(who.actor, "rehearsal.late", meeting.key, who.at)


def fire_over(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """End what is open of a rehearsal once the meeting begins: now it is too late; fires a timer."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled or meeting.starts_at <= who.at:
        _end(tx, timer.subject, who.at)
    else:
        tx.timers.put([Timer(rule=REHEARSE_OVER, subject=meeting.id, due_at=meeting.starts_at)])


def _set(tx: Transaction, meeting: Meeting, course: Course | None, now: datetime, window: Window) -> None:
    opens_at, opened_at = window.opens_at(meeting), course.opened_at if course else None
    if opened_at is None:
        tx.timers.put([Timer(rule=REHEARSE, subject=meeting.id, due_at=opens_at)])
        return
    if opens_at > now:  # it was put off
        tx.timers.put([Timer(rule=REHEARSE, subject=meeting.id, due_at=opens_at)])
    due_at = window.due_at(meeting, opened_at)
    waiting = bool(tx.timers.about(REHEARSE_LATE, [meeting.id]))
    if due_at > now or waiting:
        tx.timers.put([Timer(rule=REHEARSE_LATE, subject=meeting.id, due_at=due_at)])
    tx.timers.put([Timer(rule=REHEARSE_OVER, subject=meeting.id, due_at=meeting.starts_at)])
    if due_at > now:
        end_calls(tx, meeting.id, [TaskKind.REHEARSAL_LATE], HUB, now)
    key = key_of(TaskKind.REHEARSAL, meeting.id)
    standing = tx.tasks.about([key]).get(key)
    if standing and standing.due_at != due_at:
        tx.tasks.save(replace(standing, due_at=due_at, facts=standing.facts | room_facts(tx, meeting)))
        tx.feed.touch([("tasks", "")])


def _has_passed(tx: Transaction, meeting: Meeting, now: datetime) -> bool:
    return read_rehearsal(tx, meeting, surroundings(tx, meeting, now)).passed


def _end(tx: Transaction, meeting: str, now: datetime) -> None:
    for rule in (REHEARSE, REHEARSE_LATE, REHEARSE_OVER):
        tx.timers.remove(rule, [meeting])
    end_calls(tx, meeting, CALLS, HUB, now)
