"""Carries events from the outbox to the link, oldest first, until the hub has answered each of them."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from devices.contract.messages import Answer
from kiosk.flights import Flights, Waiting
from kiosk.outbox import Outbox

_READ_AHEAD = 400

HandOver = Callable[[bytes], bool]
"""Gives an event's bytes to the link; False when it takes nothing now."""


class Conveyor:
    """Safe for several threads: a live scan is sent from the one that serves the guest, the backlog from another."""

    def __init__(self, outbox: Outbox, hand_over: HandOver, jitter: Callable[[], float]) -> None:
        """Take the outbox, the way to the link and the jitter of ``Flights``."""
        self._outbox = outbox
        self._hand_over = hand_over
        self._flights = Flights(jitter)
        self._lock = threading.Lock()
        self._ahead: deque[Waiting] = deque()
        self._read_up_to = 0
        self._anew = False
        self._again = False

    @property
    def busy(self) -> bool:
        """Say whether more waits than may be on its way at once."""
        with self._lock:
            return not self._flights.has_room()

    @property
    def apart(self) -> int:
        """Return how many events the hub leaves unanswered while it answers others."""
        return self._flights.apart

    def restart(self) -> None:
        """Send everything anew: the connection, or the hub behind it, is another one."""
        self._anew = True

    def reread(self) -> None:
        """Look through the outbox from its beginning: events wait there again."""
        self._again = True

    def send(self, event: str, payload: bytes, now_ms: int) -> bool:
        """Send one event before all that wait."""
        return self._send(Waiting(0, event, payload), now_ms)

    def answered(self, replies: Sequence[Answer], at_ms: int) -> dict[str, int | None]:
        """Take the hub's answers; return the round trips in milliseconds, None where one is not known."""
        with self._lock:
            return {one.id: self._flights.answered(one.id, at_ms) for one in replies}

    def work(self, now_ms: int) -> None:
        """Send what is due again, then what of the backlog has room. Raises sqlite3.Error."""
        if self._anew or self._again:
            anew, self._anew, self._again = self._anew, False, False
            self._ahead.clear()
            self._read_up_to = 0
            with self._lock:
                if anew:
                    self._flights.reconnected()
        with self._lock:
            due = self._flights.due(now_ms)
        if not all(self._send(one, now_ms) for one in due):
            return
        while waiting := self._next():
            if not self._send(waiting, now_ms):
                return

    def _next(self) -> Waiting | None:
        """Return the oldest event that is not on its way; None when the window is full or nothing waits."""
        while True:
            with self._lock:
                if not self._flights.has_room():
                    return None
            if not self._ahead:
                self._ahead.extend(self._outbox.waiting(_READ_AHEAD, self._read_up_to))
            if not self._ahead:
                return None
            waiting = self._ahead.popleft()
            self._read_up_to = max(self._read_up_to, waiting.place)
            with self._lock:
                if waiting.id not in self._flights:
                    return waiting

    def _send(self, waiting: Waiting, now_ms: int) -> bool:
        """Put an event on its way; one that the link does not take is due again like one that was lost."""
        with self._lock:
            self._flights.send(waiting, now_ms)
        return self._hand_over(waiting.payload)
