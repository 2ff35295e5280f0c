"""What stands in a cell of a database, as the hub's values, or what is wrong with it. Instants come out in UTC."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from hub.booking_sources.mapping import Times
from hub.domain.local_time import BadMoment, in_utc

W = TypeVar("W", bound=str)

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_PARTS = re.compile(r"[,;，；、\s]+")
_YES = frozenset({"1", "true", "t", "yes", "y", "是"})
_NO = frozenset({"", "0", "false", "f", "no", "n", "否"})
_SHOWN = 40


class BadValue(ValueError):
    """A cell that cannot be used: what is wrong, and the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        """Keep both parts for the page."""
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


def shown(value: object) -> str:
    """Return the beginning of a value, as a message quotes it."""
    said = text(value)
    return repr(said) if len(said) <= _SHOWN else f"{said[:_SHOWN]!r}…"


def text(value: object) -> str:
    """Return a cell as text in one line; nothing is the empty text, yes and no are 1 and 0 as SQLite has them."""
    value = int(value) if isinstance(value, bool) else value
    return "" if value is None else _CONTROL.sub(" ", str(value)).strip()


def instant(value: object, times: Times, zone: ZoneInfo) -> datetime:
    """Return a cell as an instant; ``zone`` is that of times by the house's clock. Raises BadValue."""
    try:
        return _from_epoch(value) if times is Times.EPOCH else _from_text(text(value), times, zone)
    except BadMoment as problem:
        raise BadValue(problem.problem, problem.remedy) from None
    except OverflowError:
        raise BadValue(f"{shown(value)} is beyond all calendars", "correct the row") from None


def _from_epoch(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise BadValue(f"{shown(value)} is no number of seconds since 1970", "correct the row, or the mapping's times")
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OSError):
        raise OverflowError from None


def _from_text(said: str, times: Times, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        remedy = "write it as 2026-12-01 09:00:00, or correct the mapping's times"
        raise BadValue(f"{said[:_SHOWN]!r} is no date and time" if said else "is missing", remedy) from None
    if found.tzinfo is not None:
        return found.astimezone(UTC)
    if times is Times.INSTANT:
        raise BadValue(
            f"{said!r} has no offset from UTC", 'write 2026-12-01T09:00:00+08:00, or "local" or "utc" in the mapping'
        )
    return found.replace(tzinfo=UTC) if times is Times.UTC else in_utc(found, zone)


def zone_of(value: object, usual: ZoneInfo) -> ZoneInfo:
    """Return the zone that a cell names, or the usual one where it names none. Raises BadValue."""
    name = text(value)
    try:
        return ZoneInfo(name) if name else usual
    except (KeyError, ValueError, OSError):
        raise BadValue(f"there is no time zone {shown(name)}", "name one of IANA's, such as Asia/Shanghai") from None


def whole(value: object) -> int | None:
    """Return a cell as a number of people, None where it is empty. Raises BadValue."""
    said = text(value)
    if not said:
        return None
    try:
        number = float(said)
    except ValueError:
        number = math.nan
    if not (number.is_integer() and 0 <= number < 2**31):
        raise BadValue(f"{shown(said)} is no number of people", "write a whole number, from 0 on")
    return int(number)


def truth(value: object) -> bool:
    """Return a cell as yes or no; nothing is no. Raises BadValue."""
    said = text(value).casefold()
    if said not in _YES | _NO:
        raise BadValue(f"{shown(value)} is neither yes nor no", "write 1 or 0")
    return said in _YES


def word(value: object, known: Iterable[W]) -> W | None:
    """Return a cell as one of the known words, None where it is empty. Raises BadValue."""
    words = {str(one): one for one in known}
    said = text(value)
    if said and said.casefold() not in words:
        raise BadValue(
            f"{shown(said)} is none of {', '.join(words)}", "correct the row, or give it a word in the mapping"
        )
    return words[said.casefold()] if said else None


def parts(value: object) -> list[str]:
    """Return the words of a cell that holds several, with commas or spaces between."""
    return [one for one in _PARTS.split(text(value)) if one]
