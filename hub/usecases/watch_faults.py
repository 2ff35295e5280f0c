"""A fault that nobody needed mended yet becomes an incident as soon as a meeting in its room begins (R118).

Each open fault of a room has one timer: the start of the meeting that has the room next. It is set with the fault, and
anew whenever an agenda moves, a meeting is put in, or one is over and the fault still stands.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import UNDONE, Task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.call_staff import FAULT_IN_MEETING

AHEAD = timedelta(days=31)
"""Meetings are looked for so far ahead; one that is put in later, or comes nearer, is found when its agenda is set."""


def room_of(tx: Transaction, task: Task) -> str:
    """Return the room whose fault a task is: what it names, else its meeting's; empty for one that is in no room."""
    room = task.facts.get("room", "")
    if room or not task.meeting:
        return room
    meeting = tx.meetings.get([task.meeting]).get(task.meeting)
    return meeting.room if meeting else ""


def wait_for_next(tx: Transaction, task: Task, room: str, now: datetime) -> None:
    """Let a fault be looked at when the next meeting in its room begins."""
    starts = [
        one.starts_at
        for one in tx.meetings.between(now, now + AHEAD)
        if one.room == room and not one.cancelled and one.starts_at > now
    ]
    if starts:
        tx.timers.put([Timer(rule=FAULT_IN_MEETING, subject=task.id, due_at=min(starts))])


def watch_faults(tx: Transaction, meetings: Iterable[Meeting], now: datetime) -> None:
    """Look at the open faults of these meetings' rooms: now where a meeting runs, else at the next start."""
    rooms = {one.room for one in meetings if one.ends_at > now}
    if not rooms:
        return
    faults = (one for one in tx.tasks.open() if one.kind is TaskKind.DEVICE_FAULT and one.state in UNDONE)
    due = [one.id for one in faults if room_of(tx, one) in rooms]
    tx.timers.put(Timer(rule=FAULT_IN_MEETING, subject=one, due_at=now) for one in due)
