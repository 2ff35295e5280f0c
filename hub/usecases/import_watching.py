"""How rooms are watched, as a part of a venue file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.domain.watch_settings import RoomClass, SensorSettings
from hub.ports import Transaction
from hub.usecases.serve_tea import set_tea
from hub.usecases.venue_plan import VenueFile

AHEAD = timedelta(days=366)
"""For meetings so far away the timers are set anew when a class of rooms has its tea at another time."""


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """What an import would write: classes, the class of rooms by key, and rooms' lists of devices with settings."""

    classes: tuple[RoomClass, ...] = ()
    new: frozenset[str] = frozenset()
    rooms: Mapping[str, str] = field(default_factory=dict)
    sensors: Mapping[str, tuple[SensorSettings, ...]] = field(default_factory=dict)

    def changed_rooms(self) -> Iterator[str]:
        """Return the rooms that are watched otherwise from now on."""
        yield from sorted({*self.rooms, *self.sensors})


def plan_watching(tx: Transaction, file: VenueFile) -> WatchPlan:
    """Compare what the file says with what is there. What the file does not name stays."""
    before = tx.watch_settings.all()
    listed = {room: {one.device: one for one in before.sensors.values() if one.room == room} for room in file.sensors}
    return WatchPlan(
        classes=tuple(one for one in file.room_classes if before.classes.get(one.key) != one),
        new=frozenset({one.key for one in file.room_classes} - before.classes.keys()),
        rooms={room: key for room, key in file.classes.items() if before.rooms.get(room) != key},
        sensors={
            room: found for room, found in file.sensors.items() if {one.device: one for one in found} != listed[room]
        },
    )


def write_watching(tx: Transaction, plan: WatchPlan, now: datetime) -> None:
    """Keep what was planned; tea is served by it from now on."""
    tx.watch_settings.put_classes(plan.classes)
    tx.watch_settings.put_rooms(plan.rooms)
    for room, sensors in plan.sensors.items():
        tx.watch_settings.put_sensors(room, sensors)
    classes = {one.key for one in plan.classes}
    theirs = {room for room, key in tx.watch_settings.all().rooms.items() if key in classes}
    tx.feed.touch(("room", room) for room in sorted({*plan.changed_rooms(), *theirs}))
    if plan.classes or plan.rooms:
        set_tea(tx, tx.meetings.between(now, now + AHEAD), now)
