"""A chart wants a bounded number of spots whatever its span: from what they are made, and in which steps. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hub.domain.errors import InvalidInput
from hub.domain.history import UNIT_S, Level

MOST_SPOTS = 1_500
"""Spots of a chart: about as many as a wide screen has columns to draw them in."""

EACH = 0
"""The step that means: each reading by itself."""

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800)
"""What a spot may stand for, in seconds; spots begin at whole multiples since 1970, UTC."""

_LONGEST = {Level.READINGS: timedelta(hours=3), Level.MINUTE: timedelta(days=7), Level.HOUR: timedelta(days=10_000)}
"""The longest span drawn from each level: its rows are read while a check-in may be waiting."""


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
