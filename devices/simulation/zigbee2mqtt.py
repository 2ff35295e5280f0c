"""A gateway that speaks as Zigbee2MQTT does: battery sensors of many rooms over one connection.

Form: Zigbee2MQTT's ``homeassistant.ts`` and ``availability.ts``, as ``reference/iot-conventions.md`` 1.3 and 1.9 say.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from devices.contract.messages import Status
from devices.contract.topics import DISCOVERY
from devices.simulation.nodes import Message, Now, Wish
from devices.simulation.physics import Room

_ENTITIES = (
    ("temperature", "temperature", "°C", ""),
    ("humidity", "humidity", "%", ""),
    ("battery", "battery", "%", "diagnostic"),
)


@dataclass(frozen=True, slots=True)
class ZigbeeGateway:
    """The gateway; its sensors are ``climate-<room>``, one in each room, in the order of its rooms."""

    name: str
    rooms: tuple[str, ...]

    @property
    def state_topic(self) -> str:
        """Return where it says whether it is there."""
        return f"{self.name}/bridge/state"

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Listen to nothing: its sensors can be told nothing."""
        return ()

    def presence(self, status: Status) -> bytes:
        """Say online or offline, as JSON."""
        return json.dumps({"state": "online" if status is Status.ONLINE else "offline"}).encode()

    def hello(self, now: Now) -> Sequence[Message]:  # noqa: ARG002 - as all nodes
        """Announce every sensor, and say that it is available."""
        found = []
        for number, room in enumerate(self.rooms):
            found += [self._announce(number, room, *entity) for entity in _ENTITIES]
            found.append(Message(f"{self._device(room)}/availability", b'{"state":"online"}', retain=True, qos=1))
        return found

    def beat(self, rooms: Sequence[Room], now: Now) -> Sequence[Message]:
        """Say what each sensor measures."""
        return [
            Message(self._device(name), json.dumps(self._values(room, now)).encode(), retain=True)
            for name, room in zip(self.rooms, rooms, strict=True)
            if room.battery > 0
        ]

    def hear(self, topic: str, payload: bytes, now: Now) -> Wish | None:  # noqa: ARG002 - as all nodes
        """Do nothing."""
        return None

    def obeyed(self, topic: str, payload: bytes, room: Room, now: Now) -> Sequence[Message]:  # noqa: ARG002 - as all
        """Say nothing."""
        return ()

    def _values(self, room: Room, now: Now) -> dict[str, float | None]:
        warmth = None if now.nan else round(room.celsius - 0.3, 2)
        return {
            "battery": round(room.battery),
            "humidity": round(room.humidity, 1),
            "linkquality": 96,
            "temperature": warmth,
            "voltage": 2_500 + round(room.battery * 5),
        }

    def _device(self, room: str) -> str:
        return f"{self.name}/climate-{room}"

    def _announce(self, number: int, room: str, key: str, device_class: str, unit: str, category: str) -> Message:
        address = f"0x00158d{number:010x}"
        config = {
            "availability": [
                {"topic": self.state_topic, "value_template": "{{ value_json.state }}"},
                {"topic": f"{self._device(room)}/availability", "value_template": "{{ value_json.state }}"},
            ],
            "availability_mode": "all",
            "device": {
                "identifiers": [f"zigbee2mqtt_{address}"],
                "manufacturer": "Aqara",
                "model": "Temperature and humidity sensor (WSDCGQ11LM)",
                "name": f"climate-{room}",
                "via_device": "zigbee2mqtt_bridge_0x00124b0000000001",
            },
            "device_class": device_class,
            "enabled_by_default": True,
            "object_id": f"climate-{room}_{key}",
            "origin": {"name": "Zigbee2MQTT", "sw": "2.1.0", "url": "https://www.zigbee2mqtt.io"},
            "state_class": "measurement",
            "state_topic": self._device(room),
            "unique_id": f"{address}_{key}_zigbee2mqtt",
            "unit_of_measurement": unit,
            "value_template": f"{{{{ value_json.{key} }}}}",
        }
        config |= {"entity_category": category} if category else {}
        payload = json.dumps(config, ensure_ascii=False).encode()
        return Message(f"{DISCOVERY}/sensor/{address}/{key}/config", payload, retain=True, qos=1)
