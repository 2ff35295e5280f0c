"""What a point said over time: every reading for days, what they came to in minutes, then in hours, for longer. Pure.

A chart wants a bounded number of spots whatever its span; ``choose`` says from what they are made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from hub.domain.errors import InvalidInput
from hub.domain.readings import Quality

MOST_SPOTS = 1_500
"""Spots of a chart: about as many as a wide screen has columns to draw them in."""

EACH = 0
"""The step that means: each reading by itself."""


class Level(StrEnum):
    """How finely history is kept."""

    READINGS = "readings"
    MINUTE = "minute"
    HOUR = "hour"


UNIT_S = {Level.READINGS: 1, Level.MINUTE: 60, Level.HOUR: 3600}
"""The finest step of each level, in seconds."""

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800)
"""What a spot may stand for, in seconds; spots begin at whole multiples since 1970, UTC."""

_LONGEST = {Level.READINGS: timedelta(hours=3), Level.MINUTE: timedelta(days=7), Level.HOUR: timedelta(days=10_000)}
"""The longest span drawn from each level: its rows are read while a check-in may be waiting."""

_SILENCES = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def choose(
    start: datetime, end: datetime, step_s: int | None, kept_from: Mapping[Level, datetime]
) -> tuple[Level, int]:
    """Return from which level a span is told, and in which steps; without ``step_s`` in at most MOST_SPOTS of them.

    What was thrown away for its age is told by the next coarser level. Raises InvalidInput.
    """
    span = end - start
    if span <= timedelta():
        raise InvalidInput("to", "it is not later than from", "give an instant after from")
    if span > _LONGEST[Level.HOUR]:
        raise InvalidInput("from", "the span is longer than 10,000 days", "ask for a shorter one")
    if step_s is not None and step_s not in (EACH, *STEPS):
        steps = ", ".join(map(str, STEPS))
        raise InvalidInput("step", f"{step_s} is not one of the steps", f"leave it out, or give 0 or one of {steps}")
    fine = [level for level in Level if span <= _LONGEST[level]] if step_s is None else _from(_level_of(step_s))
    finest = next(level for level in fine if _kept(level, start, kept_from))
    if step_s is None:
        return finest, next((step for step in STEPS if UNIT_S[finest] <= step and span <= step * _SPOTS), STEPS[-1])
    return finest, step_s if finest is Level.READINGS else max(step_s, UNIT_S[finest])


_SPOTS = timedelta(seconds=MOST_SPOTS - 1)
"""One less: a span that does not begin with a step touches one more."""


def _from(level: Level) -> list[Level]:
    return [other for other in Level if UNIT_S[other] >= UNIT_S[level]]


def longest(step_s: int) -> timedelta:
    """Return the longest span that should be told at once in such steps."""
    return _LONGEST[_level_of(step_s)]


def _level_of(step_s: int) -> Level:
    """Return the coarsest level that can be brought into such steps; single readings have none but their own."""
    return next((level for level in reversed(Level) if UNIT_S[level] <= step_s), Level.READINGS)


def _kept(level: Level, start: datetime, kept_from: Mapping[Level, datetime]) -> bool:
    return level is Level.HOUR or level not in kept_from or kept_from[level] <= start


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
