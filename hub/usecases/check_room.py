"""A meeting's room is checked half an hour before it starts, and again whenever somebody asks (R38, R85; T15).

What fails is one task for the technician, due when the meeting starts. It closes by itself when a later check passes.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from devices.contract.topics import HUB
from hub.domain.errors import NotFound
from hub.domain.meetings import Meeting, Room
from hub.domain.room_checks import BEFORE, RoomCheck, check_at, flawed_first, look_over
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import LEAST
from hub.domain.tasks import Step, finish, key_of, raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.keep_task import keep
from hub.usecases.rehearsal_list import doubts
from hub.usecases.room_inside import inside_of

CHECK = "check_room"
"""The timer of a meeting's check, by the meeting."""

NAMED = 3
"""How many of what fails the task names; the rest is counted."""


def set_checks(tx: Transaction, meetings: Iterable[Meeting], now: datetime, before: timedelta = BEFORE) -> None:
    """Set the timers of these meetings that are still to come; repeating it changes nothing."""
    meetings = list(meetings)
    checked = tx.room_checks.latest([one.id for one in meetings])
    coming = [one for one in meetings if not one.cancelled and one.starts_at > now]
    due = {one.id: check_at(one, before) for one in coming}
    tx.timers.remove(CHECK, [one.id for one in meetings if one.id not in due])
    tx.timers.put(
        Timer(rule=CHECK, subject=meeting, due_at=at)
        for meeting, at in due.items()
        if at > now or meeting not in checked
    )


def fire_check(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Check the room of a meeting that has not begun; after it has, its people say what is wrong."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting and not meeting.cancelled and meeting.starts_at > who.at:
        check_room(tx, meeting, who)


def check_room(tx: Transaction, meeting: Meeting, who: Deciding) -> RoomCheck:
    """Look at everything in a meeting's room now, and call the technician where something fails. Raises NotFound."""
    room = next((one for one in tx.meetings.rooms() if one.key == meeting.room), None)
    if room is None:
        raise NotFound(f"there is no room {meeting.room!r}")
    seen = look_over(inside_of(tx, room.key), who.at)
    known = {line.key for line in seen if line.flaw}
    more = [line for line in doubts(tx, meeting, who.at) if line.key not in known]
    lines = flawed_first([*seen, *more])
    found = RoomCheck(meeting=meeting.id, room=room.key, at=who.at, by=who.actor, lines=lines)
    tx.room_checks.put(found)
    tx.records.audit(who.actor, f"room.{'failed' if found.failed else 'passed'}", f"{room.key} {meeting.id}", who.at)
    tx.feed.touch([("room_check", room.key)])
    if found.failed:
        _call(tx, room, meeting, found, who)
    else:
        _close(tx, meeting, who)
    return found


def _call(tx: Transaction, room: Room, meeting: Meeting, found: RoomCheck, who: Deciding) -> None:
    names = [line.name for line in found.failed]
    more = f" +{len(names) - NAMED}" if len(names) > NAMED else ""
    facts = {
        "room": room.key,
        "room_zh": room.name.zh,
        "room_en": room.name.en,
        "what_zh": "、".join(name.zh for name in names[:NAMED]) + more,
        "what_en": ", ".join(name.en for name in names[:NAMED]) + more,
    }
    task = raise_task(TaskKind.ROOM_CHECK, meeting.id, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
    standing = call(tx, replace(task, due_at=max(meeting.starts_at, who.at + LEAST)))
    if standing.id != task.id:
        tx.tasks.save(replace(standing, facts=standing.facts | facts))


def _close(tx: Transaction, meeting: Meeting, who: Deciding) -> None:
    key = key_of(TaskKind.ROOM_CHECK, meeting.id)
    standing = tx.tasks.about([key]).get(key)
    if standing:
        keep(tx, standing, finish(standing, HUB, who.at), Step.FINISH, HUB, who.at)
