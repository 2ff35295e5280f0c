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
from hub.domain.words import Words
from hub.domain.wrong_values import WrongValue

W = TypeVar("W", bound=str)

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_PARTS = re.compile(r"[,;，；、\s]+")
_YES = frozenset({"1", "true", "t", "yes", "y", "是"})
_NO = frozenset({"", "0", "false", "f", "no", "n", "否"})
_SHOWN = 40


class BadValue(WrongValue):
    """A cell that cannot be used."""


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
        raise BadValue(
            Words(f"{shown(value)} 超出了日历的范围", f"{shown(value)} is beyond all calendars"),
            Words("请改正这一行", "correct the row"),
        ) from None


def _from_epoch(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise BadValue(
            Words(f"{shown(value)} 不是 1970 年以来的秒数", f"{shown(value)} is no number of seconds since 1970"),
            Words("请改正这一行，或对照文件里的 times", "correct the row, or the mapping's times"),
        )
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OSError):
        raise OverflowError from None


def _from_text(said: str, times: Times, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        remedy = Words(
            "请写成 2026-12-01 09:00:00，或改正对照文件里的 times",
            "write it as 2026-12-01 09:00:00, or correct the mapping's times",
        )
        problem = Words(f"{said[:_SHOWN]!r} 不是日期和时间", f"{said[:_SHOWN]!r} is no date and time")
        raise BadValue(problem if said else Words("没有填写", "is missing"), remedy) from None
    if found.tzinfo is not None:
        return found.astimezone(UTC)
    if times is Times.INSTANT:
        raise BadValue(
            Words(f"{said!r} 没有写与 UTC 的时差", f"{said!r} has no offset from UTC"),
            Words(
                '请写成 2026-12-01T09:00:00+08:00，或在对照文件里写 "local" 或 "utc"',
                'write 2026-12-01T09:00:00+08:00, or "local" or "utc" in the mapping',
            ),
        )
    return found.replace(tzinfo=UTC) if times is Times.UTC else in_utc(found, zone)


def zone_of(value: object, usual: ZoneInfo) -> ZoneInfo:
    """Return the zone that a cell names, or the usual one where it names none. Raises BadValue."""
    name = text(value)
    try:
        return ZoneInfo(name) if name else usual
    except (KeyError, ValueError, OSError):
        raise BadValue(
            Words(f"没有时区 {shown(name)}", f"there is no time zone {shown(name)}"),
            Words("请写 IANA 时区，如 Asia/Shanghai", "name one of IANA's, such as Asia/Shanghai"),
        ) from None


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
        raise BadValue(
            Words(f"{shown(said)} 不是人数", f"{shown(said)} is no number of people"),
            Words("请写整数，从 0 开始", "write a whole number, from 0 on"),
        )
    return int(number)


def truth(value: object) -> bool:
    """Return a cell as yes or no; nothing is no. Raises BadValue."""
    said = text(value).casefold()
    if said not in _YES | _NO:
        raise BadValue(
            Words(f"{shown(value)} 既不是“是”也不是“否”", f"{shown(value)} is neither yes nor no"),
            Words("请写 1 或 0", "write 1 or 0"),
        )
    return said in _YES


def word(value: object, known: Iterable[W]) -> W | None:
    """Return a cell as one of the known words, None where it is empty. Raises BadValue."""
    words = {str(one): one for one in known}
    said = text(value)
    if said and said.casefold() not in words:
        raise BadValue(
            Words(f"{shown(said)} 不在 {'、'.join(words)} 之中", f"{shown(said)} is none of {', '.join(words)}"),
            Words("请改正这一行，或在对照文件里写明它的含义", "correct the row, or give it a word in the mapping"),
        )
    return words[said.casefold()] if said else None


def parts(value: object) -> list[str]:
    """Return the words of a cell that holds several, with commas or spaces between."""
    return [one for one in _PARTS.split(text(value)) if one]
