"""A house that is watched through a day: devices speak, time passes, people work on the tasks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from devices.contract.topics import HUB
from hub.domain.conditions import Condition
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing, Supply
from hub.domain.meetings import Room
from hub.domain.readings import Quality, Reading
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.tasks import Task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.watch_rooms import RoomWatch
from tests.hub.build import T0, furnish, meeting

UNITS = {
    Quantity.TEMPERATURE: "°C",
    Quantity.CARBON_DIOXIDE: "ppm",
    Quantity.WEIGHT: "g",
    Quantity.BATTERY: "%",
}
_IDS = count(1)


def node(key: str, room: str | None = "hall", **changes: object) -> FieldDevice:
    """Return a device on mains that was admitted, and is there."""
    values: dict[str, object] = {
        "id": key,
        "publisher": key,
        "identity": key,
        "name": key,
        "standing": Standing.ADMITTED,
        "room": room,
        "announced_at": T0,
        "available": True,
    }
    return FieldDevice(**(values | changes))  # type: ignore[arg-type]


def battery(key: str) -> FieldDevice:
    """Return a device on a battery, which never says whether it is there."""
    return node(key, supply=Supply.BATTERY, available=None)


def point(device: str, key: str, quantity: Quantity = Quantity.OTHER, **changes: object) -> Point:
    """Return a sensor's point."""
    values: dict[str, object] = {
        "id": f"{device}.{key}",
        "device": device,
        "key": key,
        "component": "sensor",
        "name": key,
        "quantity": quantity,
        "unit": UNITS.get(quantity, ""),
    }
    return Point(**(values | changes))  # type: ignore[arg-type]


def alarm(device: str, key: str, device_class: str) -> Point:
    """Return a binary sensor's point."""
    return point(device, key, Quantity.STATE, component="binary_sensor", config={"device_class": device_class})


class Day:
    """One day in the hall and the annex. ``now`` moves on by ``wait``; what is due is settled each second."""

    def __init__(self, store: Store, devices: Sequence[FieldDevice], points: Sequence[Point]) -> None:
        """Furnish the house; the launch is in the hall, doors at T0, from 1 h to 3 h after."""
        self.store = store
        self.now = T0
        self.watch = RoomWatch()
        with store.write() as tx:
            furnish(tx)
            tx.meetings.save_room(Room(key="annex", name=Words("侧厅", "Annex")))
            tx.meetings.save(meeting())
            projector = Words("投影仪", "Projector")
            tx.room_devices.put([RoomDevice(room="hall", key="projector", kind=DeviceKind.PROJECTOR, name=projector)])
            for one in devices:
                tx.field_devices.save(one)
            tx.field_devices.save_points(points)
        self.start()

    def start(self) -> None:
        """Start the hub, or start it again: what was only in memory is gone."""
        self.watch = RoomWatch()
        self.load()

    def load(self) -> None:
        """Let the watch read what stands in the store."""
        with self.store.read() as tx:
            self.watch.load(tx)

    def change(self, device: FieldDevice) -> None:
        """Change a device, as a technician does at a page."""
        with self.store.write() as tx:
            tx.field_devices.save(device)
        self.load()

    def say(self, at_point: str, value: float | str, **changes: object) -> None:
        """Let a point speak now."""
        told = {"text": value} if isinstance(value, str) else {"value": value}
        self.watch.hear([Reading(**({"point": at_point, "at": self.now} | told | changes))], self.now)  # type: ignore[arg-type]

    def restored(self, at_point: str, value: float | str) -> None:
        """Let the broker repeat what it had kept."""
        self.say(at_point, value, quality=Quality.RESTORED)

    def told(self, *devices: str, available: bool) -> None:
        """Let devices, or their wills, say whether they are there."""
        for device in devices:
            self.watch.told(device, available, self.now)

    def wait(self, seconds: float) -> None:
        """Let time pass, second by second."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.now = min(end, self.now + timedelta(seconds=1))
            self.tick()

    def tick(self) -> None:
        """Do what the hub does each second."""
        with self.store.read() as tx:
            self.watch.look(tx, self.now)
        if self.watch.due(self.now):
            self.settle()

    def settle(self) -> None:
        """Write what is due."""
        with self.store.write() as tx:
            self.watch.settle(tx, self.who)

    @property
    def who(self) -> Deciding:
        """Return the hub, now."""
        return Deciding(actor=HUB, at=self.now, ids=lambda: f"id-{next(_IDS):06}")

    def jump(self, to: datetime) -> None:
        """Let the hub be away until an instant."""
        self.now = to

    def open(self) -> list[str]:
        """Return the keys of what is wrong, those that something else explains in brackets."""
        return sorted(f"({one.key})" if one.hidden_by else one.key for one in self.conditions())

    def conditions(self) -> list[Condition]:
        """Return what is wrong."""
        with self.store.read() as tx:
            return list(tx.conditions.open())

    def tasks(self) -> list[Task]:
        """Return the open tasks by what they are known by."""
        with self.store.read() as tx:
            return sorted(tx.tasks.open(), key=lambda task: task.dedupe)

    def calls(self) -> list[str]:
        """Return what the open tasks are known by."""
        return [task.dedupe for task in self.tasks()]

    def save(self, task: Task) -> None:
        """Let a person change a task."""
        with self.store.write() as tx:
            tx.tasks.save(task)
