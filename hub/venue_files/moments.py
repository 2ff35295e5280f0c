"""Local dates and times of a venue as instants in UTC."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_TIME = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")
_YEARS = range(2000, 2200)


class BadMoment(ValueError):
    """A date or time that cannot be used: what is wrong, and the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        """Keep both parts for the table of findings."""
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


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


def in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time. Raises BadMoment when clocks skip it or show it twice that day."""
    early, late = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    instant = early.astimezone(UTC)
    if early.utcoffset() != late.utcoffset():
        skipped = instant.astimezone(zone).replace(tzinfo=None) != local
        what = "does not exist: clocks are put forward" if skipped else "comes twice: clocks are put back"
        raise BadMoment(
            f"{local:%H:%M} on {local:%Y-%m-%d} {what} in {zone.key} that night",
            "choose a time an hour earlier or later",
        )
    return instant
