"""How guests use this kiosk, measured over the last quarter of an hour (R92): bounded, and of nobody in particular.

A kiosk sees no queue. What it can see is guests who come one right after the other, and it calls that what it is.
"""

import threading
from collections import deque
from collections.abc import Callable
from math import ceil

from devices.contract.messages import Usage

WINDOW_MS = 15 * 60_000
IN_A_ROW_MS = 12_000
"""A guest who is read so soon after the one before most likely stood behind them: a greeting takes eight seconds."""

MOST = 2_048
"""Scans kept at once, the newest; two a second for a quarter of an hour are fewer."""

_Scan = tuple[int, int, int]
"""When it was, how long its answer took, and its guest's place in a row."""


class UsageMeter:
    """Counts scans, how long each took, and how long a guest was on the screen. Safe to use from any thread."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        """Take what tells milliseconds since boot, and begin with nobody there."""
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._began_ms = now_ms()
        self._scans: deque[_Scan] = deque(maxlen=MOST)
        self._stays: deque[tuple[int, int]] = deque(maxlen=MOST)
        self._since_ms: int | None = None
        self._last = 0

    def scanned(self, text: str, took_ms: int) -> None:
        """Note a code that was answered: how long that took from its reading, in milliseconds.

        The same code again is the same guest.
        """
        now_ms, who = self._now_ms(), hash(text)
        with self._lock:
            row = self._row(now_ms)
            self._scans.append((now_ms, took_ms, row + 1 if who != self._last or not row else row))
            self._last = who

    def shows(self, *, guest: bool, at_ms: int) -> None:
        """Note that from this moment on a guest is on the screen, or none."""
        with self._lock:
            if guest and self._since_ms is None:
                self._since_ms = at_ms
            elif not guest and self._since_ms is not None:
                self._stays.append((self._since_ms, at_ms))
                self._since_ms = None

    def figures(self) -> Usage:
        """Return the figures of the last quarter of an hour, or since the start where that is shorter."""
        now_ms = self._now_ms()
        since_ms = max(self._began_ms, now_ms - WINDOW_MS)
        with self._lock:
            scans = [scan for scan in self._scans if scan[0] >= since_ms]
            stays = [*self._stays, *([(self._since_ms, now_ms)] if self._since_ms is not None else [])]
            row = self._row(now_ms)
        took = sorted(ms for _, ms, _ in scans)
        busy_ms = sum(max(0, end - max(begin, since_ms)) for begin, end in stays)
        return Usage(
            minutes=WINDOW_MS // 60_000,
            scans=len(scans),
            p50_ms=_percentile(took, 0.50),
            p95_ms=_percentile(took, 0.95),
            busy=round(min(1.0, busy_ms / max(1, now_ms - since_ms)), 3),
            row=row,
            longest_row=max((row for _, _, row in scans), default=0),
        )

    def _row(self, now_ms: int) -> int:
        """Return how many have come in the row that still goes on; 0 when the last guest came a while ago."""
        if not self._scans or now_ms - self._scans[-1][0] > IN_A_ROW_MS:
            return 0
        return self._scans[-1][2]


def _percentile(ordered: list[int], share: float) -> int | None:
    """Return the nearest rank's value; None of nothing."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None
