"""How often something may be done: so many times at once, and then as often as time gives it back. Pure.

A bucket of tokens that is kept as one instant, the one at which it is full again (the generic cell rate algorithm,
ITU-T I.371, annex A). So a row is small, is never wrong for being old, and means nothing once its instant has passed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.pace import real


@dataclass(frozen=True, slots=True)
class Allowance:
    """``times`` at once; what was used comes back evenly, all of it within ``within`` (real time)."""

    times: int
    within: timedelta

    @property
    def each(self) -> timedelta:
        """Return after how long one comes back, in the house's time."""
        return real(self.within) / self.times


@dataclass(frozen=True, slots=True)
class Taken:
    """How many were given, when all are back, and, where none was given, how long it is until one is."""

    given: int
    full_at: datetime
    wait: timedelta = timedelta()


def take(full_at: datetime | None, allowance: Allowance, wanted: int, now: datetime) -> Taken:
    """Take up to ``wanted`` of an allowance that is full at an instant, None for one that nothing was taken of.

    A clock that was set back makes nobody wait longer than for an allowance that is used up.
    """
    whole = allowance.each * allowance.times
    begins = min(max(full_at or now, now), now + whole)
    left = (whole - (begins - now)) // allowance.each
    given = min(left, wanted)
    if not given:
        return Taken(0, begins, begins + allowance.each - whole - now)
    return Taken(given, begins + given * allowance.each)


def give_back(full_at: datetime | None, allowance: Allowance, now: datetime) -> datetime:
    """Give one back that was taken and is not to count; return when all are back."""
    return max((full_at or now) - allowance.each, now)
