"""Regular expressions of strangers: Python's engine may try for ever, so each is measured before it runs.

The worst number of tries is bounded by what the parsed expression can choose from: a repeat has as many choices as the
text is long, choices one after the other multiply, and what repeats something that itself has choices is refused.
"""

import re
from functools import lru_cache
from re import _parser as sre  # type: ignore[attr-defined] # there is no public way to a parsed expression
from typing import Any

from hub.discovery.templates.budget import Budget, Exhausted

_PATTERN_CHARACTERS = 300
_SUBJECT_CHARACTERS = 1000
_MOST_TRIES = 500_000
_MOST_REPEATS = 1000
_COMPILING_SHIFT = 3
_TRIES_SHIFT = 5


def pattern(text: object, subject: str, budget: Budget, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Return an expression compiled, if it ends soon on this subject; pay for it. Raises Exhausted and ValueError."""
    if not isinstance(text, str) or len(text) > _PATTERN_CHARACTERS or len(subject) > _SUBJECT_CHARACTERS:
        raise Exhausted
    size = 16
    while size < len(subject):
        size *= 2
    budget.spend((len(text) << _COMPILING_SHIFT) + (_tries(text, size) >> _TRIES_SHIFT))
    return _compiled(text, re.IGNORECASE if ignore_case else 0)


@lru_cache(maxsize=512)
def _compiled(text: str, flags: int) -> re.Pattern[str]:
    return re.compile(text, flags)


@lru_cache(maxsize=512)
def _tries(text: str, size: int) -> int:
    try:
        parsed = sre.parse(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"no regular expression: {error}") from error
    anchored = len(parsed) > 0 and parsed[0] == (sre.AT, sre.AT_BEGINNING)
    return _of_sequence(parsed, size) * (1 if anchored else size + 1)


def _of_sequence(parsed: Any, size: int) -> int:  # noqa: ANN401 - private types of re
    tries = 1
    for operation, argument in parsed:
        tries *= _of_operation(str(operation), argument, size)
        if tries > _MOST_TRIES:
            raise Exhausted
    return tries


def _of_operation(operation: str, argument: Any, size: int) -> int:  # noqa: ANN401 - private types of re
    if operation in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        return _of_repeat(argument[0], argument[1], argument[2], size)
    if operation == "BRANCH":
        return sum(_of_sequence(branch, size) for branch in argument[1])
    if operation == "SUBPATTERN":
        return _of_sequence(argument[3], size)
    if operation == "ATOMIC_GROUP":
        return _of_sequence(argument, size)
    if operation in {"ASSERT", "ASSERT_NOT"}:
        return _of_sequence(argument[1], size)
    if operation in {"LITERAL", "NOT_LITERAL", "IN", "ANY", "AT", "CATEGORY"}:
        return 1
    raise Exhausted


def _of_repeat(least: int, most: int, body: Any, size: int) -> int:  # noqa: ANN401 - private types of re
    inner = _of_sequence(body, size)
    if int(most) <= 1:
        return 1 + inner
    if inner > 1 or least > _MOST_REPEATS or _repeats(body):
        raise Exhausted
    return int(min(int(most), size)) + 1


def _repeats(body: Any) -> bool:  # noqa: ANN401 - private types of re
    """Say whether something in the body repeats: even a repeat without choices takes its time each time."""
    return any(
        "REPEAT" in str(operation) or (operation is sre.SUBPATTERN and _repeats(argument[3]))
        for operation, argument in body
    )
