"""The help button's memory: pressed twice, a person is called once."""

import threading
from collections.abc import Callable

from devices.ports import Clock

QUIET_MS = 10_000
"""A second press within this time, in milliseconds, repeats the first one's answer."""


class Bell:
    """Calls staff at most once in ten seconds, however often and from however many threads it is rung."""

    def __init__(self, call_staff: Callable[[], bool], clock: Clock) -> None:
        """Take the way to reach a person, and a clock."""
        self._call_staff = call_staff
        self._clock = clock
        self._lock = threading.Lock()
        self._rung_ms: int | None = None
        self._reached = False

    def ring(self) -> bool:
        """Say whether a person could be told, now or by the press just before."""
        with self._lock:
            now_ms = self._clock.monotonic_ms()
            if self._rung_ms is None or now_ms - self._rung_ms >= QUIET_MS:
                self._rung_ms = now_ms
                self._reached = self._call_staff()
            return self._reached
