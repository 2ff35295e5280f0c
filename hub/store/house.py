"""The venue, its rooms, doors and ways."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from hub.domain.meetings import Door, Place, Room, Venue
from hub.store import tables as t
from hub.store.rows import both, maybe_words, words
from hub.store.work import AnyRow, Upsert, Work

_VENUE = select(t.venue)
_PUT_VENUE = Upsert(t.venue, "id")
_ROOMS = select(t.rooms).order_by(t.rooms.c.key)
_PUT_ROOM = Upsert(t.rooms, "key")
DOORS = select(t.doors).order_by(t.doors.c.device)
_PUT_DOOR = Upsert(t.doors, "device")
_PLACES = select(t.places).order_by(t.places.c.device, t.places.c.key)
_PLACES_FROM = _PLACES.where(t.places.c.device == bindparam("from_device"))
_PUT_PLACE = Upsert(t.places, "device", "key")


class SqlHouse:
    """The part of ``hub.ports.Meetings`` that seldom changes."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def venue(self) -> Venue | None:
        """Return the house, None before it was imported."""
        row = self._work.row(_VENUE)
        if row is None:
            return None
        texts = {column: words(row, column) for column in ("name", "parking", "notes", "about", "assembly")}
        return Venue(zone=row.zone, phone=row.phone, **texts)

    def save_venue(self, venue: Venue) -> None:
        """Keep the house's names and zone."""
        texts = {"name": venue.name, "parking": venue.parking, "notes": venue.notes, "about": venue.about}
        texts |= {"assembly": venue.assembly}
        names = {column: text for key, value in texts.items() for column, text in both(key, value).items()}
        self._work.put(_PUT_VENUE, {"id": 1, "zone": venue.zone, "phone": venue.phone, **names})

    def rooms(self) -> Sequence[Room]:
        """Return all rooms by key."""
        rows = self._work.rows(_ROOMS)
        return [
            Room(
                key=one.key,
                name=words(one, "name"),
                floor=one.floor,
                exit=words(one, "exit"),
                safe_capacity=one.safe_capacity,
            )
            for one in rows
        ]

    def save_room(self, room: Room) -> None:
        """Add or change a room."""
        told = {"key": room.key, "floor": room.floor, "safe_capacity": room.safe_capacity}
        told |= both("name", room.name) | both("exit", room.exit)
        self._work.put(_PUT_ROOM, told)

    def doors(self) -> Mapping[str, Door]:
        """Return the doors by device id."""
        rows = self._work.rows(DOORS)
        return {row.device: to_door(row) for row in rows}

    def save_door(self, door: Door) -> None:
        """Add or change a door."""
        self._work.put(_PUT_DOOR, {"device": door.device, **both("name", door.name)})

    def places(self, device: str | None = None) -> Sequence[Place]:
        """Return the ways from one kiosk, or from all."""
        if device is None:
            return [_place(row) for row in self._work.rows(_PLACES)]
        return [_place(row) for row in self._work.rows(_PLACES_FROM, {"from_device": device})]

    def save_place(self, place: Place) -> None:
        """Add or change a way."""
        texts = both("name", place.name) | both("way", place.way) | both("step_free_way", place.step_free_way)
        self._work.put(_PUT_PLACE, {"device": place.device, "key": place.key, "arrow": place.arrow, **texts})


def to_door(row: AnyRow) -> Door:
    """Return the door of a row."""
    return Door(device=row.device, name=words(row, "name"))


def _place(row: AnyRow) -> Place:
    return Place(
        device=row.device,
        key=row.key,
        name=words(row, "name"),
        way=words(row, "way"),
        arrow=row.arrow,
        step_free_way=maybe_words(row, "step_free_way"),
    )
