"""A clock for cameras that need not be waited for."""

from datetime import UTC, datetime


class WaitingClock:
    """A clock that only waiting moves on."""

    def __init__(self) -> None:
        """Begin somewhere: a machine is never just booted."""
        self.ms = 5_000_000.0
        self.waits = 0

    def now(self) -> datetime:
        """Return some instant."""
        return datetime(2026, 12, 31, tzinfo=UTC)

    def monotonic_ms(self) -> int:
        """Return the time so far."""
        return round(self.ms)

    def wait(self, seconds: float) -> None:
        """Let the time pass."""
        self.waits += 1
        self.ms += seconds * 1000
