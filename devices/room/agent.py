"""One agent: tells what its instruments read, obeys the hub, and asks for its room when a button is pressed."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from devices.announcing import ONLINE, Entity, Nameplate, announce, no_longer
from devices.contract import codec
from devices.contract.codec import UnreadableMessage
from devices.contract.commands import CommandResult
from devices.contract.fields import Reading
from devices.contract.messages import DeviceInfo, Heartbeat, Reply, Request, RequestKind
from devices.contract.topics import InvalidTopic, Leaf, announcement, parse
from devices.identity import Identity
from devices.ports import Link, Received
from devices.room.keeper import Keeper
from devices.room.orders import Orders
from devices.room.wishes import Wishes
from devices.station import Outlet

ANNOUNCE_AFTER_MS = 1_000
"""So long after connecting, what the broker kept of an earlier announcement has come."""

_TICK_S = 0.25
_END_S = 3.0
_log = logging.getLogger(__name__)

CPU = Entity(
    key="cpu",
    name="Processor temperature",
    device_class="temperature",
    unit="°C",
    state_class="measurement",
    template="{{ value_json.cpu_c | default(none) }}",
    diagnostic=True,
)


class Agent:
    """The part between the link and the instruments. One thread of its own; each keeper has another."""

    def __init__(  # noqa: PLR0913 - who it is, what it has, how often it speaks
        self,
        identity: Identity,
        plate: Nameplate,
        room: str,
        keepers: Callable[[Callable[[], None]], Sequence[Keeper]],
        *,
        every_s: float = 15.0,
        discovery: bool = True,
        identify: Callable[[], None] | None = None,
        cpu: Callable[[], float | None] = lambda: None,
        synced: Callable[[], bool] = lambda: True,
    ) -> None:
        """Take the parts; ``attach`` the link, then ``start``.

        ``keepers`` makes the keepers, given what they call when something changed. ``identify`` lets the device be
        found in its room, and must not wait. ``synced`` tells whether the time may be trusted. Raises ValueError when
        it has more points than fit into a message.
        """
        self._identity = identity
        self._plate = plate
        self._room = room
        self._every_ms = int(every_s * 1000)
        self._discovery = discovery
        self._findable = identify is not None
        self._cpu = cpu
        self._wake = threading.Event()
        self._keepers = {keeper.instrument.key: keeper for keeper in keepers(self._speak_now)}
        entities = [entity for keeper in self._keepers.values() for entity in keeper.entities()]
        self._entities = [*entities, CPU, ONLINE]
        self._before = b""
        self._announce_at: int | None = None
        self._due = 0
        self._outlet = Outlet(identity)
        self._wishes = Wishes(partial(self._outlet.say, Leaf.UP_REQUEST))
        self._orders = Orders(identity.clock, synced, self._keepers, identify, self._answer)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="agent", daemon=True)
        codec.decode(codec.encode(self._beat()), Heartbeat)  # too many points show now and not in the night
        announce(plate, self._entities)

    @property
    def subscriptions(self) -> tuple[tuple[str, int], ...]:
        """Return what the link must listen to, with the QoS."""
        mine = self._identity.topic
        return (
            (mine(Leaf.DOWN_COMMAND), 1),
            (mine(Leaf.DOWN_REPLY), 1),
            (announcement(self._identity.device), 1),
        )

    def attach(self, link: Link) -> None:
        """Take the link whose callbacks are ``received`` and ``connected``."""
        self._outlet.attach(link)

    def start(self) -> None:
        """Begin to read and to speak."""
        for keeper in self._keepers.values():
            keeper.start()
        self._thread.start()

    def stop(self) -> None:
        """End; outputs go off."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(_END_S)
        for keeper in self._keepers.values():
            keeper.stop()

    def ask(self, kind: RequestKind) -> None:
        """Ask for something for the room; sent until the hub answers, for a few minutes. From any thread."""
        self._wishes.add(
            Request(**self._identity.stamp(), kind=kind, room=self._room), self._identity.clock.monotonic_ms()
        )
        self._speak_now()

    @property
    def problems(self) -> dict[str, str]:
        """Return what is wrong with which instrument."""
        return {key: keeper.problem for key, keeper in self._keepers.items() if keeper.problem}

    # What the link calls, on its own thread: be quick, never raise.

    def connected(self) -> None:
        """Say what this is after each (re)connection, and what it reads."""
        self._outlet.say(Leaf.INFO, self._info(), retain=True)
        self._announce_at = self._identity.clock.monotonic_ms() + ANNOUNCE_AFTER_MS
        self._wishes.again()
        self._speak_now()

    def received(self, message: Received) -> None:
        """Take one message; what cannot be read is logged and dropped."""
        if message.topic == announcement(self._identity.device):
            self._before = message.payload if message.retained else self._before
            return
        try:
            address = parse(message.topic)
            if address.leaf is Leaf.DOWN_REPLY and not message.retained:
                for answer in codec.decode(message.payload, Reply).requests:
                    self._wishes.answered(answer)
            elif address.leaf is Leaf.DOWN_COMMAND:
                self._orders.take(message.payload, retained=message.retained)
        except (UnreadableMessage, InvalidTopic) as problem:
            _log.warning("a message on %s was dropped: %s", message.topic, problem)

    def _answer(self, command: str, readings: Mapping[str, Reading], reason: str) -> None:
        result = CommandResult(
            **self._identity.stamp(), command=command, ok=not reason, reason=reason or None, readings=readings or None
        )
        self._outlet.say(Leaf.UP_ACK, result)
        self._speak_now()

    # What the agent's own thread does.

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(_TICK_S)
            self._wake.clear()
            try:
                self._work(self._identity.clock.monotonic_ms())
            except Exception:  # noqa: BLE001 - the thread must outlive a mistake: the room goes on
                _log.exception("the agent failed at one turn; it goes on")
                self._stopping.wait(1)

    def _work(self, now: int) -> None:
        if not self._outlet.connected:
            return
        if self._announce_at is not None and now >= self._announce_at:
            self._announce_at = None
            self._announce()
        if now >= self._due:
            self._due = now + self._every_ms
            self._outlet.say(Leaf.TELE, self._beat(), qos=0)
        self._wishes.work(now)

    def _announce(self) -> None:
        """Say how Home Assistant finds us, unless the broker has that already; what is gone is removed first."""
        topic, payload = announce(self._plate, self._entities)
        if not self._discovery:
            payload = b""
        elif gone := no_longer(self._before, self._entities):
            self._outlet.put(topic, announce(self._plate, self._entities, gone=gone)[1], retain=True)
        if payload != self._before:
            self._outlet.put(topic, payload, retain=True)
        self._before = b""  # the next connection tells anew what the broker keeps: it may have lost it

    def _speak_now(self) -> None:
        self._due = 0
        self._wake.set()

    def _beat(self) -> Heartbeat:
        readings = {key: value for keeper in self._keepers.values() for key, value in keeper.readings().items()}
        now = self._identity.clock.monotonic_ms()
        stamp = self._identity.stamp()
        return Heartbeat(**stamp, max_seq=0, unacked=0, oldest_s=0, mono_ms=now, cpu_c=self._cpu(), readings=readings)

    def _info(self) -> DeviceInfo:
        told = [f"{kind}:{key}" for key, keeper in self._keepers.items() for kind in sorted(keeper.instrument.takes)]
        return DeviceInfo(
            **self._identity.stamp(),
            kind="room",
            model=self._plate.model,
            software=self._plate.software,
            capabilities=tuple([*(["identify"] if self._findable else []), *told][:32]),
            room=self._room,
        )
