"""What stands in the rooms as read from the store, once for the wall and for every room's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.domain.attendance import HeadCount
from hub.domain.conditions import Condition
from hub.domain.field_devices import FieldDevice, Point, Standing
from hub.domain.house_work import HouseWork
from hub.domain.meetings import Meeting, Room
from hub.domain.plug_watch import Plug
from hub.domain.readings import Reading
from hub.ports import Transaction
from hub.web.field_states import by_device
from hub.web.page import now
from hub.web.parts import shelf
from hub.web.room_now import read_meetings
from hub.web.values import leading

PACE_MS = 1_000
"""Milliseconds between two looks while nothing but readings comes: a wall of 24 rooms is read once a second for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsFound:
    """Rooms by key, devices by id, their points by device (what is looked at first, first), the latest of each point.

    ``troubles`` are the open conditions by device, those about no device under the empty id. ``plugs`` is by point.
    ``counts`` are of the meetings that run now; ``works`` say which rooms are set up, or not clear yet.
    """

    rooms: Mapping[str, Room] = field(default_factory=dict)
    devices: Mapping[str, FieldDevice] = field(default_factory=dict)
    points: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    latest: Mapping[str, Reading] = field(default_factory=dict)
    troubles: Mapping[str, Sequence[Condition]] = field(default_factory=dict)
    plugs: Mapping[str, Plug] = field(default_factory=dict)
    meetings: Sequence[Meeting] = ()
    counts: Mapping[str, HeadCount] = field(default_factory=dict)
    works: Sequence[HouseWork] = ()

    def of_room(self, room: str | None) -> list[FieldDevice]:
        """Return the admitted devices of a room, or of none, by name."""
        ours = (
            device for device in self.devices.values() if device.standing is Standing.ADMITTED and device.room == room
        )
        return sorted(ours, key=lambda device: (device.title, device.id))

    def gone_from(self, room: str) -> list[FieldDevice]:
        """Return the devices that were in a room when they withdrew their announcement."""
        ours = (device for device in self.devices.values() if device.room == room)
        return [device for device in ours if device.standing is Standing.GONE]

    def waiting(self) -> list[FieldDevice]:
        """Return the devices that nobody has admitted or refused yet, the newest first."""
        found = (device for device in self.devices.values() if device.standing is Standing.QUARANTINED)
        return sorted(found, key=lambda device: device.announced_at, reverse=True)

    def open_troubles(self) -> int:
        """Count what is wrong; what another condition explains does not count."""
        return sum(not one.hidden_by for listed in self.troubles.values() for one in listed)

    def own_troubles(self, room: str) -> list[Condition]:
        """Return the open conditions about a room itself, or about our own stations in it."""
        return [one for one in self.troubles.get("", ()) if one.room == room]


def rooms_found() -> RoomsFound:
    """Return what stands in the rooms, from memory where it is new enough."""
    moment = now()
    return shelf().recent.get("rooms found", lambda tx: read_rooms(tx, moment), pace_ms=PACE_MS)


def read_rooms(tx: Transaction, moment: datetime) -> RoomsFound:
    """Read everything."""
    points: dict[str, list[Point]] = {}
    for point in tx.field_devices.points():
        if not point.gone:
            points.setdefault(point.device, []).append(point)
    for listed in points.values():
        listed.sort(key=leading)
    meetings = read_meetings(tx, moment)
    running = [one.id for one in meetings if one.doors_at <= moment + timedelta(minutes=1) and not one.cancelled]
    return RoomsFound(
        rooms={room.key: room for room in tx.meetings.rooms()},
        devices={device.id: device for device in tx.field_devices.all()},
        points=points,
        latest=tx.readings.latest(),
        troubles=by_device(tx.conditions.open()),
        plugs=tx.watch_settings.plugs(),
        meetings=meetings,
        counts=tx.attendance.counts(running) if running else {},
        works=[*tx.house_work.works([one.id for one in meetings]).values(), *tx.house_work.unstruck()],
    )
