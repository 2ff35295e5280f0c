"""When the browser must be started anew. Pure: what was seen and the time are arguments."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SILENT_S = 12.0
"""Seconds without a sign of life from a page that was there: four of its words missed."""

FIRST_WORD_S = 30.0
"""Seconds a new browser has for its page's first word; doubled with each one that never spoke, up to LONGEST_S."""

LONGEST_S = 300.0
_SETTLED_S = 7_200.0
_MS = 1000


class Why(StrEnum):
    """Why the browser is started anew: it ended, its page fell silent, or it is night and nobody is there."""

    GONE = "gone"
    SILENT = "silent"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is seen at one look: whether the browser runs, whether the kiosk answers, and what it says.

    ``page_s`` is how long ago the page last spoke, in seconds; None when it never did in this run of the kiosk.
    """

    running: bool
    answers: bool
    idle: bool = False
    page_s: float | None = None


class Revival:
    """Remembers one browser after the other."""

    def __init__(self, nightly_hour: int, now_ms: int) -> None:
        """Take the hour of the nightly start, -1 for never, and when the first browser was started."""
        self._nightly_hour = nightly_hour
        self._first_word_s = FIRST_WORD_S
        self._started_ms = now_ms
        self._answering_since_ms: int | None = None

    def started(self, now_ms: int) -> None:
        """Note that a browser was started anew."""
        self._started_ms = now_ms

    def judge(self, look: Look, now_ms: int, local: datetime) -> Why | None:
        """Say whether to start the browser anew. ``local`` is the time in the venue's zone."""
        if not look.answers:
            self._answering_since_ms = None  # the page says so itself; its browser is not to blame
        elif self._answering_since_ms is None:
            self._answering_since_ms = now_ms
        if not look.running:
            return Why.GONE
        if self._answering_since_ms is None:
            return None
        age_s = (now_ms - self._started_ms) / _MS
        if look.page_s is not None and look.page_s < age_s:
            self._first_word_s = FIRST_WORD_S
            if look.page_s > SILENT_S:
                return Why.SILENT
        elif min(age_s, (now_ms - self._answering_since_ms) / _MS) > self._first_word_s:
            self._first_word_s = min(LONGEST_S, 2 * self._first_word_s)
            return Why.SILENT
        if look.idle and local.hour == self._nightly_hour and age_s > _SETTLED_S:
            return Why.NIGHT
        return None
