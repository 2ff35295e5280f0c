"""Within how long something must be done, in the words of the house's own rule: 5 分钟内更换. Pure."""

import math
from datetime import timedelta

from hub.domain.task_kinds import TaskKind
from hub.web.language import Tongue

_UNITS = (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))
_AT_LEAST = 2
"""From two of a unit on a span is told in it: 90 min, then 2 h."""


def within(kind: TaskKind, span: timedelta, tongue: Tongue) -> str:
    """Say a kind's deadline with its verb; ``span`` is what the task was given."""
    own = f"task.{kind}.within"
    key = own if own in tongue.texts.by_language[tongue.language] else "within.done"
    return tongue.say(key, time=span_in_words(span, tongue))


def span_in_words(span: timedelta, tongue: Tongue) -> str:
    """Say how long a span is, in the largest unit that it has two of; parts of a minute count as one."""
    unit, length = next(((unit, length) for unit, length in _UNITS if span / length >= _AT_LEAST), _UNITS[-1])
    if span % length > timedelta() and unit != "minutes":
        unit, length = _UNITS[_UNITS.index((unit, length)) + 1]
    return tongue.say(f"within.{unit}", n=max(1, math.ceil(span / length)))
