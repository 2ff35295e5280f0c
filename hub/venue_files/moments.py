"""Local dates and times as a venue file writes them."""

import re
from datetime import date, datetime, time

from hub.domain.local_time import BadMoment
from hub.domain.words import Words

_TIME = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")
_YEARS = range(2000, 2200)


def read_day(value: object) -> date:
    """Read a calendar day: a TOML date, or a text as 2026-12-30. Raises BadMoment."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime) or day.year not in _YEARS:
        raise BadMoment(
            Words(f"{value!r} 不是有效的日期", f"{value!r} is no day of our time"),
            Words("请写成 2026-12-30", "write it as 2026-12-30"),
        )
    return day


def read_time(value: object, day: date) -> datetime:
    """Read the local time of a day: "9:30", a TOML time, or a TOML date and time for another day. Raises BadMoment."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise BadMoment(
                Words(f"{value} 带有时差", f"{value} carries an offset"),
                Words("请写当地时间，不带时差", "write the venue's local time without one"),
            )
        read_day(value.date())
        return value
    if isinstance(value, time):
        return datetime.combine(day, value.replace(second=0, microsecond=0))
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or found[1] == "24":
        raise BadMoment(
            Words(f"{value!r} 不是有效的时间", f"{value!r} is no time of the day"),
            Words(
                '请写成 "09:30"；午夜以后写成 2026-12-31T00:30:00',
                'write it as "09:30"; after midnight as 2026-12-31T00:30:00',
            ),
        )
    return datetime.combine(day, time(int(found[1]), int(found[2])))
