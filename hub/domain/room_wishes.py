"""What people in a room may ask for at its panel, and the one task that each wish is while it is open (R155, I5)."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from hub.domain.meetings import Room
from hub.domain.room_devices import RoomDevice
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import degrees
from hub.domain.tasks import Task, key_of, raise_task


class RoomWish(StrEnum):
    """One button of a panel."""

    HELP = "help"
    TOO_COLD = "too_cold"
    TOO_HOT = "too_hot"
    TEA = "tea"
    BROKEN = "broken"
    CONNECT = "connect"
    SLIDES = "slides"
    VOLUME = "volume"
    STATIONERY = "stationery"
    DOCUMENTS = "documents"


_KINDS = {
    RoomWish.HELP: TaskKind.HELP,
    RoomWish.TOO_COLD: TaskKind.COMFORT,
    RoomWish.TOO_HOT: TaskKind.COMFORT,
    RoomWish.TEA: TaskKind.DRINK,
    RoomWish.BROKEN: TaskKind.DEVICE_FAULT,
    RoomWish.CONNECT: TaskKind.GUIDANCE,
    RoomWish.SLIDES: TaskKind.GUIDANCE,
    RoomWish.VOLUME: TaskKind.GUIDANCE,
    RoomWish.STATIONERY: TaskKind.STATIONERY,
    RoomWish.DOCUMENTS: TaskKind.DOCUMENTS,
}

GUIDANCE = tuple(wish for wish, kind in _KINDS.items() if kind is TaskKind.GUIDANCE)
"""Wishes for somebody who shows how it is done (R120: 協助客戶連接電腦、播放演示文稿、調整音響音量)."""

_NOTED = frozenset({RoomWish.TOO_COLD, RoomWish.TOO_HOT, RoomWish.TEA, *GUIDANCE})
"""Wishes whose task says in its ``note`` which of its kind it is; the others need no word."""


def wish_task(  # noqa: PLR0913 - each is a part of the task
    room: Room,
    wish: RoomWish,
    device: RoomDevice | None,
    *,
    task_id: str,
    at: datetime,
    meeting: str | None,
    step: float,
) -> Task:
    """Make the task for a wish; ``device`` is what is broken, None for something that is not on the list.

    ``step`` is by how many degrees Celsius a room is changed that is too cold or too hot.
    """
    facts = {"room": room.key, "room_zh": room.name.zh, "room_en": room.name.en}
    facts |= {"note": wish.value} if wish in _NOTED else {}
    facts |= {"degrees": degrees(wish, step)} if _KINDS[wish] is TaskKind.COMFORT else {}
    if device:
        facts |= {"thing": device.key, "thing_zh": device.name.zh, "thing_en": device.name.en}
    subject = _subject(room.key, wish, device.key if device else "")
    return raise_task(_KINDS[wish], subject, task_id=task_id, at=at, facts=facts, meeting=meeting)


def wish_keys(room: str, devices: Iterable[RoomDevice]) -> dict[str, RoomWish]:
    """Return what the tasks of a room's wishes are known by (``Task.dedupe``)."""
    keys = {wish_key(room, wish): wish for wish in RoomWish}
    return keys | {wish_key(room, RoomWish.BROKEN, one.key): RoomWish.BROKEN for one in devices}


def wish_key(room: str, wish: RoomWish, device: str = "") -> str:
    """Return what the task of one wish is known by while it is open."""
    return key_of(_KINDS[wish], _subject(room, wish, device))


def _subject(room: str, wish: RoomWish, device: str) -> str:
    return ":".join(filter(None, (f"room {room}", device, wish)))  # no key holds a blank or a colon
