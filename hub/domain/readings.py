"""What a point said: a number or a word, when, and how far it may be believed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Quality(StrEnum):
    """How far a reading may be believed.

    ``RESTORED``: the broker had kept it, so nobody knows from when it is; a live one takes its place. ``STALE``: it was
    live, and nothing came since for longer than its point allows.
    """

    LIVE = "live"
    RESTORED = "restored"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of one point, in the point's own unit (``Point.unit``).

    ``value`` is None for a word, and for a point that says it does not know; ``text`` is the word (``on``, ``off``, an
    event's type), empty for a number. ``at`` is when it was measured where the device says so and can be believed, else
    when it came; UTC.
    """

    point: str
    at: datetime
    value: float | None = None
    text: str = ""
    quality: Quality = Quality.LIVE
