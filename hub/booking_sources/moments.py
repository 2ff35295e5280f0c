"""Dates, times and spans as iCalendar writes them (RFC 5545 sections 3.3.4 to 3.3.9)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from hub.booking_sources.bad_events import BadEvent
from hub.booking_sources.content_lines import Line
from hub.booking_sources.zones import Zones
from hub.domain.words import Words

_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")
_SPAN = re.compile(r"([+-])?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?")
_YEARS = range(1000, 9500)


@dataclass(frozen=True, slots=True)
class Moment:
    """A ``local`` time of a ``zone``; a ``whole_day`` begins at midnight there. ``floats``: no zone was named."""

    local: datetime
    zone: tzinfo
    whole_day: bool = False
    floats: bool = False

    @property
    def utc(self) -> datetime:
        """Return the instant. A time that clocks skip is read by the offset before (RFC 5545 section 3.3.5)."""
        return self.local.replace(tzinfo=self.zone).astimezone(UTC)

    def moved_to(self, local: datetime) -> "Moment":
        """Return another local time of the same kind."""
        return Moment(local, self.zone, self.whole_day, self.floats)

    def at(self, instant: datetime) -> "Moment":
        """Return an instant as a local time of the same kind."""
        return self.moved_to(instant.astimezone(self.zone).replace(tzinfo=None))

    def written(self) -> str:
        """Return it as a value of the same kind."""
        if self.whole_day:
            return f"{self.local:%Y%m%d}"
        return f"{self.local:%Y%m%dT%H%M%S}" + ("Z" if self.zone is UTC else "")


@dataclass(frozen=True, slots=True)
class Span:
    """How long something lasts: ``days`` by the calendar, then ``rest`` exactly (RFC 5545 section 3.8.5.3)."""

    days: int
    rest: timedelta

    def after(self, start: Moment) -> datetime:
        """Return the instant so long after a start."""
        return start.moved_to(start.local + timedelta(days=self.days)).utc + self.rest

    @property
    def longest(self) -> timedelta:
        """Return how long it can be at most, where clocks are put back meanwhile."""
        return timedelta(days=self.days + 1) + self.rest


def instant(at: datetime) -> str:
    """Write an instant."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def moment(line: Line, zones: Zones) -> Moment:
    """Read the one date or time of a property. Raises BadEvent."""
    return _moment(line, line.value.strip(), zones)


def moments(line: Line, zones: Zones) -> Iterator[tuple[Moment, Span | None]]:
    """Read a list of dates, times or periods; a period has a span of its own. Raises BadEvent."""
    for part in line.value.strip().split(","):
        start, _, end = part.strip().partition("/")
        begins = _moment(line, start, zones)
        if not end:
            yield begins, None
        elif end.startswith(("P", "+")):
            yield begins, _span(line, end)
        else:
            yield begins, Span(0, _moment(line, end, zones).utc - begins.utc)


def span(line: Line) -> Span:
    """Read a duration. Raises BadEvent."""
    return _span(line, line.value.strip())


def _moment(line: Line, text: str, zones: Zones) -> Moment:
    found = _MOMENT.fullmatch(text)
    try:
        local = datetime.strptime(found[1] + (found[2] or "000000") if found else "", "%Y%m%d%H%M%S")  # noqa: DTZ007 - local on purpose
    except ValueError:
        local = datetime.min  # noqa: DTZ901 - stands for none
    if found is None or local.year not in _YEARS:
        problem = Words(f"{text[:40]!r} 不是日期或时间", f"{text[:40]!r} is no date or time")
        remedy = Words(
            "请写成 20261230T093000，带时区（TZID）或以 Z 结尾",
            "write it as 20261230T093000, with a zone (TZID) or a Z at the end",
        )
        raise BadEvent(line.name, problem, remedy)
    zone_name = line.params.get("TZID", "")
    if found[3]:
        return Moment(local, UTC)
    if not found[2] or not zone_name:
        return Moment(local, zones.own, whole_day=not found[2], floats=True)
    return Moment(local, zones.named(zone_name))


def _span(line: Line, text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        problem = Words(f"{text[:40]!r} 不是时长", f"{text[:40]!r} is no duration")
        raise BadEvent(line.name, problem, Words("请写成 PT2H 或 P1D", "write it as PT2H or P1D"))
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    sign = -1 if found[1] == "-" else 1
    rest = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return Span(sign * (7 * weeks + days), sign * rest)
