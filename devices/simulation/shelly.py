"""A plug that speaks as a Shelly of the second generation does, with the projector behind it.

Form: Shelly's API documentation (``online``, ``status/<component>``, ``events/rpc``, ``command``, ``rpc``).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from devices.contract.messages import Status
from devices.simulation.nodes import Message, Now, Wish
from devices.simulation.physics import Room

_VOLTS = 230.4


@dataclass(frozen=True, slots=True)
class ShellyPlug:
    """One plug; its name, such as ``shellyplugsg3-aabbcc000001``, is its topic prefix and holds its MAC."""

    name: str

    @property
    def state_topic(self) -> str:
        """Return where it says whether it is there."""
        return f"{self.name}/online"

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Listen to its relay, and to remote calls."""
        return (f"{self.name}/command/switch:0", f"{self.name}/rpc")

    def presence(self, status: Status) -> bytes:
        """Say true or false."""
        return b"true" if status is Status.ONLINE else b"false"

    def hello(self, now: Now) -> Sequence[Message]:
        """Say its whole status."""
        system = {
            "mac": self.name.rpartition("-")[2].upper(),
            "restart_required": False,
            "unixtime": int(now.at.timestamp()),
            "uptime": 60,
            "ram_size": 250_000,
            "fs_size": 393_216,
            "cfg_rev": 12,
            "kvs_rev": 0,
            "available_updates": {},
        }
        return [Message(f"{self.name}/status/sys", _json(system)), self._status(Room(), retain=False)]

    def beat(self, rooms: Sequence[Room], now: Now) -> Sequence[Message]:
        """Say how its relay stands and what flows, on the status topic and as a notification."""
        (room,) = rooms
        notice = {
            "src": self.name,
            "dst": f"{self.name}/events",
            "method": "NotifyStatus",
            "params": {"ts": now.at.timestamp(), "switch:0": {"id": 0, "apower": room.projector_w}},
        }
        return [self._status(room, retain=False), Message(f"{self.name}/events/rpc", _json(notice))]

    def hear(self, topic: str, payload: bytes, now: Now) -> Wish | None:  # noqa: ARG002 - as all nodes
        """Switch on or off, by a word or by a remote call."""
        if topic.endswith("/command/switch:0"):
            return {b"on": Wish(projector_on=True), b"off": Wish(projector_on=False)}.get(payload)
        call = _call(payload)
        params = call.get("params")
        if call.get("method") != "Switch.Set" or not isinstance(params, dict) or not isinstance(params.get("on"), bool):
            return None
        return Wish(projector_on=params["on"])

    def obeyed(self, topic: str, payload: bytes, room: Room, now: Now) -> Sequence[Message]:  # noqa: ARG002 - as all
        """Answer a remote call, and say how the relay stands."""
        call = _call(payload) if topic.endswith("/rpc") else {}
        answers = []
        if isinstance(call.get("src"), str):
            answer = {"id": call.get("id"), "src": self.name, "dst": call["src"], "result": {}}
            answers = [Message(f"{call['src']}/rpc", _json(answer), qos=1)]
        return [*answers, self._status(room, retain=False)]

    def _status(self, room: Room, *, retain: bool) -> Message:
        watts = room.projector_w
        status = {
            "id": 0,
            "source": "MQTT",
            "output": room.projector_on,
            "apower": round(watts, 1),
            "voltage": _VOLTS,
            "current": round(watts / _VOLTS, 3),
            "aenergy": {"total": round(room.energy_wh, 3)},
            "temperature": {"tC": 38.4, "tF": 101.1},
        }
        return Message(f"{self.name}/status/switch:0", _json(status), retain=retain)


def _call(payload: bytes) -> dict[str, object]:
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
