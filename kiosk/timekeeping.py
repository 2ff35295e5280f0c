"""What time it is, on a machine whose wall clock may be wrong. Pure: every reading is an argument.

A Raspberry Pi without a battery wakes up in the past, time services step clocks, and somebody may lie to them. The
steady time runs on with the monotonic clock from the last base that was believed:

* Before anything good was heard it follows the wall clock, and is not trusted.
* The first wall clock that the kernel calls synchronised is believed, and then small corrections are followed.
* A wall clock that differs by more than 15 minutes is not believed, unless the hub's time confirms it (fault 48).
* The hub's time is taken where the kernel has none, and wins where the two differ when the hub is first heard: all
  doors judge by the hub's time. A hub that jumps later is not followed by a kiosk whose kernel knows better.
* Whoever disagrees, a person is called; and the time is trusted only if the hub vouches for it.

Order and durations never come from here: those are (boot, seq) and the monotonic clock (fault 45).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

STEP = timedelta(minutes=15)
"""A larger difference is no correction but a mistake, or an attack."""

FLOOR = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this no kiosk of this kind was made: an earlier wall clock is not set, whatever the kernel says."""

_SLACK = 1e-4
"""How far two clocks drift apart at most, as a share of the time that passes."""


class Source(Enum):
    """Whose time the steady time is."""

    NOBODY = auto()
    KERNEL = auto()
    HUB = auto()


@dataclass(frozen=True, slots=True)
class Reading:
    """The machine's clocks at one moment: wall (aware UTC), milliseconds since boot, and whether the wall is held."""

    wall: datetime
    mono_ms: int
    held: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """A time of day tied to a count of milliseconds since boot."""

    at: datetime
    mono_ms: int

    def on(self, mono_ms: int) -> datetime:
        """Return the time of day at another count; the ends of the calendar where there is none."""
        try:
            return self.at + timedelta(milliseconds=mono_ms - self.mono_ms)
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC) if mono_ms > self.mono_ms else datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timekeeping:
    """The steady time and what it rests on. Each reading, and each word of the hub, makes the next one."""

    base: Anchor
    source: Source = Source.NOBODY
    hub: Anchor | None = None
    wrong: bool = False
    """Whether a person must see to a clock."""

    @classmethod
    def start(cls, reading: Reading) -> "Timekeeping":
        """Begin with the first look at the clocks."""
        return cls(Anchor(reading.wall, reading.mono_ms)).read(reading)

    def at(self, mono_ms: int) -> datetime:
        """Return the steady time."""
        return self.base.on(mono_ms)

    def trusted(self, mono_ms: int) -> bool:
        """Say whether a guest may be turned away, or a lease used, by this time."""
        if self.source is Source.NOBODY:
            return False
        return not self.wrong or self._hub_agrees(self.at(mono_ms), mono_ms)

    def read(self, reading: Reading) -> "Timekeeping":
        """Take a look at the clocks."""
        wall, mono_ms = Anchor(reading.wall, reading.mono_ms), reading.mono_ms
        held = reading.held and reading.wall >= FLOOR
        if self.source is Source.NOBODY:
            return replace(self, base=wall, source=Source.KERNEL if held else Source.NOBODY)
        if self.source is Source.HUB and not held:
            return replace(self, wrong=False)
        steady = self.at(mono_ms)
        if _near(reading.wall, steady):
            if not held or self._hub_differs(reading.wall, mono_ms):
                return replace(self, wrong=self._hub_differs(steady, mono_ms))
            return replace(self, base=wall, source=Source.KERNEL, wrong=False)
        if self._hub_agrees(reading.wall, mono_ms):
            return replace(self, base=wall, source=Source.KERNEL, wrong=False)
        return replace(self, wrong=True)

    def hear(self, hub: datetime, mono_ms: int) -> "Timekeeping":
        """Take the hub's time as it arrives, live: messages come late, never early, so the latest time counts."""
        heard = Anchor(hub, mono_ms)
        if self.hub is not None:
            passed = timedelta(milliseconds=_SLACK * (mono_ms - self.hub.mono_ms))
            expected = self.hub.on(mono_ms) - passed
            if expected > hub and _near(expected, hub):
                heard = Anchor(expected, mono_ms)
        first_word_differs = self.hub is None and not _near(hub, self.at(mono_ms))
        if self.source is not Source.KERNEL or first_word_differs:
            return replace(self, hub=heard, base=heard, source=Source.HUB)
        return replace(self, hub=heard)

    def _hub_agrees(self, moment: datetime, mono_ms: int) -> bool:
        return self.hub is not None and _near(self.hub.on(mono_ms), moment)

    def _hub_differs(self, moment: datetime, mono_ms: int) -> bool:
        return self.hub is not None and not _near(self.hub.on(mono_ms), moment)


def _near(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= STEP
