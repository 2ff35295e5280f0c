"""The clock of a running program."""

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Wall time of this machine, moved by a fixed ``offset`` in demos and drills only."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        """Keep the offset; a venue's own clock has none."""
        self._offset = offset

    def now(self) -> datetime:
        """Return the aware UTC time."""
        return datetime.now(UTC) + self._offset  # noqa: TID251 - this is the one place that reads the clock

    def monotonic_ms(self) -> int:
        """Return milliseconds since boot, counting sleep; never goes back."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
