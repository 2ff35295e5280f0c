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
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.contract.envelope import Envelope
from devices.contract.messages import (
    Answer,
    CheckInEvent,
    Clock,
    DeviceInfo,
    HubState,
    Reply,
    Request,
    RequestAnswer,
    RequestKind,
    RosterPage,
    Status,
)
from devices.contract.topics import HUB, Leaf, parse
from devices.ports import Link, Received
from devices.station import Outlet
from kiosk.commands import read_command, refusal, resend
from kiosk.conveyor import Conveyor
from kiosk.flights import WINDOW
from kiosk.identity import Identity
from kiosk.outbox import Outbox
from kiosk.pulse import Health, pulse
from kiosk.roster import Roster
from kiosk.roster_sync import RosterSync, Turn
from kiosk.screenshots import Screenshots
from kiosk.wishes import Wishes

__all__ = ["WINDOW", "Health", "Uplink"]

PULSE_MS = 15_000
CAUGHT_UP_MS = 300
TEND_MS = 60_000
PRUNE_MS = 3_600_000
_TICK_S = 0.5
_GLANCE_S = 0.05
_INBOX = 1_000

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Question:
    """A guest who stands before the screen while the hub is asked."""

    answered: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None


class Uplink:
    """Sends, sends again, and takes what the hub says. One thread of its own beside the link's."""

    def __init__(  # noqa: PLR0913 - the parts, and who hears of what
        self,
        identity: Identity,
        outbox: Outbox,
        roster: Roster,
        *,
        health: Callable[[], Health],
        on_late: Callable[[Answer], None],
        info: Callable[[], DeviceInfo],
        on_news: Callable[[RequestAnswer], None] = lambda _: None,
        on_hub: Callable[[HubState], None] = lambda _: None,
        on_roster: Callable[[], None] = lambda: None,
        screenshots: Screenshots | None = None,
        announcement: tuple[str, bytes] | None = None,
    ) -> None:
        """Take the parts; ``attach`` the link, then ``start``.

        ``on_late`` gets answers to scans that nobody waits for any more, ``on_news`` what becomes of requests; both
        are called on the link's thread and must be quick. ``on_hub`` gets each word of the hub on itself, and
        ``on_roster`` is told when the roster is complete; both on the uplink's thread. Without ``screenshots`` none is
        taken. ``announcement`` is topic and payload, said retained at each connection.
        """
        self._identity = identity
        self._outbox = outbox
        self._roster = roster
        self._health = health
        self._on_late = on_late
        self._on_hub = on_hub
        self._on_roster = on_roster
        self._info = info
        self._screenshots = screenshots
        self._announcement = announcement
        self._outlet = Outlet(identity)
        self._hubs: frozenset[str] = frozenset()
        self._conveyor = Conveyor(outbox, self._send, lambda: random.uniform(0.8, 1.2))  # noqa: S311 - jitter
        self._questions: dict[str, _Question] = {}
        self._lock = threading.Lock()
        self._wishes = Wishes(self._wish, on_news)
        self._inbox: queue.Queue[tuple[int, Envelope]] = queue.Queue(_INBOX)
        self._sync = RosterSync(roster, self._ask_for_roster, lambda: self._conveyor.busy)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="uplink", daemon=True)
        self._due = {"pulse": 0, "tend": 0, "prune": 0}
        self.dropped = 0

    @property
    def mismatches(self) -> int:
        """Return how often the roster was found to differ from the hub's."""
        return self._sync.mismatches

    def attach(self, link: Link) -> None:
        """Take the link whose callbacks are ``received`` and ``connected``."""
        self._outlet.attach(link)

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
        return self._outlet.connected and bool(self._hubs)

    def ask(self, event: CheckInEvent, within_s: float) -> Answer | None:
        """Send an event that is in the outbox already, and wait a moment for the hub's word; None when it is late.

        It goes before all that waits: a guest stands there.
        """
        question = _Question()
        with self._lock:
            self._questions[event.id] = question
        try:
            if self._outlet.connected:
                self._conveyor.send(event.id, codec.encode(event), self._identity.clock.monotonic_ms())
            if self.hub_reachable:
                question.answered.wait(within_s)
        finally:
            with self._lock:
                del self._questions[event.id]
        return question.answer

    def request(self, request: Request, within_s: float) -> RequestAnswer | None:
        """Ask the hub for what a guest wishes, again each second; None when it is away or silent for ``within_s``."""
        return self._wishes.ask(request, within_s)

    # What the link calls, on its own thread: be quick, never raise.

    def connected(self) -> None:
        """Greet the hub after each (re)connection, and send what waits."""
        self._outlet.say(Leaf.INFO, self._info(), retain=True)
        if self._announcement is not None:
            self._outlet.put(*self._announcement, retain=True)
        self._due["pulse"] = 0
        self._sync.connected()
        self._conveyor.restart()
        self._wake.set()

    def received(self, message: Received) -> None:
        """Take one message. What cannot be read is counted and dropped: the hub sends it again when asked."""
        try:
            address = parse(message.topic)
            if address.device == HUB:
                state = codec.decode(message.payload, HubState)
                self._see_hub(state, kept=message.retained)
                self._take(state, live=not message.retained)
            elif address.leaf is Leaf.DOWN_COMMAND:
                self._put(read_command(message.payload, self._identity, retained=message.retained))
            elif message.retained:
                raise UnreadableMessage("retained", "only states may be retained")
            else:
                kind: type[Envelope] = {Leaf.DOWN_REPLY: Reply, Leaf.DOWN_ROSTER: RosterPage}[address.leaf]
                self._take(codec.decode(message.payload, kind), live=True)
        except (ValueError, KeyError) as problem:
            self.dropped += 1
            _log.warning("a message on %s was dropped: %s", message.topic, problem)
        except queue.Full:
            self.dropped += 1
        self._wake.set()

    def _see_hub(self, state: HubState, *, kept: bool) -> None:
        """Count the hub's processes: each says for itself that it comes and goes, and one is enough.

        What the broker had kept is all that is known after a new connection.
        """
        others = frozenset() if kept else self._hubs - {state.boot}
        was_away = not self._hubs
        self._hubs = others | {state.boot} if state.status is Status.ONLINE else others
        if self._hubs and was_away:
            self._conveyor.restart()

    def _take(self, message: Envelope, *, live: bool) -> None:
        if live:
            self._identity.hear_time(message.ts)
        if isinstance(message, Reply):
            for answer in message.replies:
                self._tell(answer)
            for told in message.requests:
                self._wishes.tell(told)
        self._put(message)

    def _put(self, message: Envelope) -> None:
        """Hand a message to the uplink's own thread. Raises queue.Full: whatever it was is asked for again."""
        self._inbox.put_nowait((self._identity.clock.monotonic_ms(), message))

    def _tell(self, answer: Answer) -> None:
        with self._lock:
            question = self._questions.get(answer.id)
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
        for result in self._screenshots.results() if self._screenshots else ():
            self._outlet.say(Leaf.UP_ACK, result)
        if self._is_due("tend", now, TEND_MS):
            self._outbox.keep_room()
            self._conveyor.reread()
        if self._is_due("prune", now, PRUNE_MS):
            synced = self._identity.clock_state() is Clock.SYNCED
            self._outbox.prune(self._identity.clock.now() if synced else None)
        if not self._outlet.connected:
            return
        if self._is_due("pulse", now, PULSE_MS):  # before events: it ties this machine's count to the time of day
            self._outlet.say(Leaf.TELE, pulse(self._identity, self._outbox, self._roster, self._health), qos=0)
        self._conveyor.work(now)
        self._sync.work(now)

    def _is_due(self, what: str, now: int, every: int) -> bool:
        if now < self._due[what]:
            return False
        self._due[what] = now + every
        return True

    def _digest(self) -> None:
        """Write down what the hub said: answered events in one commit, then roster pages."""
        settled: dict[str, int | None] = {}
        while True:
            try:
                came_ms, message = self._inbox.get_nowait()
            except queue.Empty:
                break
            match message:
                case Reply():
                    self._meet(message.incarnation)
                    settled |= self._conveyor.answered(message.replies, came_ms)
                case HubState():
                    self._meet(message.incarnation)
                    self._sync.told(message.roster)
                    self._on_hub(message)
                case RosterPage():
                    self._meet(message.incarnation)
                    self._turn(message)
                case Command():
                    self._obey(message)
                case CommandResult():
                    self._outlet.say(Leaf.UP_ACK, message)
                case _:
                    pass
        if settled:
            self._outbox.settle(settled, self._identity.clock.now())

    def _obey(self, command: Command) -> None:
        match command.kind:
            case CommandKind.RESEND:
                self._outlet.say(Leaf.UP_ACK, resend(command, self._identity, self._outbox))
                self._conveyor.reread()
            case CommandKind.SCREENSHOT if self._screenshots is not None:
                self._screenshots.ask(command)
            case _:
                self._outlet.say(Leaf.UP_ACK, refusal(self._identity, command.id))

    def _meet(self, incarnation: str) -> None:
        """Give everything again to a hub that came back with another database."""
        known = self._roster.incarnation()
        if known and known != incarnation:
            _log.warning("the hub has another database now: sending everything kept again")
            self._give_again()

    def _give_again(self) -> None:
        self._outbox.reopen()
        self._sync.start_over()
        self._conveyor.restart()

    def _turn(self, page: RosterPage) -> None:
        """Take a roster page over; the next one is asked for by the way."""
        now = self._identity.clock.monotonic_ms()
        match self._sync.turn(page, now):
            case Turn.RESTORED:
                self._give_again()
            case Turn.CAUGHT_UP:  # say so soon: the technician's page compares
                self._on_roster()
                self._due["pulse"] = min(self._due["pulse"], now + CAUGHT_UP_MS)
            case Turn.MORE | Turn.NOTHING:
                pass

    def _ask_for_roster(self, cursor: int, check: bool) -> str:  # noqa: FBT001 - one question, two forms
        stamp = self._identity.stamp()
        self._outlet.say(Leaf.UP_REQUEST, Request(**stamp, kind=RequestKind.ROSTER, cursor=cursor, check=check))
        return stamp["id"]

    def _wish(self, request: Request) -> bool:
        return self.hub_reachable and self._outlet.say(Leaf.UP_REQUEST, request)

    def _send(self, payload: bytes) -> bool:
        return self._outlet.put(self._identity.topic(Leaf.UP_CHECKIN), payload)
