"""The kiosk's side of the conversation with the hub: events up until answered, answers and roster down.

The broker's acknowledgement clears nothing. An event is sent again after 1, 2, 4 … 60 s (with jitter) until the hub's
own reply names it (DESIGN 4).
"""

import logging
import queue
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.contract import codec
from devices.contract.codec import UnreadableMessage
from devices.contract.messages import (
    Answer,
    CheckInEvent,
    DeviceInfo,
    Envelope,
    Heartbeat,
    HubState,
    Reply,
    Request,
    RequestKind,
    RosterPage,
    Status,
)
from devices.contract.topics import HUB, Leaf, parse
from devices.ports import Link, NotDelivered, Received
from kiosk.identity import Identity
from kiosk.outbox import Outbox
from kiosk.roster import Roster

WINDOW = 40
"""Unanswered events that are on their way at once."""

PULSE_MS = 15_000
CAUGHT_UP_MS = 1_500
ROSTER_AGAIN_MS = 5_000
ROSTER_POLL_MS = 60_000
PRUNE_MS = 3_600_000
_TICK_S = 0.5
_GLANCE_S = 0.05
_LONGEST_WAIT_MS = 60_000
_INBOX = 1_000

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Flight:
    """One event on its way: since when, how often it was sent, when to send it again, and how long the answer took."""

    began_ms: int
    due_ms: int
    tries: int = 0
    round_trip_ms: int | None = None


@dataclass(slots=True)
class _Question:
    """A guest who stands before the screen while the hub is asked."""

    answered: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The kiosk's own condition; None where the machine does not tell."""

    camera_ok: bool
    frames_per_s: float
    cpu_c: float | None = None
    disk_free_mb: int | None = None


class Uplink:
    """Sends, sends again, and takes what the hub says. One thread of its own beside the link's."""

    def __init__(
        self,
        identity: Identity,
        outbox: Outbox,
        roster: Roster,
        *,
        health: Callable[[], Health],
        on_late: Callable[[Answer], None],
        info: Callable[[], DeviceInfo],
    ) -> None:
        """Take the parts; ``attach`` the link, then ``start``. ``on_late`` gets answers nobody waits for any more."""
        self._identity = identity
        self._outbox = outbox
        self._roster = roster
        self._health = health
        self._on_late = on_late
        self._info = info
        self._link: Link | None = None
        self._hub_online = False
        self._roster_head = 0
        self._flights: dict[str, _Flight] = {}
        self._questions: dict[str, _Question] = {}
        self._lock = threading.Lock()
        self._inbox: queue.Queue[Envelope] = queue.Queue(_INBOX)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="uplink", daemon=True)
        self._due = {"pulse": 0, "roster": 0, "prune": 0}
        self.dropped = 0

    def attach(self, link: Link) -> None:
        """Take the link whose callbacks are ``received`` and ``connected``."""
        self._link = link

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def finish(self, within_s: float) -> None:
        """Wait a moment for the answers to what was sent, as long as there is a hub to answer."""
        pause = threading.Event()
        for _ in range(int(within_s / _GLANCE_S)):
            if not self.hub_reachable or not self._outbox.waiting(1):
                return
            pause.wait(_GLANCE_S)

    def stop(self) -> None:
        """End; what is unanswered stays in the outbox."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(5)

    @property
    def hub_reachable(self) -> bool:
        """Say whether the hub can answer at the moment, as far as this kiosk knows."""
        return self._link is not None and self._link.connected and self._hub_online

    def ask(self, event: CheckInEvent, within_s: float) -> Answer | None:
        """Send an event that is in the outbox already, and wait a moment for the hub's word; None when it is late."""
        question = _Question()
        with self._lock:
            self._questions[event.id] = question
        try:
            self._send(event.id, codec.encode(event))
            if self.hub_reachable:
                question.answered.wait(within_s)
        finally:
            with self._lock:
                del self._questions[event.id]
        return question.answer

    def call_staff(self) -> bool:
        """Ask for a person at this door; False when the hub cannot be told now."""
        request = Request(**self._identity.stamp(), kind=RequestKind.HELP)
        return self._publish_soon(Leaf.UP_REQUEST, request)

    # What the link calls, on its own thread: be quick, never raise.

    def connected(self) -> None:
        """Greet the hub after each (re)connection, and send what waits."""
        with self._lock:
            self._flights.clear()
        self._publish_soon(Leaf.INFO, self._info(), retain=True)
        self._due["pulse"] = 0
        self._due["roster"] = 0
        self._wake.set()

    def received(self, message: Received) -> None:
        """Take one message. What cannot be read is counted and dropped: the hub sends it again when asked."""
        try:
            address = parse(message.topic)
            if address.device == HUB:
                kind: type[Envelope] = HubState
            else:
                kind = {Leaf.DOWN_REPLY: Reply, Leaf.DOWN_ROSTER: RosterPage}[address.leaf]
            if message.retained and kind is not HubState:
                raise UnreadableMessage("retained", "only states may be retained")
            self._take(codec.decode(message.payload, kind))
        except (ValueError, KeyError) as problem:
            self.dropped += 1
            _log.warning("a message on %s was dropped: %s", message.topic, problem)
        except queue.Full:
            self.dropped += 1
        self._wake.set()

    def _take(self, message: Envelope) -> None:
        if isinstance(message, HubState):
            self._hub_online = message.status is Status.ONLINE
            self._roster_head = message.roster
        if isinstance(message, Reply):
            for answer in message.replies:
                self._tell(answer)
        self._inbox.put_nowait(message)

    def _tell(self, answer: Answer) -> None:
        with self._lock:
            question = self._questions.get(answer.id)
            flight = self._flights.get(answer.id)
            if flight:
                flight.round_trip_ms = self._identity.clock.monotonic_ms() - flight.began_ms
        if question is None:
            self._on_late(answer)
            return
        question.answer = answer
        question.answered.set()

    # What the uplink's own thread does.

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(_TICK_S)
            self._wake.clear()
            try:
                self._work()
            except Exception:  # noqa: BLE001 - the thread must outlive a full disk: rows stay, and it tries again
                _log.exception("the uplink failed at one turn; it goes on")
                self._stopping.wait(1)

    def _work(self) -> None:
        now = self._identity.clock.monotonic_ms()
        self._digest()
        if self._link is None or not self._link.connected:
            return
        self._send_waiting(now)
        if self._is_due("pulse", now, PULSE_MS):
            self._publish_soon(Leaf.TELE, self._pulse(), qos=0)
        if self._roster_head > self._roster.cursor():
            if self._is_due("roster", now, ROSTER_AGAIN_MS):
                self._ask_for_roster()
        elif self._is_due("roster", now, ROSTER_POLL_MS):
            self._ask_for_roster()
        if self._is_due("prune", now, PRUNE_MS):
            self._outbox.prune(self._identity.clock.now())

    def _is_due(self, what: str, now: int, every: int) -> bool:
        if now < self._due[what]:
            return False
        self._due[what] = now + every
        return True

    def _digest(self) -> None:
        """Write down what the hub said: answered events in one commit, then roster pages."""
        settled: set[str] = set()
        while True:
            try:
                message = self._inbox.get_nowait()
            except queue.Empty:
                break
            if isinstance(message, Reply):
                self._meet(message.incarnation)
                settled |= {answer.id for answer in message.replies}
            elif isinstance(message, HubState):
                self._meet(message.incarnation)
            elif isinstance(message, RosterPage):
                self._turn(message)
        if settled:
            with self._lock:
                flights = {event: self._flights.get(event) for event in settled}
            answered = {event: flight.round_trip_ms if flight else None for event, flight in flights.items()}
            self._outbox.settle(answered, self._identity.clock.now())
            with self._lock:
                for event in settled:
                    self._flights.pop(event, None)

    def _meet(self, incarnation: str) -> None:
        """Give everything again to a hub that came back with another database."""
        known = self._roster.incarnation()
        if known and known != incarnation:
            _log.warning("the hub has another database now: sending everything kept again")
            self._outbox.reopen()
            self._roster.forget()
            self._due["roster"] = 0

    def _turn(self, page: RosterPage) -> None:
        """Take a roster page over and ask for the next."""
        if not self._roster.apply(page):
            return
        self._roster_head = max(self._roster_head, page.head)
        now = self._identity.clock.monotonic_ms()
        self._due["roster"] = now + ROSTER_AGAIN_MS
        if page.to < page.head:
            self._ask_for_roster()
        else:  # say soon that this kiosk is up to date: the technician's page compares
            self._due["pulse"] = min(self._due["pulse"], now + CAUGHT_UP_MS)

    def _ask_for_roster(self) -> None:
        request = Request(**self._identity.stamp(), kind=RequestKind.ROSTER, cursor=self._roster.cursor())
        self._publish_soon(Leaf.UP_REQUEST, request)

    def _send_waiting(self, now: int) -> None:
        for waiting in self._outbox.waiting(WINDOW):
            with self._lock:
                flight = self._flights.get(waiting.id)
                if flight and flight.due_ms > now:
                    continue
            if not self._send(waiting.id, waiting.payload):
                return

    def _send(self, event: str, payload: bytes) -> bool:
        """Put an event on its way; False when the link takes nothing now."""
        now = self._identity.clock.monotonic_ms()
        with self._lock:
            flight = self._flights.setdefault(event, _Flight(now, now))
            flight.tries += 1
            pause = min(_LONGEST_WAIT_MS, 1_000 << min(flight.tries - 1, 6))
            flight.due_ms = now + int(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, no secret
        return self._hand_over(Leaf.UP_CHECKIN, payload)

    def _pulse(self) -> Heartbeat:
        backlog = self._outbox.backlog()
        health = self._health()
        now = self._identity.clock.now()
        age = max(0.0, (now - backlog.oldest_at).total_seconds()) if backlog.oldest_at else 0.0
        return Heartbeat(
            **self._identity.stamp(),
            max_seq=backlog.max_seq,
            unacked=backlog.unanswered,
            oldest_s=age,
            mono_ms=self._identity.clock.monotonic_ms(),
            clock=self._identity.clock_state(),
            roster=self._roster.cursor(),
            camera_ok=health.camera_ok,
            frames_per_s=health.frames_per_s,
            cpu_c=health.cpu_c,
            disk_free_mb=health.disk_free_mb,
        )

    def _publish_soon(self, leaf: Leaf, message: Envelope, *, retain: bool = False, qos: int = 1) -> bool:
        return self._hand_over(leaf, codec.encode(message), retain=retain, qos=qos)

    def _hand_over(self, leaf: Leaf, payload: bytes, *, retain: bool = False, qos: int = 1) -> bool:
        if self._link is None:
            return False
        try:
            self._link.publish_soon(self._identity.topic(leaf), payload, _log_refusal, retain=retain, qos=qos)
        except NotDelivered:
            return False
        return True


def _log_refusal(problem: NotDelivered | None) -> None:
    if problem:
        _log.warning("the broker did not take a message: %s", problem)
