"""Our own agent as the hub sees it: the contract's messages, the same announcement, the same answers to commands."""

from collections.abc import Sequence

from devices.announcing import ONLINE, Component, Entity, Nameplate, announce
from devices.contract import codec
from devices.contract.codec import UnreadableMessage
from devices.contract.commands import Command, CommandKind, CommandResult, SwitchTo, set_point_of, wanted
from devices.contract.fields import Reading
from devices.contract.messages import DeviceInfo, Heartbeat, Status
from devices.contract.topics import Leaf
from devices.identity import Identity, Stamp
from devices.simulation.nodes import Message, Now, Wish
from devices.simulation.physics import Room

AC, PROJECTOR = "ac", "projector"
_LEAST, _MOST = 16.0, 30.0
_ENTITIES = (
    Entity(key="air_temperature", name="Air", device_class="temperature", unit="°C", state_class="measurement"),
    Entity(key=set_point_of(AC), name="Set-point", device_class="temperature", unit="°C"),
    Entity(key=AC, name="Cooling", component=Component.BINARY_SENSOR, device_class="running"),
    Entity(key=PROJECTOR, name="Projector", component=Component.BINARY_SENSOR, device_class="power"),
    Entity(key="lamp_problem", name="Lamp", component=Component.BINARY_SENSOR, device_class="problem"),
    ONLINE,
)


class OurAgent:
    """An agent with a thermostat and a projector. What it was told and has not answered is in the caller's hands."""

    def __init__(self, identity: Identity, room: str, area: str) -> None:
        """Take who it is, and where."""
        self._identity = identity
        self._room = room
        self._plate = Nameplate(
            site=identity.site,
            device=identity.device,
            name=f"{area} ({identity.device})",
            model="room agent",
            software="yingbin-room (simulated)",
            area=area,
        )

    @property
    def name(self) -> str:
        """Return its id."""
        return self._identity.device

    @property
    def state_topic(self) -> str:
        """Return where it says whether it is there."""
        return self._identity.topic(Leaf.STATE)

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Listen to commands and answers."""
        return (self._identity.topic(Leaf.DOWN_COMMAND), self._identity.topic(Leaf.DOWN_REPLY))

    def presence(self, status: Status) -> bytes:
        """Say that it is there, stopping or away, with its boot."""
        return self._identity.presence(status)

    def hello(self, now: Now) -> Sequence[Message]:
        """Say what it is, and announce itself."""
        info = DeviceInfo(
            **self._stamp(now),
            kind="room",
            model=self._plate.model,
            software=self._plate.software,
            capabilities=(f"set_point:{AC}", f"switch:{PROJECTOR}"),
            room=self._room,
        )
        topic, payload = announce(self._plate, _ENTITIES)
        return [
            Message(self._identity.topic(Leaf.INFO), codec.encode(info), retain=True, qos=1),
            Message(topic, payload, retain=True, qos=1),
        ]

    def beat(self, rooms: Sequence[Room], now: Now) -> Sequence[Message]:
        """Say what it reads."""
        (room,) = rooms
        mono_ms = self._identity.clock.monotonic_ms()
        readings = self._readings(room, now)
        pulse = Heartbeat(
            **self._stamp(now), max_seq=0, unacked=0, oldest_s=0, mono_ms=mono_ms, cpu_c=48.0, readings=readings
        )
        return [Message(self._identity.topic(Leaf.TELE), codec.encode(pulse))]

    def hear(self, topic: str, payload: bytes, now: Now) -> Wish | None:  # noqa: ARG002 - as all nodes
        """Return what a command would change; nothing where it is refused."""
        command = _command(topic, payload)
        if command is None or self._refusal(command):
            return Wish() if command is not None else None
        if command.kind is CommandKind.SET_POINT:
            return Wish(set_point=command.celsius, ac_on=True)
        return Wish(projector_on=command.to is not SwitchTo.OFF)

    def obeyed(self, topic: str, payload: bytes, room: Room, now: Now) -> Sequence[Message]:
        """Answer with what the room has really become."""
        command = _command(topic, payload)
        if command is None:
            return ()
        readings, reason = self._readings(room, now), self._refusal(command)
        if not reason and any(readings.get(key) != value for key, value in wanted(command).items()):
            reason = "broken"
        result = CommandResult(
            **self._stamp(now), command=command.id, ok=not reason, reason=reason or None, readings=readings
        )
        return [Message(self._identity.topic(Leaf.UP_ACK), codec.encode(result), qos=1)]

    def _refusal(self, command: Command) -> str:
        match command.kind, command.which:
            case CommandKind.SET_POINT, "ac":
                return "" if command.celsius is not None and _LEAST <= command.celsius <= _MOST else "out_of_range"
            case CommandKind.SWITCH, "projector":
                return "" if command.to is not None else "incomplete"
            case ((CommandKind.SET_POINT | CommandKind.SWITCH), _):
                return "unknown_which"
            case _:
                return "unknown_command"

    def _readings(self, room: Room, now: Now) -> dict[str, Reading]:
        return {
            "air_temperature": None if now.nan else round(room.celsius, 2),
            set_point_of(AC): room.set_point,
            AC: "on" if room.ac_on else "off",
            PROJECTOR: "on" if room.projector_on else "off",
            "lamp_problem": "off" if room.lamp_ok else "on",
        }

    def _stamp(self, now: Now) -> Stamp:
        stamp = self._identity.stamp()
        stamp["ts"] = now.at
        return stamp


def _command(topic: str, payload: bytes) -> Command | None:
    if not topic.endswith(Leaf.DOWN_COMMAND):
        return None
    try:
        return codec.decode(payload, Command)
    except UnreadableMessage:
        return None
