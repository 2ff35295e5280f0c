"""A plug that speaks as Tasmota does, with the projector behind it.

Form: Tasmota ``xdrv_12_discovery.ino``, and its documentation of ``SENSOR``, ``STATE`` and ``RESULT``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devices.contract.messages import Status
from devices.simulation.nodes import Message, Now, Wish
from devices.simulation.physics import Room

_VOLTS = 231


@dataclass(frozen=True, slots=True)
class TasmotaPlug:
    """One plug; its topic is its name."""

    name: str
    mac: str

    @property
    def state_topic(self) -> str:
        """Return where it says whether it is there."""
        return f"tele/{self.name}/LWT"

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Listen to its relay."""
        return (f"cmnd/{self.name}/POWER", f"cmnd/{self.name}/POWER1")

    def presence(self, status: Status) -> bytes:
        """Say Online or Offline."""
        return b"Online" if status is Status.ONLINE else b"Offline"

    def hello(self, now: Now) -> Sequence[Message]:
        """Keep its two discovery messages at the broker."""
        config = {
            "ip": "192.0.2.30",
            "dn": self.name,
            "fn": ["Projector", *[None] * 7],
            "hn": self.name,
            "mac": self.mac,
            "md": "Nous A1T",
            "ty": 0,
            "if": 0,
            "ofln": "Offline",
            "onln": "Online",
            "state": ["OFF", "ON", "TOGGLE", "HOLD"],
            "sw": "15.0.1",
            "t": self.name,
            "ft": "%prefix%/%topic%/",
            "tp": ["cmnd", "stat", "tele"],
            "rl": [1, *[0] * 7],
            "swc": [-1] * 8,
            "swn": [None] * 8,
            "btn": [0] * 8,
            "so": {"4": 0, "11": 0, "13": 0, "17": 0, "20": 0, "30": 0, "68": 0, "73": 0, "82": 0, "114": 0, "117": 0},
            "lk": 0,
            "lt_st": 0,
            "sho": [0] * 4,
            "sht": [[0, 0, 0]] * 4,
            "ver": 1,
        }
        example = {"sn": self._sensor(Room(), now), "ver": 1}
        where = f"tasmota/discovery/{self.mac}"
        return [
            Message(f"{where}/config", _json(config), retain=True, qos=1),
            Message(f"{where}/sensors", _json(example), retain=True, qos=1),
        ]

    def beat(self, rooms: Sequence[Room], now: Now) -> Sequence[Message]:
        """Say what it measures, and how its relay stands."""
        (room,) = rooms
        state = {"Time": _time(now), "POWER": _power(room), "Wifi": {"RSSI": 78, "Signal": -61}}
        return [
            Message(f"tele/{self.name}/STATE", _json(state)),
            Message(f"tele/{self.name}/SENSOR", _json(self._sensor(room, now))),
        ]

    def hear(self, topic: str, payload: bytes, now: Now) -> Wish | None:  # noqa: ARG002 - as all nodes
        """Switch on or off."""
        word = payload.decode(errors="replace").upper()
        return {"ON": Wish(projector_on=True), "1": Wish(projector_on=True)}.get(word) or (
            Wish(projector_on=False) if word in {"OFF", "0"} else None
        )

    def obeyed(self, topic: str, payload: bytes, room: Room, now: Now) -> Sequence[Message]:  # noqa: ARG002 - as all
        """Say how the relay stands, twice as Tasmota does."""
        return [
            Message(f"stat/{self.name}/RESULT", _json({"POWER": _power(room)})),
            Message(f"stat/{self.name}/POWER", _power(room).encode()),
        ]

    def _sensor(self, room: Room, now: Now) -> dict[str, Any]:
        watts = round(room.projector_w)
        energy = {
            "TotalStartTime": "2026-01-01T00:00:00",
            "Total": round(room.energy_wh / 1_000, 3),
            "Power": watts,
            "Voltage": _VOLTS,
            "Current": round(watts / _VOLTS, 3),
        }
        return {"Time": _time(now), "ENERGY": energy}


def _power(room: Room) -> str:
    return "ON" if room.projector_on else "OFF"


def _time(now: Now) -> str:
    return now.at.strftime("%Y-%m-%dT%H:%M:%S")


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
