"""On which dates a series takes place (RFC 5545 section 3.8.5), within a horizon and at a bounded cost."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dateutil.rrule import rrulestr

from hub.booking_sources.bad_events import BadEvent
from hub.booking_sources.content_lines import Line
from hub.booking_sources.moments import Moment, Span
from hub.domain.source_items import Horizon
from hub.domain.words import Words

MOST_DATES = 2000
"""Dates of one series within the horizon: one a day for five years. More is a mistake."""

_MOST_STEPS = 400_000
"""Days or hours that are counted through from the first date on: a thousand years of days."""

_LONGEST_RULE = 500
_LARGEST_INTERVAL = 10_000
_RULE = re.compile(r"(?:[A-Z]+=[A-Z0-9,+-]+)(?:;[A-Z]+=[A-Z0-9,+-]+)*;?")
_STEPS = {"DAILY": timedelta(days=1), "HOURLY": timedelta(hours=1)}
_FREQUENCIES = frozenset({"YEARLY", "MONTHLY", "WEEKLY", *_STEPS})
_CYCLE = 400
"""Years after which the calendar is the same again, weekdays and week numbers included."""

_LAST_YEAR, _FAR = 9990, 9000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The first date, the rules (RRULE), and single dates that are ``added`` (RDATE) or ``removed`` (EXDATE)."""

    start: Moment
    span: Span
    rules: Sequence[Line] = ()
    added: Sequence[tuple[Moment, Span | None]] = ()
    removed: Collection[datetime] = ()

    @property
    def recurs(self) -> bool:
        """Say whether there is more than the first date."""
        return bool(self.rules or self.added)

    def dates(self, horizon: Horizon) -> list[tuple[Moment, Span]]:
        """Return the dates that lie in a horizon, by start. Raises BadEvent where there are absurdly many."""
        found = {self.start.utc: (self.start, self.span)}
        for rule in self.rules:
            found |= {one.utc: (one, self.span) for one in _by_rule(rule, self.start, self.span, horizon)}
        found |= {one.utc: (one, span or self.span) for one, span in self.added}
        kept = [
            found[at]
            for at in sorted(found.keys() - set(self.removed))
            if horizon.holds(at, max(found[at][1].after(found[at][0]), at + timedelta(seconds=1)))
        ]
        if len(kept) > MOST_DATES:
            raise _absurd("RDATE")
        return kept


def _by_rule(rule: Line, start: Moment, span: Span, horizon: Horizon) -> Iterator[Moment]:
    """Yield the dates of one rule from the beginning of a horizon to its end."""
    text, until = _read(rule, start)
    last = start.at(min(horizon.until, until or horizon.until)).local
    if start.local > last:
        return
    frequency, interval = _pace(rule, text)
    if frequency in _STEPS and (last - start.local) / (_STEPS[frequency] * interval) > _MOST_STEPS / 2:
        raise _absurd(rule.name)
    # A rule that no date fulfils is sought until the year 9999; moved close to it, the search ends soon.
    years = (_LAST_YEAR - last.year) // _CYCLE * _CYCLE
    first = _in_years(start.local, years)
    since = _in_years(start.at(horizon.since).local - span.longest - _DAY, years)
    found = 0
    try:
        for steps, moved in enumerate(rrulestr(text, dtstart=first)):
            if steps > _MOST_STEPS or found > MOST_DATES:
                raise _absurd(rule.name)
            if moved < since:
                continue
            date = start.moved_to(_in_years(moved, -years))
            if date.local > last + _DAY:
                break
            if date.utc < horizon.until and not (until and date.utc > until):
                found += 1
                yield date
    except (ValueError, TypeError, OverflowError, IndexError):
        raise _unreadable(rule) from None


def _in_years(local: datetime, years: int) -> datetime:
    return local.replace(year=local.year + years)


def _read(rule: Line, start: Moment) -> tuple[str, datetime | None]:
    """Return a rule without its end, and the end as an instant."""
    text = rule.value.strip().upper()
    if len(text) > _LONGEST_RULE or not _RULE.fullmatch(text):
        raise _unreadable(rule)
    parts = [part for part in text.split(";") if part]
    ends = [part.removeprefix("UNTIL=") for part in parts if part.startswith("UNTIL=")]
    kept = ";".join(part for part in parts if not part.startswith("UNTIL="))
    if not ends:
        return kept, None
    try:
        local = datetime.strptime(ends[0][:15].rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in ends[0] else "%Y%m%d")  # noqa: DTZ007 - local on purpose
    except ValueError:
        raise _unreadable(rule) from None
    if local.year > _FAR:
        return kept, None
    if "T" not in ends[0]:
        local += _DAY - timedelta(seconds=1)  # the last day counts whole
    return kept, local.replace(tzinfo=UTC) if ends[0].endswith("Z") else start.moved_to(local).utc


def _pace(rule: Line, text: str) -> tuple[str, int]:
    parts = dict(part.split("=", 1) for part in text.split(";"))
    frequency, interval = parts.get("FREQ", ""), parts.get("INTERVAL", "1")
    if frequency in {"SECONDLY", "MINUTELY"}:
        raise _absurd(rule.name)
    if frequency not in _FREQUENCIES or not interval.isdigit() or not 0 < int(interval) <= _LARGEST_INTERVAL:
        raise _unreadable(rule)
    return frequency, int(interval)


def _absurd(name: str) -> BadEvent:
    problem = Words(
        f"重复超过 {MOST_DATES:,} 次，或多得数不过来", f"gives more than {MOST_DATES:,} dates, or as many to count"
    )
    return BadEvent(name, problem, Words("请最多每天重复一次", "let it recur daily or less often"))


def _unreadable(rule: Line) -> BadEvent:
    problem = Words(f"{rule.value[:60]!r} 不是重复规则", f"{rule.value[:60]!r} is no rule for a series")
    return BadEvent(rule.name, problem, Words("请重新设置重复", "set the series again"))
