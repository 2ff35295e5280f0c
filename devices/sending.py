"""Messages on their way to a broker: how many at once, and how each of them ended."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from devices.ports import NotDelivered, OnDone

MAX_WAITING = 2_000
"""Messages that may wait for the broker in all; more are refused at once, so that memory stays bounded."""

IN_FLIGHT = 1_000
"""Messages given to the broker and not confirmed, at most; a broker may allow fewer (MQTT 5, 3.2.2.3.3)."""

FAREWELL_S = 2.0
"""How long a link that stops may wait until the broker took what is on its way and the farewell."""

_LONGEST_TOPIC = 200


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send, and whom to tell how it ended. Raises ValueError when it can never be sent."""

    topic: str
    payload: bytes
    on_done: OnDone
    retain: bool = False
    qos: int = 1
    expiry_s: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no broker takes, here where the mistake was made."""
        if not 0 < len(self.topic) <= _LONGEST_TOPIC or "+" in self.topic or "#" in self.topic:
            raise ValueError(f"{self.topic[:_LONGEST_TOPIC]!r} is no topic to publish to")
        if self.qos not in {0, 1}:
            raise ValueError(f"quality of service is 0 or 1 here, not {self.qos}")
        if self.expiry_s is not None and not 0 < self.expiry_s < 1 << 32:
            raise ValueError(f"a message cannot expire after {self.expiry_s} seconds")


class Window:
    """The messages of one connection that are not confirmed yet, in order; each ``on_done`` is called exactly once.

    ``give`` hands a message to the client and returns its message id, or None when the connection is gone. Any thread
    may ``send``; ``on_done`` is called outside the lock, by the thread that confirms or closes.
    """

    def __init__(self, give: Callable[[Outgoing], int | None], answer_within_s: float) -> None:
        self._give = give
        self._answer_within_s = answer_within_s
        self._lock = threading.Lock()
        self._waiting: deque[Outgoing] = deque()
        self._given: dict[int, tuple[Outgoing, float]] = {}
        self._size = 1
        self._closed_because = "not connected yet"

    @property
    def is_open(self) -> bool:
        """Say whether callers may send."""
        return not self._closed_because

    def open(self, size: int) -> None:
        """Let callers send, ``size`` messages at once."""
        with self._lock:
            self._size = min(size, IN_FLIGHT)
            self._closed_because = ""

    def shut(self, reason: str) -> None:
        """Take no more messages from callers; those on their way go on."""
        with self._lock:
            self._closed_because = reason

    def send(self, outgoing: Outgoing, now_s: float) -> None:
        """Take a caller's message. Raises NotDelivered when the window is shut or too many wait."""
        with self._lock:
            if self._closed_because:
                raise NotDelivered(f"{outgoing.topic}: no connection to the broker ({self._closed_because})")
            if len(self._waiting) + len(self._given) >= MAX_WAITING:
                raise NotDelivered(f"{outgoing.topic}: {MAX_WAITING} messages wait for the broker already")
            self._take(outgoing, now_s)

    def send_own(self, outgoing: Outgoing, now_s: float) -> None:
        """Take a message of the connection itself (birth, farewell), which goes also while the window is shut."""
        with self._lock:
            self._take(outgoing, now_s)

    def confirm(self, mid: int, problem: NotDelivered | None, now_s: float) -> None:
        """Report how message ``mid`` ended, and let the next one go."""
        with self._lock:
            outgoing, _ = self._given.pop(mid, (None, 0.0))
            self._fill(now_s)
        if outgoing:
            outgoing.on_done(problem)

    def silent(self, now_s: float) -> bool:
        """Say whether the broker owes a confirmation for longer than it may."""
        with self._lock:
            _, oldest = next(iter(self._given.values()), (None, now_s))
        return now_s - oldest >= self._answer_within_s

    def fail(self, reason: str) -> None:
        """Shut, and report every message that was not confirmed."""
        with self._lock:
            self._closed_because = reason
            lost = [outgoing for outgoing, _ in self._given.values()] + list(self._waiting)
            self._given.clear()
            self._waiting.clear()
        for outgoing in lost:
            outgoing.on_done(NotDelivered(f"{outgoing.topic}: {reason}"))

    def _take(self, outgoing: Outgoing, now_s: float) -> None:
        self._waiting.append(outgoing)
        self._fill(now_s)

    def _fill(self, now_s: float) -> None:
        while self._waiting and len(self._given) < self._size:
            mid = self._give(self._waiting[0])
            if mid is None:
                return
            self._given[mid] = (self._waiting.popleft(), now_s)
