"""What sensors said and nobody has looked at yet: bounded, and the newest wins (I13).

A flood of telemetry costs telemetry and nothing else: it is dropped and counted. Announcements stand apart, the newest
of each topic, so that no flood costs a device its place.
"""

import threading
from collections import Counter, deque
from dataclasses import dataclass, field, replace

from devices.ports import Received

MOST_STATES = 20_000
MOST_BYTES = 32 << 20
"""States, and announcements, that may wait, in messages and in bytes of each kind."""

MOST_ANNOUNCEMENTS = 20_000
STATE_BYTES = 16_384
ANNOUNCEMENT_BYTES = 262_144
"""A longer message is refused (``too_large``); only its beginning is kept to be shown."""

_KEPT_BYTES = 2_048
_MOST_TOO_LARGE = 200


@dataclass(slots=True)
class Batch:
    """What came since the last look, announcements first: those that were too large with their true size in bytes."""

    announcements: list[Received] = field(default_factory=list)
    states: list[Received] = field(default_factory=list)
    too_large: list[tuple[Received, int]] = field(default_factory=list)


class SensorQueue:
    """Filled by the link's thread, emptied by the worker's; ``counts`` is for people who watch."""

    def __init__(self, prefix: str, counts: Counter[str]) -> None:
        """Begin empty; announcing topics begin with ``prefix``."""
        self._prefix = f"{prefix}/"
        self._counts = counts
        self._lock = threading.Lock()
        self._announcements: dict[str, Received] = {}
        self._states: deque[Received] = deque()
        self._too_large: dict[str, tuple[Received, int]] = {}
        self._announced_bytes = 0
        self._state_bytes = 0

    def __len__(self) -> int:
        """Return how many messages wait."""
        return len(self._states) + len(self._announcements) + len(self._too_large)

    def put(self, message: Received) -> None:
        """Let a message wait; never blocks for long, never raises."""
        size = len(message.payload)
        if self._announces(message.topic):
            if size > ANNOUNCEMENT_BYTES:
                self._set_aside(message)
            else:
                self._put_announcement(message, newest=True)
        elif size > STATE_BYTES:
            self._set_aside(message)
        else:
            with self._lock:
                self._states.append(message)
                self._state_bytes += size
                while len(self._states) > MOST_STATES or self._state_bytes > MOST_BYTES:
                    self._state_bytes -= len(self._states.popleft().payload)
                    self._counts["dropped"] += 1

    def put_back(self, message: Received) -> None:
        """Let an announcement wait again that could not be stored, unless a newer one of its topic came meanwhile."""
        self._put_announcement(message, newest=False)

    def take(self) -> Batch:
        """Return all that waits, and begin anew."""
        with self._lock:
            batch = Batch(list(self._announcements.values()), list(self._states), list(self._too_large.values()))
            self._announcements = {}
            self._states = deque()
            self._too_large = {}
            self._announced_bytes = self._state_bytes = 0
        return batch

    def _announces(self, topic: str) -> bool:
        return topic.startswith(self._prefix) and topic.endswith("/config")

    def _put_announcement(self, message: Received, *, newest: bool) -> None:
        with self._lock:
            before = self._announcements.get(message.topic)
            if before is not None and not newest:
                return
            more = len(message.payload) - (len(before.payload) if before else 0)
            full = before is None and len(self._announcements) >= MOST_ANNOUNCEMENTS
            if full or self._announced_bytes + more > MOST_BYTES:
                self._counts["announcements_dropped"] += 1
                return
            self._announced_bytes += more
            self._announcements[message.topic] = message

    def _set_aside(self, message: Received) -> None:
        with self._lock:
            self._counts["too_large"] += 1
            if len(self._too_large) < _MOST_TOO_LARGE or message.topic in self._too_large:
                short = replace(message, payload=message.payload[:_KEPT_BYTES])
                self._too_large[message.topic] = (short, len(message.payload))
