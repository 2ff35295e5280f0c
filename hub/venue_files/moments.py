"""Local dates and times as a venue file writes them."""

import re
from datetime import date, datetime, time

from hub.domain.local_time import BadMoment

_TIME = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")
_YEARS = range(2000, 2200)


def read_day(value: object) -> date:
    """Read a calendar day: a TOML date, or a text as 2026-12-30. Raises BadMoment."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime) or day.year not in _YEARS:
        raise BadMoment(f"{value!r} is no day of our time", "write it as 2026-12-30")
    return day


def read_time(value: object, day: date) -> datetime:
    """Read the local time of a day: "9:30", a TOML time, or a TOML date and time for another day. Raises BadMoment."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise BadMoment(f"{value} carries an offset", "write the venue's local time without one")
        read_day(value.date())
        return value
    if isinstance(value, time):
        return datetime.combine(day, value.replace(second=0, microsecond=0))
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or found[1] == "24":
        raise BadMoment(
            f"{value!r} is no time of the day", 'write it as "09:30"; after midnight as 2026-12-31T00:30:00'
        )
    return datetime.combine(day, time(int(found[1]), int(found[2])))
