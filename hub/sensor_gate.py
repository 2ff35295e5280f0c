"""The door that keeps the broker in step with other makers' devices that were thrown out: none of them speaks again.

Who was thrown out is in the database. What the broker kept of them is deleted again at each start: a kill at any point
is made good by that.
"""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol

from devices.ports import DeviceError
from hub.domain.field_devices import Point, thrown_out
from hub.domain.publishers import availability_of
from hub.ports import Store
from hub.rounds import Following

_NO_TOPIC = frozenset("+#\0")
_LONGEST = 16_000
"""No topic can be longer, whatever its letters (MQTT 5, 1.5.4); the broker hangs up on one that is none."""

_TASMOTA = re.compile(r".+/device/tasmota-([0-9a-f]{12})/config")
_log = logging.getLogger(__name__)


class SensorBroker(Protocol):
    """The broker, as far as it lets other makers' devices in."""

    @property
    def sensors(self) -> frozenset[str]:
        """Return those that have a password."""

    def throw_out_sensor(self, sensor: str, kept: Sequence[str]) -> None:
        """End a session and delete what is kept on these topics. Raises DeviceError."""

    def bar(self, sensors: Collection[str]) -> None:
        """Let these in no more, and all others."""


class SensorGate(Following):
    """Follows the register of field devices. ``wait`` sleeps until the feed has moved."""

    def __init__(self, store: Store, broker: SensorBroker, wait: Callable[[int, float], int]) -> None:
        """Take the parts."""
        super().__init__("sensor-gate", wait)
        self._store = store
        self._broker = broker
        self._barred: frozenset[str] = frozenset()

    def turn(self) -> int:
        """Bring the broker into step. Raises StoreUnavailable, OSError."""
        with self._store.read() as tx:
            devices, points = tx.field_devices.all(), tx.field_devices.points()
        out = thrown_out(devices)
        if out == self._barred:
            return 0
        ids = {one.id: one.publisher for one in devices}
        for sensor in sorted(out & self._broker.sensors):
            kept = kept_of(point for point in points if ids.get(point.device) == sensor)
            try:
                self._broker.throw_out_sensor(sensor, kept)
            except (DeviceError, OSError) as problem:
                _log.warning("what the broker keeps of %s was not deleted: %s", sensor, problem)
            self.counts["put_out"] += 1
        self._broker.bar(out)
        self._barred = out
        return 1


def kept_of(points: Iterable[Point]) -> list[str]:
    """Return the topics on which the broker may keep something of these points: announcements, states, availability.

    What can be no topic is left out: the broker would hang up, and keep the rest.
    """
    found: set[str] = set()
    for point in points:
        found |= {point.topic, *availability_of(point.config), *_of_tasmota(point.topic)}
        found |= {said for name, said in point.config.items() if name.endswith("_topic") and isinstance(said, str)}
    return sorted(one for one in found if one and not set(one) & _NO_TOPIC and len(one) <= _LONGEST)


def _of_tasmota(announced: str) -> list[str]:
    """Return where a Tasmota announces itself; what the hub read was made of that (``devices.room.tasmota``)."""
    match = _TASMOTA.fullmatch(announced)
    return [f"tasmota/discovery/{match[1].upper()}/{what}" for what in ("config", "sensors")] if match else []
