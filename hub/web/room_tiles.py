"""The wall: a tile for each room with its worst state, what matters of its air, who is in it, what comes next. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.field_devices import FieldDevice, Point, Quantity
from hub.domain.house_work import RoomState, room_state
from hub.domain.meetings import Meeting, Room
from hub.domain.readings import Quality
from hub.web.field_states import ICONS, WORST_FIRST, FieldState, Stand, device_stand, room_stand
from hub.web.language import Tongue
from hub.web.room_now import room_now
from hub.web.rooms_found import RoomsFound
from hub.web.values import number_text, told, with_unit

FIGURES = (
    (Quantity.TEMPERATURE, "warmth", "room.temperature"),
    (Quantity.CARBON_DIOXIDE, "air", "room.carbon_dioxide"),
    (Quantity.WEIGHT, "cup", "room.pots"),
)
"""What stands on a tile, where a room has it; of several points the one that worries most."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a room; ``sure`` is false when it is old or nobody knows from when."""

    icon: str
    label: str
    text: str
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One room. ``stand`` is None while nothing is in it; ``find`` is what a search looks through.

    ``state`` is what the room is to the next meeting.
    """

    key: str
    name: str
    floor: str
    stand: Stand | None
    icon: str
    figures: tuple[Figure, ...]
    meeting: Meeting | None
    running: bool
    state: RoomState
    find: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """All rooms by name, how many stand how, and how many devices are in no room or wait to be admitted."""

    tiles: tuple[Tile, ...]
    tally: tuple[tuple[FieldState, int], ...]
    homeless: int
    waiting: int
    troubles: int


def wall(found: RoomsFound, tongue: Tongue, now: datetime, asked: str = "") -> Wall:
    """Write the wall; with ``asked`` only the rooms in which these letters are found."""
    tiles = [_tile(room, found, tongue, now) for room in found.rooms.values()]
    words = asked.casefold().split()
    shown = [tile for tile in tiles if all(word in tile.find for word in words)]
    tally = Counter(tile.stand.state for tile in tiles if tile.stand)
    return Wall(
        tiles=tuple(shown),
        tally=tuple((state, tally[state]) for state in WORST_FIRST if tally[state]),
        homeless=len(found.of_room(None)),
        waiting=len(found.waiting()),
        troubles=found.open_troubles(),
    )


def stands(devices: Iterable[FieldDevice], found: RoomsFound, now: datetime) -> list[Stand]:
    """Say how devices stand."""
    return [device_stand(device, found.troubles.get(device.id, ()), now) for device in devices]


def _tile(room: Room, found: RoomsFound, tongue: Tongue, now: datetime) -> Tile:
    devices = found.of_room(room.key)
    stand = room_stand(stands(devices, found, now), found.own_troubles(room.key))
    on = room_now(found.meetings, room.key, now)
    meeting = on.meeting or on.coming
    names = (room.key, room.name.zh, room.name.en, room.floor, *(device.title for device in devices))
    said = tongue.say(f"field.is.{stand.state}") if stand else ""
    return Tile(
        key=room.key,
        name=tongue.read(room.name),
        floor=room.floor,
        stand=stand,
        icon=ICONS[stand.state] if stand else "question",
        figures=tuple(_figures(devices, found, on.meeting, tongue, now)),
        meeting=meeting,
        running=on.meeting is not None,
        state=room_state(room.key, found.meetings, found.works, now),
        find=" ".join((*names, said)).casefold(),
    )


def _figures(
    devices: Sequence[FieldDevice], found: RoomsFound, running: Meeting | None, tongue: Tongue, now: datetime
) -> Iterable[Figure]:
    points = [point for device in devices for point in found.points.get(device.id, ())]
    for quantity, icon, label in FIGURES:
        figure = _worst([point for point in points if point.quantity is quantity], found, tongue, now)
        if figure:
            yield Figure(icon, tongue.say(label), figure[0], sure=figure[1])
    count = found.counts.get(running.id) if running else None
    if count and count.guests.expected:
        yield Figure("people", tongue.say("room.people"), str(count.guests.arrived))


def _worst(points: Sequence[Point], found: RoomsFound, tongue: Tongue, now: datetime) -> tuple[str, bool] | None:
    """Return the value that worries most: the least of the pots, the most of all else; a sure one if there is."""
    known = []
    for point in points:
        reading = found.latest.get(point.id)
        if reading is not None and reading.value is not None:
            known.append((told(point, reading, tongue, now).quality is Quality.LIVE, reading.value, point))
    if not known:
        return None
    sure = any(one[0] for one in known)
    there = [one for one in known if one[0] is sure]
    least = points[0].quantity is Quantity.WEIGHT
    _, value, point = min(there, key=lambda one: one[1] if least else -one[1])
    return with_unit(number_text(value, point.quantity), point.unit), sure
