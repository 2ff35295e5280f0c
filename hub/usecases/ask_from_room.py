"""People in a room ask for something at its panel or by a button: a person is called, as ``ask_help`` does (R155)."""

from datetime import datetime
from enum import StrEnum

from devices.contract.messages import RequestAnswer, RequestKind
from hub.domain.errors import InvalidInput, NotFound, NotOpen
from hub.domain.meetings import Meeting, Room
from hub.domain.room_devices import RoomDevice
from hub.domain.room_wishes import RoomWish, wish_key, wish_task
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task, TaskState
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import say_fine, say_not_yet, say_too_much
from hub.usecases.asking import Asking
from hub.usecases.call_staff import call

FROM_ROOMS = {
    RequestKind.HELP: RoomWish.HELP,
    RequestKind.TEA: RoomWish.TEA,
    RequestKind.TOO_COLD: RoomWish.TOO_COLD,
    RequestKind.TOO_HOT: RoomWish.TOO_HOT,
}
"""What a button in a room may ask for."""


class RoomAnswer(StrEnum):
    """What people in a room say when they are asked whether it helped (R154, R155)."""

    FINE = "fine"
    NOT_YET = "not_yet"
    TOO_MUCH = "too_much"


def ask_from_room(tx: Transaction, room: str, wish: RoomWish, device: str, who: Deciding, times: TaskTimes) -> Task:
    """Call somebody, or return the task that the same wish of the same room has open (I5), which then stays as it is.

    Whoever asks for the same again after the work was done says that it did not help. ``device`` is the key of what is
    broken; empty for another wish, or for something that is not on the room's list. Raises NotFound for a room,
    InvalidInput for a device that the house does not know.
    """
    here = next((one for one in tx.meetings.rooms() if one.key == room), None)
    if here is None:
        raise NotFound(f"there is no room {room!r}")
    broken = _broken(tx, here, device) if device else None
    meeting = _meeting(tx, room, who.at)
    task = wish_task(
        here,
        wish,
        broken,
        task_id=who.ids(),
        at=who.at,
        meeting=meeting.id if meeting else None,
        step=times.comfort_step,
    )
    standing = tx.tasks.about([task.dedupe]).get(task.dedupe)
    if standing and standing.state is TaskState.DONE:
        return say_not_yet(tx, standing.id, who, times)
    return standing or call(tx, task)


def serve_room(asking: Asking) -> RequestAnswer:
    """Do what a device in a room asks for. It asks for the room it was put into, else for the one it names."""
    wish = FROM_ROOMS.get(asking.request.kind)
    placed = asking.tx.field_devices.get(asking.device)
    room = (placed.room if placed else None) or asking.request.room
    if wish is None or not any(one.key == room for one in asking.tx.meetings.rooms()):
        return asking.refused("unknown_room")
    who = Deciding(actor=asking.device, at=asking.now, ids=asking.service.ids)
    return asking.called(ask_from_room(asking.tx, room or "", wish, "", who, asking.service.times))


def answer_from_room(
    tx: Transaction, room: str, wish: RoomWish, answer: RoomAnswer, who: Deciding, times: TaskTimes
) -> None:
    """Hear from a room whether it helped. Raises NotOpen where nobody asked, or somebody was quicker."""
    key = wish_key(room, wish)
    asked = tx.tasks.about([key]).get(key)
    if asked is None or asked.asked_at is None:
        raise NotOpen("this room is not asked about that")
    if answer is RoomAnswer.FINE:
        say_fine(tx, asked.id, who)
    elif answer is RoomAnswer.NOT_YET:
        say_not_yet(tx, asked.id, who, times)
    else:
        say_too_much(tx, asked.id, who, times)


def _broken(tx: Transaction, room: Room, device: str) -> RoomDevice:
    for one in tx.room_devices.of_room(room.key):
        if one.key == device:
            return one
    raise InvalidInput("device", f"{device!r} does not stand in this room", "choose one of the room's list")


def _meeting(tx: Transaction, room: str, now: datetime) -> Meeting | None:
    """Return the meeting that has the room at an instant."""
    running = tx.meetings.between(now, now)
    return next((one for one in running if one.room == room and not one.cancelled), None)
