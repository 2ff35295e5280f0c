"""All devices in the rooms with their points, and what an announcement changes in them.

The register is a view in memory of what the store holds, for deciding; it decides and changes nothing by itself.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hub.domain.field_devices import FieldDevice, Point, Standing

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,30})[a-z0-9]")
_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_READABLE = 23

Owner = tuple[str, str]
"""What no two points may share: component and unique id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much is taken in: devices of each publisher, points of each device, and points in all.

    What waits in quarantine may take a fifth of all points, so that strangers leave room for those whom people know.
    ``rows`` bounds what is kept of devices at all, those that are gone too, and of the points of each.
    """

    devices_per_publisher: int = 200
    points_per_device: int = 200
    points: int = 5_000
    rows: int = 5_000
    rows_per_device: int = 1_000

    def points_of(self, standing: Standing) -> int:
        """Return how many points all devices of one standing may have together."""
        return self.points if standing is Standing.ADMITTED else max(1, self.points // 5)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was announced and is not taken: a stable code, a sentence with the remedy, and the option.

    ``about`` is what it is told of once: one of a thousand points too many is enough.
    """

    reason: str
    detail: str
    field: str = ""
    about: str = ""


@dataclass(slots=True)
class Decision:
    """What an announcement changes: devices and points by id, and what of it is refused."""

    devices: dict[str, FieldDevice] = field(default_factory=dict)
    points: dict[str, Point] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Say whether there is something to write."""
        return bool(self.devices or self.points)


def device_id(publisher: str, identity: str) -> str:
    """Return our id of a device, for ever the same: its own where that is one and it speaks for itself."""
    if publisher == identity and _ID.fullmatch(identity):
        return identity
    slug = _NOT_IN_ID.sub("-", identity.lower()).strip("-")[:_READABLE].strip("-") or "device"
    whole = f"{publisher}\0{identity}".encode(errors="replace")
    return f"{slug}-{hashlib.sha256(whole).hexdigest()[:8]}"


def owner_of(point: Point) -> Owner | None:
    """Return what the point is known by in the whole house; None where it names no unique id."""
    unique_id = point.config.get("unique_id")
    return (point.component, unique_id) if isinstance(unique_id, str) and unique_id else None


class DeviceRegister:
    """Devices and points by what one asks for. Points that are gone count among the rows of their device alone."""

    def __init__(self, devices: Iterable[FieldDevice] = (), points: Iterable[Point] = ()) -> None:
        """Take all that is stored."""
        self.devices: dict[str, FieldDevice] = {}
        self._points: defaultdict[str, dict[str, Point]] = defaultdict(dict)
        self._at_topic: defaultdict[str, dict[str, Point]] = defaultdict(dict)
        self._owned: defaultdict[Owner, dict[str, Point]] = defaultdict(dict)
        self._live: Counter[str] = Counter()
        self._of_publisher: defaultdict[str, dict[str, FieldDevice]] = defaultdict(dict)
        self._of_standing: Counter[Standing] = Counter()
        self.put(devices, points)

    def put(self, devices: Iterable[FieldDevice], points: Iterable[Point]) -> None:
        """Take what is stored now in place of what was."""
        for device in devices:
            self._forget_device(device.id)
            self.devices[device.id] = device
            self._of_publisher[device.publisher][device.id] = device
            self._of_standing[device.standing] += self._live[device.id]
        for point in points:
            self._forget_point(point.device, point.id)
            self._points[point.device][point.id] = point
            if not point.gone:
                self._add(point)

    def points(self, device: str) -> Mapping[str, Point]:
        """Return the points of a device by id, those that are gone too."""
        return self._points.get(device, {})

    def live(self, device: str) -> list[Point]:
        """Return the points of a device that are there."""
        return [point for point in self.points(device).values() if not point.gone]

    def at_topic(self, topic: str) -> Sequence[Point]:
        """Return the points that are there and were announced on a topic."""
        return list(self._at_topic.get(topic, {}).values())

    def owners(self, owner: Owner) -> Iterator[tuple[Point, FieldDevice]]:
        """Return the points that are there under a component and unique id, each with its device."""
        for point in self._owned.get(owner, {}).values():
            yield point, self.devices[point.device]

    def publisher(self, name: str) -> Iterable[FieldDevice]:
        """Return the devices of a publisher."""
        return self._of_publisher.get(name, {}).values()

    def identified(self, identity: str) -> list[FieldDevice]:
        """Return the devices that call themselves so."""
        return [device for device in self.devices.values() if device.identity == identity]

    def count(self, standing: Standing) -> int:
        """Return how many points the devices of one standing have together."""
        return self._of_standing[standing]

    def _add(self, point: Point) -> None:
        self._at_topic[point.topic][point.id] = point
        owner = owner_of(point)
        if owner:
            self._owned[owner][point.id] = point
        self._live[point.device] += 1
        self._of_standing[self.devices[point.device].standing] += 1

    def _forget_device(self, device: str) -> None:
        before = self.devices.get(device)
        if before:
            self._of_standing[before.standing] -= self._live[device]
            self._of_publisher[before.publisher].pop(device, None)

    def _forget_point(self, device: str, point: str) -> None:
        before = self._points[device].get(point)
        if before is None or before.gone:
            return
        self._at_topic[before.topic].pop(point, None)
        if not self._at_topic[before.topic]:
            del self._at_topic[before.topic]
        owner = owner_of(before)
        if owner:
            self._owned[owner].pop(point, None)
            if not self._owned[owner]:
                del self._owned[owner]
        self._live[device] -= 1
        self._of_standing[self.devices[device].standing] -= 1
