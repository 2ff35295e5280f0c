"""The clock of a running program."""

import time
from datetime import UTC, datetime, timedelta

SLOWEST, FASTEST = 1.0, 60.0
"""House seconds in a real one: a venue's own clock has 1, a rehearsal of a day up to 60."""


class SystemClock:
    """Wall time of this machine, in demos and rehearsals moved by a fixed ``offset``, or ``speed`` times as fast.

    It runs fast from ``since`` (aware UTC, real time), which all programs of a house must share: then their clocks
    agree. What is counted by ``monotonic_ms`` stays real whatever the speed: networks, screens and hands are no
    quicker in a rehearsal (decision 50).
    """

    def __init__(self, offset: timedelta = timedelta(), speed: float = 1.0, since: datetime | None = None) -> None:
        """Keep offset and speed; a venue's own clock has none. Raises ValueError for a speed out of bounds."""
        if not SLOWEST <= speed <= FASTEST:
            raise ValueError(f"a clock runs {SLOWEST:g} to {FASTEST:g} times as fast, not {speed:g} times")
        if speed != 1 and since is None:
            raise ValueError("a fast clock needs to know since when it runs fast")
        self.speed = speed
        self._offset = offset
        self._since = since

    @classmethod
    def of(cls, offset_s: float, speed: float = 1.0, since_s: float = 0.0) -> "SystemClock":
        """Make the clock that settings describe: an offset in seconds, and since when it is fast, in Unix seconds.

        Raises ValueError.
        """
        return cls(timedelta(seconds=offset_s), speed, datetime.fromtimestamp(since_s, UTC))

    def now(self) -> datetime:
        """Return the aware UTC time of the house."""
        real = datetime.now(UTC)  # noqa: TID251 - this is the one place that reads the clock
        if self._since is None or self.speed == 1:
            return real + self._offset
        return real + self._offset + (real - self._since) * (self.speed - 1)

    def monotonic_ms(self) -> int:
        """Return real milliseconds since boot, counting sleep; never goes back."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def speed_problem(speed: float, since_s: float) -> str:
    """Return what is wrong with a speed that settings name; empty when nothing is."""
    if speed != 1 and since_s <= 0:
        return "a fast clock needs the Unix second since when it is fast, the same for all programs of the house"
    return ""
