"""One code held before the camera is one scan, however many frames show it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

AWAY_MS = 2_500
"""A code that was out of sight this long is scanned anew when it comes back."""

CROWD_MS = 700
"""After two codes were in view together, one alone counts only when the other has been gone this long."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame asks for: a code that just came into view, or that several are there at once."""

    fresh: str | None = None
    crowd: bool = False


@dataclass(slots=True)
class Holds:
    """Remembers which codes are in view, to act once on each. Times are milliseconds since boot."""

    _acted: dict[str, int] = field(default_factory=dict)
    _crowd_at: int | None = None

    def see(self, texts: Sequence[str], now_ms: int) -> Sight:
        """Take the texts of one frame. Several new codes at once are reported once, and none of them is taken."""
        self._acted = {text: at for text, at in self._acted.items() if now_ms - at < AWAY_MS}
        seen = list(dict.fromkeys(texts))
        fresh = [text for text in seen if text not in self._acted]
        self._acted.update({text: now_ms for text in seen if text in self._acted})
        if len(seen) > 1 and fresh:
            first = self._crowd_at is None
            self._crowd_at = now_ms
            return Sight(crowd=first)
        if self._crowd_at is not None and now_ms - self._crowd_at < CROWD_MS:
            return Sight()
        self._crowd_at = None
        if not fresh:
            return Sight()
        self._acted[fresh[0]] = now_ms
        return Sight(fresh=fresh[0])
