"""A simulated pager at the broker: it speaks and hears as the firmware does, on a real link."""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from devices.announcing import Entity, Nameplate, announce
from devices.contract import codec
from devices.contract.alerts import Alert, AlertAnswer
from devices.contract.codec import UnreadableMessage
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.contract.messages import DeviceInfo, Heartbeat
from devices.contract.topics import Leaf
from devices.identity import Identity
from devices.ports import Link, LinkSettings, NotDelivered, OnConnect, OnDone, OnMessage, Received
from devices.simulation.config import BrokerConfig
from devices.simulation.pager import Pager, Sound

SESSION_S = 3_600
"""So long the broker keeps what is said to a pager that is away; each alert ends by itself before."""

BEAT_MS = 20_000
LASTS_H = 12.0
SIGNAL_DBM = -58.0
MODEL = "simulated pager"
SOFTWARE = "1.0"
BATTERY = Entity(key="battery", name="Battery", device_class="battery", unit="%", expires_s=200, diagnostic=True)
SIGNAL = Entity(key="signal", name="Signal", device_class="signal_strength", unit="dBm", expires_s=200, diagnostic=True)

_TURN_S = 0.1
_INBOX = 200
_END_S = 3.0
_log = logging.getLogger(__name__)

NewLink = Callable[[LinkSettings, OnMessage, OnConnect], Link]
Wearer = Callable[[Pager, Sound, int], None]
"""Whoever wears a pager, asked ten times a second: given the pager, what is heard now, and milliseconds since boot."""


class Worn:
    """One pager on its link. All that it does happens on one thread; the link's only hands over."""

    def __init__(
        self,
        identity: Identity,
        broker: BrokerConfig,
        password: str | None,
        new_link: NewLink,
        wearer: Wearer,
        battery: float = 90.0,
    ) -> None:
        """Make the link; nothing is connected before ``start``. ``battery``: how full it is, in percent."""
        self._identity = identity
        self._wearer = wearer
        self._battery = battery
        self._pager = Pager(identity.stamp)
        self._inbox: queue.Queue[Callable[[], None]] = queue.Queue(_INBOX)
        self._sending = self._alarm = False
        self._began_ms, self._beat_at = identity.clock.monotonic_ms(), 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=identity.device, daemon=True)
        settings = LinkSettings(
            host=broker.host,
            port=broker.port,
            client_id=identity.device,
            username=identity.device if password else None,
            password=password,
            tls_ca=broker.tls_ca,
            state_topic=identity.topic(Leaf.STATE),
            presence=identity.presence,
            subscriptions=((identity.topic(Leaf.DOWN_ALERT), 1), (identity.topic(Leaf.DOWN_COMMAND), 1)),
            clean_start=False,
            session_expiry_s=SESSION_S,
        )
        self.link = new_link(settings, self._received, self._connected)

    @property
    def name(self) -> str:
        """Return its id."""
        return self._identity.device

    def start(self) -> None:
        """Connect, and begin to look at it."""
        self._thread.start()
        self.link.start()

    def stop(self) -> None:
        """End; it says goodbye."""
        self._stopping.set()
        self._thread.join(_END_S)
        self.link.stop()

    # What the link calls, on its own thread: be quick, never raise.

    def _received(self, message: Received) -> None:
        self._hand_over(partial(self._hear, message))

    def _connected(self) -> None:
        self._hand_over(self._hello)

    def _hand_over(self, what: Callable[[], None]) -> None:
        try:
            self._inbox.put_nowait(what)
        except queue.Full:
            _log.warning("%s: too much at once; a message was dropped", self.name)

    # What the pager's own thread does.

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception:  # noqa: BLE001 - the thread must outlive a mistake
                _log.exception("%s failed at one turn; it goes on", self.name)
                self._stopping.wait(1)

    def _turn(self) -> None:
        with suppress(queue.Empty):
            self._inbox.get(timeout=_TURN_S)()
        now = self._now()
        sound = self._pager.tick(now)
        if self._alarm:
            sound, self._alarm = Sound.TUNE, False
        self._pager.draw(now, online=self.link.connected)
        self._wearer(self._pager, sound, now)
        self._answer()
        if self.link.connected and now >= self._beat_at:
            self._beat_at = now + BEAT_MS
            self._say(Leaf.TELE, codec.encode(self._beat(now)), qos=0)

    def _hear(self, message: Received) -> None:
        try:
            if message.topic == self._identity.topic(Leaf.DOWN_COMMAND):
                self._obey(codec.decode(message.payload, Command), retained=message.retained)
            elif not message.retained:  # a retained alert is a ghost of an earlier run
                self._pager.take(codec.decode(message.payload, Alert), self._now(), self._identity.clock.now())
        except UnreadableMessage as problem:
            _log.warning("%s: a message on %s was dropped: %s", self.name, message.topic, problem)

    def _obey(self, command: Command, *, retained: bool) -> None:
        known = command.kind is CommandKind.IDENTIFY
        reason = "retained" if retained else "" if known else "unknown_command"
        if not reason:
            self._pager.tell(self.name, self._now())
            self._alarm = True
        result = CommandResult(**self._identity.stamp(), command=command.id, ok=not reason, reason=reason or None)
        self._say(Leaf.UP_ACK, codec.encode(result))

    def _answer(self) -> None:
        """Send the oldest answer, one at a time, again until the broker has taken it."""
        if self._pager.unsent and not self._sending and self.link.connected:
            answer = self._pager.unsent[0]
            self._sending = True
            self._say(
                Leaf.UP_ACK,
                codec.encode(answer),
                lambda problem: self._hand_over(partial(self._answered, answer, problem)),
            )

    def _answered(self, answer: AlertAnswer, problem: NotDelivered | None) -> None:
        self._sending = False
        if problem is None and self._pager.unsent and self._pager.unsent[0].id == answer.id:
            self._pager.unsent.popleft()

    def _hello(self) -> None:
        info = DeviceInfo(
            **self._identity.stamp(), kind="pager", model=MODEL, software=SOFTWARE, capabilities=("alert", "identify")
        )
        self._say(Leaf.INFO, codec.encode(info), retain=True)
        plate = Nameplate(site=self._identity.site, device=self.name, name=self.name, model=MODEL, software=SOFTWARE)
        topic, payload = announce(plate, (BATTERY, SIGNAL))
        self._put(topic, payload, retain=True)
        self._beat_at = 0

    def _beat(self, now: int) -> Heartbeat:
        spent = (now - self._began_ms) / (LASTS_H * 36_000)
        readings = {BATTERY.key: round(max(0.0, self._battery - spent)), SIGNAL.key: SIGNAL_DBM}
        stamp = self._identity.stamp()
        return Heartbeat(**stamp, max_seq=0, unacked=0, oldest_s=0, mono_ms=now, readings=readings)

    def _say(
        self, leaf: Leaf, payload: bytes, on_done: OnDone = lambda _: None, *, retain: bool = False, qos: int = 1
    ) -> None:
        self._put(self._identity.topic(leaf), payload, on_done, retain=retain, qos=qos)

    def _put(
        self, topic: str, payload: bytes, on_done: OnDone = lambda _: None, *, retain: bool = False, qos: int = 1
    ) -> None:
        try:
            self.link.publish_soon(topic, payload, on_done, retain=retain, qos=qos)
        except NotDelivered as problem:
            on_done(problem)

    def _now(self) -> int:
        return self._identity.clock.monotonic_ms()
