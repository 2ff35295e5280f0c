"""Tea stands in a room before its meeting starts, and is refilled by the clock where no pot is weighed (R106, R108).

在會議開始前[X]分鐘,為客戶提供茶水服務. Each is the room's one open tea task, the same that its panel, its button and
its pots raise.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hub.domain.field_devices import Quantity, Standing
from hub.domain.meetings import Meeting, Room
from hub.domain.room_use import quiet_until
from hub.domain.room_wishes import RoomWish, wish_task
from hub.domain.task_life import LEAST
from hub.domain.tea_rounds import RECENT, Due, brought_forward
from hub.domain.timers import Timer
from hub.domain.watch_settings import Tea
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call

BEFORE, ROUND = "tea_before", "tea_round"
"""The rules of these timers; a timer's subject is the meeting."""


def set_tea(tx: Transaction, meetings: Iterable[Meeting], now: datetime) -> None:
    """Set the timers of these meetings, or take them back. Repeating it changes nothing.

    A meeting that is put off has its tea later; one that has begun is refilled from now on.
    """
    settings = tx.watch_settings.all()
    meetings = list(meetings)
    brought = {timer.subject for timer in tx.timers.about(ROUND, [one.id for one in meetings])}
    for meeting in meetings:
        tea = settings.of_room(meeting.room).tea
        first = meeting.starts_at - tea.lead
        if meeting.cancelled or not tea.served:
            tx.timers.remove(BEFORE, [meeting.id])
            tx.timers.remove(ROUND, [meeting.id])
        elif first > now:
            tx.timers.remove(ROUND, [meeting.id])
            tx.timers.put([Timer(rule=BEFORE, subject=meeting.id, due_at=first)])
        elif meeting.starts_at > now and meeting.id not in brought:
            tx.timers.put([Timer(rule=BEFORE, subject=meeting.id, due_at=first)])
        elif meeting.starts_at <= now < meeting.ends_at and meeting.id not in brought:
            tx.timers.put([Timer(rule=ROUND, subject=meeting.id, due_at=now + tea.every)])


def bring_first(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Have tea brought before the start, and set the first refill; fires a timer."""
    meeting, room, tea = _known(tx, timer.subject)
    if meeting is None or room is None or not tea.served or meeting.cancelled or meeting.ends_at <= who.at:
        return
    tx.timers.put([Timer(rule=ROUND, subject=meeting.id, due_at=max(meeting.starts_at, who.at) + tea.every)])
    if who.at < meeting.starts_at:
        _bring(tx, meeting, room, {"before": "yes"}, max(meeting.starts_at, who.at + LEAST), who)


def bring_more(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Have tea refilled, and set the next time; held while nobody may walk through the room (R109). Fires a timer."""
    meeting, room, tea = _known(tx, timer.subject)
    if meeting is None or room is None or not tea.served or meeting.cancelled or meeting.ends_at <= who.at:
        return
    held = quiet_until(meeting.agenda, who.at)
    tx.timers.put([Timer(rule=ROUND, subject=meeting.id, due_at=held or who.at + tea.every)])
    guests = 0 if held or _weighed(tx, room.key) else tx.attendance.counts([meeting.id])[meeting.id].guests.arrived
    if guests and not _brought(tx, meeting, room, who.at - tea.every / RECENT, who):
        _bring(tx, meeting, room, {"pots": str(-(-guests // tea.guests))}, None, who)
        bring_along(tx, room, who.at)


def bring_along(tx: Transaction, room: Room, now: datetime) -> None:
    """Let the refills that are due soon on a room's floor go with the one that it gets now, as one round."""
    timers = tx.timers.of_rule(ROUND)
    meetings, settings = tx.meetings.get([timer.subject for timer in timers]), tx.watch_settings.all()
    rooms = {one.key: one for one in tx.meetings.rooms()}
    known = [(timer, meetings[timer.subject]) for timer in timers if timer.subject in meetings]
    due = [
        Due(timer, one, rooms[one.room], settings.of_room(one.room).tea) for timer, one in known if one.room in rooms
    ]
    tx.timers.put(brought_forward(due, room, now))


def _known(tx: Transaction, key: str) -> tuple[Meeting | None, Room | None, Tea]:
    meeting = tx.meetings.get([key]).get(key)
    room = next((one for one in tx.meetings.rooms() if meeting and one.key == meeting.room), None)
    return meeting, room, tx.watch_settings.all().of_room(meeting.room if meeting else None).tea


def _bring(
    tx: Transaction, meeting: Meeting, room: Room, facts: dict[str, str], due_at: datetime | None, who: Deciding
) -> None:
    task = wish_task(room, RoomWish.TEA, None, task_id=who.ids(), at=who.at, meeting=meeting.id, step=0)
    call(tx, replace(task, facts=task.facts | facts, due_at=due_at or task.due_at))


def _weighed(tx: Transaction, room: str) -> bool:
    """Say whether pots of a room are weighed: those say themselves when they run low."""
    here = {one.id for one in tx.field_devices.all() if one.room == room and one.standing is Standing.ADMITTED}
    sensors = tx.watch_settings.all().sensors
    return any(
        point.device in here
        and point.quantity is Quantity.WEIGHT
        and not point.gone
        and (point.device not in sensors or sensors[point.device].pot)
        for point in tx.field_devices.points()
    )


def _brought(tx: Transaction, meeting: Meeting, room: Room, since: datetime, who: Deciding) -> bool:
    task = wish_task(room, RoomWish.TEA, None, task_id="", at=who.at, meeting=meeting.id, step=0)
    return bool(tx.tasks.latest([task.dedupe], since))
