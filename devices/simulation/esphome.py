"""A node that speaks as ESPHome does: one retained discovery message an entity, each value as text on its own topic.

Form: ``reference/iot-conventions.md`` 1.9 and ESPHome's ``mqtt_component.cpp`` (abbreviations, ``<prefix>/status``).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from devices.contract.messages import Status
from devices.contract.topics import DISCOVERY
from devices.simulation.nodes import Message, Now, Wish
from devices.simulation.physics import Room
from devices.simulation.points import PointPlan

SOFTWARE = "2026.6.5"


@dataclass(frozen=True, slots=True)
class EspNode:
    """The room's node with its sensors, and the set-point of the room's air conditioning."""

    name: str
    mac: str
    area: str
    points: tuple[PointPlan, ...]

    @property
    def state_topic(self) -> str:
        """Return where it says whether it is there."""
        return f"{self.name}/status"

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Listen to the set-point."""
        return (f"{self.name}/number/set_point/command",)

    def presence(self, status: Status) -> bytes:
        """Say online or offline."""
        return b"online" if status is Status.ONLINE else b"offline"

    def hello(self, now: Now) -> Sequence[Message]:  # noqa: ARG002 - as all nodes
        """Announce every entity."""
        sensors = [
            self._announce(
                "sensor",
                point.key,
                {
                    "dev_cla": point.device_class,
                    "unit_of_meas": point.unit,
                    "stat_cla": "measurement",
                    "name": point.name,
                    "stat_t": self._topic("sensor", point.key),
                },
            )
            for point in self.points
        ]
        number = {
            "name": "Set point",
            "stat_t": self._topic("number", "set_point"),
            "cmd_t": f"{self.name}/number/set_point/command",
            "unit_of_meas": "°C",
            "min": 16,
            "max": 30,
            "step": 0.5,
        }
        return [*sensors, self._announce("number", "set_point", number)]

    def beat(self, rooms: Sequence[Room], now: Now) -> Sequence[Message]:
        """Say every value."""
        (room,) = rooms
        values = [
            Message(self._topic("sensor", point.key), point.text(room, nan=now.nan).encode(), retain=True)
            for point in self.points
        ]
        return [*values, self._set_point(room)]

    def hear(self, topic: str, payload: bytes, now: Now) -> Wish | None:  # noqa: ARG002 - as all nodes
        """Take a set-point between 16 and 30."""
        try:
            celsius = float(payload)
        except ValueError:
            return None
        return Wish(set_point=celsius) if 16 <= celsius <= 30 else None  # noqa: PLR2004 - as announced

    def obeyed(self, topic: str, payload: bytes, room: Room, now: Now) -> Sequence[Message]:  # noqa: ARG002 - as all
        """Say the set-point that it keeps."""
        return [self._set_point(room)]

    def _set_point(self, room: Room) -> Message:
        return Message(self._topic("number", "set_point"), f"{room.set_point:.1f}".encode(), retain=True)

    def _topic(self, component: str, key: str) -> str:
        return f"{self.name}/{component}/{key}/state"

    def _announce(self, component: str, key: str, config: dict[str, object]) -> Message:
        device = {
            "ids": self.mac,
            "name": self.name,
            "sw": f"{SOFTWARE} (simulated)",
            "mdl": "esp32dev",
            "mf": "Espressif",
            "sa": self.area,
        }
        whole = config | {"avty_t": self.state_topic, "uniq_id": f"{self.mac}-{component}-{key}", "dev": device}
        payload = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
        return Message(f"{DISCOVERY}/{component}/{self.name}/{key}/config", payload, retain=True, qos=1)
