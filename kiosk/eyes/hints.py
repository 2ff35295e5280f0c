"""Why a code that is held up is not read, told honestly or not at all. Pure: measurements and time in, a reason out.

A reason is given once something has been held before the camera for three seconds without a read, and only where a
measurement shows it; a guest who merely stands there, a person who walks by and an empty room get none.
"""

from dataclasses import dataclass
from enum import StrEnum

AFTER_MS = 3_000
"""Held so long without a read, a guest is helped (G20)."""

STEADY_MS = 1_500
"""What has been in its place for so long is held; who walks by is not."""

STAYS_MS = 4_000
"""A hint that is up stays so long at least, unless the code is read or taken away."""

_SURE_MS, _GONE_MS = 600, 1_000
_DARK, _DARK_SHARE = 45, 0.006
_CLIPPED_SHARE = 0.15
_SMALL_SHARE = 0.02
_BUSY = 0.05


class Reason(StrEnum):
    """What keeps a code from being read."""

    DARK = "dark"
    GLARE = "glare"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What one quick look at a frame measured.

    ``held_ms`` is how long something that is not part of the empty place has been held fairly still, 0 for nothing.
    ``light`` is the grey level below which nine tenths of the frame lie. Of what is held: its ``share`` of the frame,
    the share of it that is ``clipped`` (no detail is left in it), and how ``busy`` it is: the share of its
    pixels that differ strongly from the next one, large for fine print and for codes.
    """

    held_ms: int = 0
    light: float = 255.0
    share: float = 0.0
    clipped: float = 0.0
    busy: float = 0.0


def reason_for(seen: Glimpse) -> Reason | None:
    """Return what the measurements say against reading what is held; None when they say nothing, or nothing is."""
    if not seen.held_ms:
        return None
    if seen.light < _DARK and seen.share > _DARK_SHARE:
        return Reason.DARK
    if seen.share < _SMALL_SHARE:
        return Reason.FAR if seen.busy > _BUSY else None
    return Reason.GLARE if seen.clipped > _CLIPPED_SHARE else None


@dataclass(slots=True)
class Hints:
    """Decides when a hint comes, stays and goes. Times are milliseconds since boot."""

    _read_at: int | None = None
    _reason: Reason | None = None
    _reason_since: int = 0
    _hint: Reason | None = None
    _hint_since: int = 0

    def read(self, now_ms: int) -> None:
        """Take it that a code was read: all is well, and the three seconds begin anew."""
        self._read_at, self._hint = now_ms, None

    def see(self, seen: Glimpse, now_ms: int) -> Reason | None:
        """Take the next glimpse and return the hint that is to be shown now."""
        reason = reason_for(seen)
        if reason is not self._reason:
            self._reason, self._reason_since = reason, now_ms
        unread_ms = seen.held_ms if self._read_at is None else min(seen.held_ms, now_ms - self._read_at)
        sure = now_ms - self._reason_since >= (_GONE_MS if reason is None else _SURE_MS)
        changed = reason is not self._hint and now_ms - self._hint_since >= (STAYS_MS if seen.held_ms else 0)
        if sure and changed and (reason is None or unread_ms >= AFTER_MS):
            self._hint, self._hint_since = reason, now_ms
        return self._hint
