"""Staff note in three taps what somebody needs: where, what, and sent (S15). It is the same task as when a guest asks.

A place is a seat of a meeting, a room, or a door. A need that a guest or a room's panel has open already is that task
(I5); noting it again after the work was done says that it did not help.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.meetings import Room
from hub.domain.room_wishes import RoomWish
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes, degrees
from hub.domain.tasks import Task, TaskState, raise_task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_from_room import ask_from_room
from hub.usecases.ask_guest import give_way, say_not_yet
from hub.usecases.call_staff import call, door_facts, guest_facts, place_facts


class Need(StrEnum):
    """What is needed: one big picture each. Those that a guest's kiosk knows have its words."""

    TOO_COLD = "too_cold"
    TOO_HOT = "too_hot"
    WATER = "water"
    TEA = "tea"
    EQUIPMENT = "equipment"
    HANDOUTS = "handouts"
    SMALL_ITEM = "small_item"
    OTHER = "other"


_KINDS = {
    Need.TOO_COLD: TaskKind.COMFORT,
    Need.TOO_HOT: TaskKind.COMFORT,
    Need.WATER: TaskKind.DRINK,
    Need.TEA: TaskKind.DRINK,
    Need.EQUIPMENT: TaskKind.DEVICE_FAULT,
}
"""What kind of task a need is; the others are help."""

_AS_A_ROOM = {
    Need.TOO_COLD: RoomWish.TOO_COLD,
    Need.TOO_HOT: RoomWish.TOO_HOT,
    Need.TEA: RoomWish.TEA,
    Need.EQUIPMENT: RoomWish.BROKEN,
    Need.OTHER: RoomWish.HELP,
}
"""What a room's own panel can ask for too."""


class PlaceKind(StrEnum):
    """What a place is."""

    SEAT = "seat"
    ROOM = "room"
    DOOR = "door"


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Where somebody needs something: a seat's label with its meeting's id, a room's key, or a door's device."""

    kind: PlaceKind
    key: str
    meeting: str = ""


def note_need(tx: Transaction, place: At, need: Need, who: Deciding, times: TaskTimes) -> Task:
    """Call somebody for a need, or return the task that is open about it. Raises NotFound for an unknown place."""
    if place.kind is PlaceKind.ROOM and need in _AS_A_ROOM:
        task = ask_from_room(tx, place.key, _AS_A_ROOM[need], "", who, times)
    else:
        task = _call(tx, _task(tx, place, need, who, times), who, times)
    tx.records.audit(who.actor, "need.note", task.id, who.at)
    return task


def _call(tx: Transaction, task: Task, who: Deciding, times: TaskTimes) -> Task:
    """Take at their word who needs the same again after it was done: it did not help (R154)."""
    standing = call(tx, task)
    if standing.state is not TaskState.DONE:
        return standing
    if standing.facts.get("invitation"):
        return say_not_yet(tx, standing.id, who, times)
    give_way(tx, standing, who)
    return call(tx, task)


def _task(tx: Transaction, place: At, need: Need, who: Deciding, times: TaskTimes) -> Task:
    facts, subject, meeting = _PLACES[place.kind](tx, place)
    kind = _KINDS.get(need, TaskKind.HELP)
    facts |= {"note": need.value} if kind is not TaskKind.DEVICE_FAULT else {}
    facts |= {"degrees": degrees(need, times.comfort_step)} if kind is TaskKind.COMFORT else {}
    if kind is TaskKind.DRINK:
        drink = next((one for one in tx.drinks.menu() if one.key == need), None)
        facts |= {"drink_zh": drink.name.zh, "drink_en": drink.name.en} if drink else {}
        facts |= {"hot": "yes"} if drink and drink.hot else {}
    return raise_task(kind, f"{subject}:{need}", task_id=who.ids(), at=who.at, facts=facts, meeting=meeting)


def _seat(tx: Transaction, place: At) -> tuple[dict[str, str], str, str | None]:
    """Tell of a seat and, where a guest holds it, of the guest: their own wish at a kiosk is the same task."""
    meeting = tx.meetings.get([place.meeting]).get(place.meeting)
    if meeting is None:
        raise NotFound(f"there is no meeting {place.meeting!r}")
    seat = next((one for one in tx.seats.of_meeting(meeting.id) if one.label == place.key), None)
    if seat is None:
        raise InvalidInput("place", f"there is no seat {place.key[:60]!r}", "choose a seat of the map")
    known = place_facts(seat, _room(tx, meeting.room)) | {"seat": seat.label}
    held = next((one for one in tx.attendance.holders(meeting.id) if one.seat == seat.label), None)
    invited = tx.guests.by_invitation([held.who.invitation]).get(held.who.invitation) if held else None
    if invited is None:
        return known, f"seat {meeting.key} {seat.label}", meeting.id
    vip = {"vip": "yes"} if invited.invitation.vip else {}
    return guest_facts(invited, seat) | known | vip, invited.invitation.id, meeting.id


def _in_room(tx: Transaction, place: At) -> tuple[dict[str, str], str, str | None]:
    room = _room(tx, place.key)
    if room is None:
        raise NotFound(f"there is no room {place.key!r}")
    return {"room": room.key, "room_zh": room.name.zh, "room_en": room.name.en}, f"room {room.key}", None


def _at_door(tx: Transaction, place: At) -> tuple[dict[str, str], str, str | None]:
    doors = tx.meetings.doors()
    if place.key not in doors:
        raise NotFound(f"there is no door {place.key!r}")
    return door_facts(place.key, doors), place.key, None


def _room(tx: Transaction, key: str) -> Room | None:
    return next((one for one in tx.meetings.rooms() if one.key == key), None)


_PLACES = {PlaceKind.SEAT: _seat, PlaceKind.ROOM: _in_room, PlaceKind.DOOR: _at_door}
