"""The clock everything in a kiosk goes by: steady, whatever the wall clock does (see ``kiosk.timekeeping``)."""

import threading
from collections.abc import Callable
from datetime import datetime

from devices.ports import Clock
from kiosk.timekeeping import Reading, Timekeeping


class SteadyClock:
    """A ``Clock`` over the machine's own. Safe to use from any thread.

    Where the house's clock runs ``speed`` times as fast (a rehearsal), so does ``now``; ``monotonic_ms`` stays real.
    """

    def __init__(self, machine: Clock, is_held: Callable[[], bool], speed: float = 1.0) -> None:
        """Take the machine's clock and whether a time service holds it, and look at both for the first time."""
        self._machine = machine
        self._speed = speed
        self._is_held = is_held
        self._lock = threading.Lock()
        self._kept = Timekeeping.start(self._look())

    @property
    def wrong(self) -> bool:
        """Say whether a person must see to this machine's clock, or the hub's."""
        return self._read()[0].wrong

    def now(self) -> datetime:
        """Return the aware UTC time as best it is known."""
        kept, mono_ms = self._read()
        return kept.at(mono_ms)

    def monotonic_ms(self) -> int:
        """Return real milliseconds since this machine's boot; never goes back."""
        return self._machine.monotonic_ms()

    def count_ms(self) -> int:
        """Return the house's milliseconds since this machine's boot, in step with ``now``."""
        return int(self._machine.monotonic_ms() * self._speed)

    def trusted(self) -> bool:
        """Say whether a guest may be turned away by this time alone (fault 46)."""
        kept, mono_ms = self._read()
        return kept.trusted(mono_ms)

    def hear(self, hub: datetime) -> None:
        """Take the hub's time as it is heard."""
        with self._lock:
            self._kept = self._kept.hear(hub, self.count_ms())

    def _read(self) -> tuple[Timekeeping, int]:
        with self._lock:
            reading = self._look()
            self._kept = self._kept.read(reading)
            return self._kept, reading.mono_ms

    def _look(self) -> Reading:
        return Reading(wall=self._machine.now(), mono_ms=self.count_ms(), held=self._is_held())
