"""The door for alerts to staff outside the house: looks what is due, and gives each message to a thread of its own.

Services may hang, so nobody waits for one: each address has at most one message on the way, after ``LIMIT_S`` the hub
goes on without it, and an address that fails is left alone for 1 s to 5 min. The others do not notice.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, SimpleQueue

from devices.ports import Clock
from hub.channel_ports import ChannelDown, NotTaken, PutOff, StaffChannel, StaffNotice
from hub.domain.alerts import Channel
from hub.ports import Store, StoreUnavailable, Transaction
from hub.rounds import Rounds
from hub.usecases.call_outside import Call, keep_given_up, keep_put_off, keep_sent, take_due

LIMIT_S = 10.0
"""Seconds that a service has for one message."""

AT_ONCE = 20
"""Alerts taken in one transaction."""

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0
_LOOK_S = 0.2
"""Seconds between two looks for new alerts while others are on their way."""

_log = logging.getLogger(__name__)

Write = Callable[[Call], Sequence[StaffNotice]]
"""Writes a call out, one notice for each address."""


@dataclass
class _Way:
    """How one address does. Until ``pause_until_ms`` it is left alone; ``refused``: what is sent there is of no use."""

    busy: bool = False
    failures: int = 0
    pause_until_ms: int = 0
    refused: bool = False


@dataclass
class _Open:
    """An alert whose messages are on their way: how many, which addresses have taken it, what came of the others."""

    left: int = 0
    taken: list[str] = field(default_factory=list)
    again_s: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@dataclass
class _Sending:
    """One message on its way. ``waited``: the hub goes on without it."""

    notice: StaffNotice
    call: Call
    way: _Way
    until_ms: int
    problem: Exception | None = None
    waited: bool = False


class Caller(Rounds):
    """Sends what is due. ``reachable`` says who has an address, ``write`` puts a call into words."""

    def __init__(
        self,
        store: Store,
        channel: StaffChannel,
        write: Write,
        *,
        reachable: Callable[[str], bool],
        clock: Clock,
        limit_s: float = LIMIT_S,
    ) -> None:
        """Take the parts."""
        super().__init__("calling")
        self._store = store
        self._channel = channel
        self._write = write
        self._reachable = reachable
        self._clock = clock
        self._limit_ms = int(limit_s * 1000)
        self._ways: dict[tuple[str, str], _Way] = {}
        self._open: dict[str, _Open] = {}
        self._sending: list[_Sending] = []
        self._done: SimpleQueue[_Sending] = SimpleQueue()
        self._unkept: list[Callable[[Transaction], None]] = []

    @property
    def down(self) -> int:
        """Return how many addresses are left alone because they failed."""
        return sum(way.failures > 0 for way in self._ways.values())

    def turn(self) -> int:
        """Send what is due and keep what came of it; returns how much was done or is on its way."""
        started = self._take()
        if self._sending:
            self._hear(_LOOK_S)
        return started + len(self._open) + self._keep()

    def stop(self) -> None:
        """End. What is on its way is waited for, so that the next run does not send it again."""
        super().stop()
        while self._open:
            self._hear(_LOOK_S)
        with suppress(StoreUnavailable):
            self._keep()

    def _take(self) -> int:
        now = self._clock.now()
        with self._store.read() as tx:
            if not tx.alerts.next_due(Channel.OUTSIDE, now, 1):
                return 0  # a look costs no durable commit
        with self._store.write() as tx:
            taken = take_due(tx, now, AT_ONCE, self._reachable)
        for reason in taken.dropped:
            self.counts[f"dropped_{reason}"] += 1
        for call in taken.calls:
            self._begin(call)
        return len(taken.calls) + len(taken.dropped)

    def _begin(self, call: Call) -> None:
        """Send a call to each address that is not left alone at the moment."""
        standing = self._open[call.alert.id] = _Open()
        for notice in self._written(call):
            way = self._ways.setdefault((notice.to, notice.address), _Way())
            wait_s = max((way.pause_until_ms - self._clock.monotonic_ms()) / 1000, FIRST_PAUSE_S if way.busy else 0.0)
            if wait_s <= 0:
                standing.left += 1
                self._send(notice, call, way)
            else:
                standing.said.append(f"{notice.to}: {notice.address} is left alone")
                standing.again_s += [] if way.refused else [wait_s]
        self._settle(call)

    def _written(self, call: Call) -> Sequence[StaffNotice]:
        try:
            return self._write(call)
        except Exception as problem:  # noqa: BLE001 - the next ones must not wait behind it for ever
            self.counts["cannot_write"] += 1
            _log.warning("alert %s cannot be written (%s)", call.alert.id, type(problem).__name__)
            return ()

    def _send(self, notice: StaffNotice, call: Call, way: _Way) -> None:
        way.busy = True
        sending = _Sending(notice, call, way, self._clock.monotonic_ms() + self._limit_ms)
        self._sending.append(sending)
        name = f"calling {notice.to} {notice.address}"
        threading.Thread(target=self._run_one, args=(sending,), name=name, daemon=True).start()

    def _run_one(self, sending: _Sending) -> None:
        try:
            self._channel.send(sending.notice)
        except Exception as problem:  # noqa: BLE001 - told to who waits
            sending.problem = problem
        self._done.put(sending)

    def _hear(self, wait_s: float) -> None:
        """Take what has come back, waiting a moment for the first; go on without what takes too long."""
        with suppress(Empty):
            self._came_back(self._done.get(timeout=wait_s))
            while True:
                self._came_back(self._done.get_nowait())
        now_ms = self._clock.monotonic_ms()
        for sending in self._sending:
            if not sending.waited and now_ms >= sending.until_ms:
                sending.waited = True
                self.counts["hanging"] += 1
                self._failed(sending, ChannelDown(f"no answer in {self._limit_ms / 1000:g} s"))

    def _came_back(self, sending: _Sending) -> None:
        self._sending.remove(sending)
        way, problem = sending.way, sending.problem
        way.busy = False
        if sending.waited:
            self.counts["late"] += 1
        if problem is not None:
            if not sending.waited:
                self._failed(sending, problem)
            return
        way.failures, way.pause_until_ms, way.refused = 0, 0, False
        self.counts["sent"] += 1
        if sending.waited:  # it has waited for its next try since: it needs none
            self._keep_sent(sending.call, [sending.notice.address])
            return
        standing = self._open[sending.call.alert.id]
        standing.left -= 1
        standing.taken.append(sending.notice.address)
        self._settle(sending.call)

    def _failed(self, sending: _Sending, problem: Exception) -> None:
        """Leave the address alone for a while, ever longer, and say so once."""
        notice, way, standing = sending.notice, sending.way, self._open[sending.call.alert.id]
        known = isinstance(problem, ChannelDown | PutOff | NotTaken)
        # An unknown error's text may hold the address.
        said = f"{notice.to}: {notice.address}: {problem if known else type(problem).__name__}"
        self.counts[getattr(problem, "code", "failed")] += 1
        if not way.failures:
            _log.warning("alerts do not reach %s", said)
        pause_s = min(FIRST_PAUSE_S * 2 ** min(way.failures, 16), LONGEST_PAUSE_S)
        way.refused = isinstance(problem, NotTaken)
        if way.refused:
            pause_s = LONGEST_PAUSE_S
        elif isinstance(problem, PutOff):
            pause_s = max(pause_s, problem.after_s)
        way.failures += 1
        way.pause_until_ms = self._clock.monotonic_ms() + int(pause_s * 1000)
        standing.left -= 1
        standing.said.append(said)
        standing.again_s += [] if way.refused else [pause_s]
        self._settle(sending.call)

    def _settle(self, call: Call) -> None:
        """Note what became of an alert of which nothing is on its way any more: one address that took it is enough."""
        standing, alert = self._open[call.alert.id], call.alert.id
        if standing.left:
            return
        del self._open[alert]
        said = "; ".join(standing.said)
        if standing.taken:
            self._keep_sent(call, standing.taken)
        elif standing.again_s:
            until = self._clock.now() + timedelta(seconds=min(standing.again_s))
            self._unkept.append(lambda tx: keep_put_off(tx, alert, until, said))
        else:
            self.counts["given_up"] += 1
            self._unkept.append(lambda tx: keep_given_up(tx, alert, said))

    def _keep_sent(self, call: Call, addresses: Sequence[str]) -> None:
        alert, at = call.alert.id, self._clock.now()
        self._unkept.append(lambda tx: keep_sent(tx, alert, at, addresses))

    def _keep(self) -> int:
        """Write down what has become of alerts. Raises StoreUnavailable; then it is written at the next turn."""
        if not self._unkept:
            return 0
        with self._store.write() as tx:
            for note in self._unkept:
                note(tx)
        kept, self._unkept = len(self._unkept), []
        return kept
