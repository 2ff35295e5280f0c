"""Signs of life of the page itself: its script speaks every few seconds, each time a frame was drawn."""

from devices.ports import Clock


class PageLife:
    """How long ago a page was last known to be drawn. Safe to use from any thread."""

    def __init__(self, clock: Clock) -> None:
        """Begin to count now, as if a page had just been there."""
        self._clock = clock
        self._heard_ms = clock.monotonic_ms()
        self._ever = False
        self._drawn = (0, self._heard_ms)

    def heard(self, version: int = 0) -> None:
        """Note a sign of life, and which version of the screen is drawn; 0 where the page does not know."""
        self._heard_ms = self._clock.monotonic_ms()
        self._ever = True
        if version != self._drawn[0]:
            self._drawn = (version, self._heard_ms)

    def drawn(self) -> tuple[int, int]:
        """Return the version of the screen that is drawn, as the page says, and since how many milliseconds."""
        version, since_ms = self._drawn
        return version, self._clock.monotonic_ms() - since_ms

    @property
    def last_s(self) -> float | None:
        """Return the seconds since the last sign of life; None when there was none in this run."""
        return round(self.silent_s, 1) if self._ever else None

    @property
    def silent_s(self) -> float:
        """Return the seconds since the last sign of life, or since the start."""
        return (self._clock.monotonic_ms() - self._heard_ms) / 1000
