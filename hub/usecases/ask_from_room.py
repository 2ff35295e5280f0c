"""People in a room ask for something at its panel: a person is called, as ``ask_help`` does for a kiosk (R155)."""

from datetime import datetime

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.meetings import Meeting, Room
from hub.domain.room_devices import RoomDevice
from hub.domain.room_wishes import RoomWish, wish_task
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call


def ask_from_room(tx: Transaction, room: str, wish: RoomWish, device: str, who: Deciding) -> Task:
    """Call somebody, or return the task that the same wish of the same room has open (I5), which then stays as it is.

    ``device`` is the key of what is broken; empty for another wish, or for something that is not on the room's list.
    Raises NotFound for a room, InvalidInput for a device that the house does not know.
    """
    here = next((one for one in tx.meetings.rooms() if one.key == room), None)
    if here is None:
        raise NotFound(f"there is no room {room!r}")
    broken = _broken(tx, here, device) if device else None
    meeting = _meeting(tx, room, who.at)
    task = wish_task(here, wish, broken, task_id=who.ids(), at=who.at, meeting=meeting.id if meeting else None)
    return tx.tasks.about([task.dedupe]).get(task.dedupe) or call(tx, task)


def _broken(tx: Transaction, room: Room, device: str) -> RoomDevice:
    for one in tx.room_devices.of_room(room.key):
        if one.key == device:
            return one
    raise InvalidInput("device", f"{device!r} does not stand in this room", "choose one of the room's list")


def _meeting(tx: Transaction, room: str, now: datetime) -> Meeting | None:
    """Return the meeting that has the room at an instant."""
    running = tx.meetings.between(now, now)
    return next((one for one in running if one.room == room and not one.cancelled), None)
