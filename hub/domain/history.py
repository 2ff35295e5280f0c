"""What a point said over time: each reading for days, what they came to in minutes, then in hours, for longer. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from hub.domain.readings import Quality

_SILENCES = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Level(StrEnum):
    """How finely history is kept."""

    READINGS = "readings"
    MINUTE = "minute"
    HOUR = "hour"


UNIT_S = {Level.READINGS: 1, Level.MINUTE: 60, Level.HOUR: 3600}
"""The finest step of each level, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """For how long each level is kept; ``hours`` is None where it is for ever."""

    readings: timedelta = timedelta(days=3)
    minutes: timedelta = timedelta(days=60)
    hours: timedelta | None = timedelta(days=1_100)

    def ends(self, now: datetime) -> Mapping[Level, datetime]:
        """Return before when each level is to be thrown away."""
        ages = {Level.READINGS: self.readings, Level.MINUTE: self.minutes, Level.HOUR: self.hours}
        return {level: now - age for level, age in ages.items() if age is not None}


KEEP = Keep()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What a point said from ``at`` on, for one step: ``n`` values and ``words`` readings without a value.

    ``last`` is the value of the last reading of all, or ``text`` its word. ``quality`` is that of a single reading;
    spots that stand for several are made of live ones alone.
    """

    at: datetime
    n: int = 0
    words: int = 0
    least: float | None = None
    most: float | None = None
    total: float | None = None
    last: float | None = None
    text: str = ""
    quality: Quality | None = None

    @property
    def mean(self) -> float | None:
        """Return the mean of the values, None where there was none."""
        return None if self.total is None or not self.n else self.total / self.n


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Spots in the order of time; where nothing was said there is none. ``step_s`` 0: each is one reading."""

    level: Level
    step_s: int
    spots: Sequence[Spot]


def fold(spots: Iterable[Spot], step_s: int) -> list[Spot]:
    """Bring spots, in the order of time, into steps; those of one step become one."""
    folded: list[Spot] = []
    for spot in spots:
        begins = step_of(spot.at, step_s)
        if folded and folded[-1].at == begins:
            folded[-1] = _together(folded[-1], spot)
        else:
            folded.append(spot if spot.at == begins else replace(spot, at=begins))
    return folded


def step_of(moment: datetime, step_s: int) -> datetime:
    """Return the beginning of the step that an instant is in."""
    return moment - (moment - _EPOCH) % timedelta(seconds=step_s)


def _together(first: Spot, then: Spot) -> Spot:
    return Spot(
        at=first.at,
        n=first.n + then.n,
        words=first.words + then.words,
        least=min((value for value in (first.least, then.least) if value is not None), default=None),
        most=max((value for value in (first.most, then.most) if value is not None), default=None),
        total=None if first.total is then.total is None else (first.total or 0.0) + (then.total or 0.0),
        last=then.last,
        text=then.text,
    )


def gaps(
    spots: Sequence[Spot], start: datetime, end: datetime, step_s: int, expires_s: float | None
) -> list[tuple[datetime, datetime]]:
    """Return the spans without readings that a chart must not draw a line across.

    Silence is a gap when it is longer than the point's own ``expires_s``; without one, than five times its usual one.
    """
    times = [spot.at for spot in spots]
    if not times:
        return [(start, end)]
    usual = [(after - before).total_seconds() for before, after in pairwise(times)]
    allowed = expires_s if expires_s is not None else _SILENCES * median(usual) if usual else 0.0
    patience = timedelta(seconds=max(allowed, 2 * step_s))
    ends = [start, *(at + timedelta(seconds=step_s) for at in times)]
    begins = [*times, end]
    return [(over, again) for over, again in zip(ends, begins, strict=True) if again - over > patience]
