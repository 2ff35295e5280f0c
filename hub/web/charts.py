"""Curves of readings as numbers for a drawing: line, band between least and most, gaps, ticks, marks. Pure.

A drawing is 1000 wide and 200 high and is stretched to its place; where things stand besides it, such as ticks, marks
and what happened, is in hundredths of its width and height. So the words keep their size on a telephone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

WIDE, HIGH = 1000, 200
"""The field of line and band."""

ROWS = 48
"""Lines of the table beside a chart, at most: each is a stretch of time with its least, mean and most."""

SHADES = 4
"""Different looks of words in a strip."""

_MOST_TICKS_X = 8
_TICKS_Y = 4
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_STEPS = (
    *(_MINUTE * minutes for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)),
    *(_DAY * days for days in (1, 2, 7, 14)),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured in one step: its beginning (UTC), the least, the mean and the most."""

    at: datetime
    low: float
    mean: float
    high: float


Gaps = Sequence[tuple[datetime, datetime]]
"""From when to when nothing came: a line does not claim to know what was there."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was so for a while, or, without width, that happened: in hundredths of the width."""

    x: float
    width: float
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid, in hundredths, and what stands beside it."""

    place: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What a chart shows: from when to when (UTC); ``live`` when its end is now."""

    start: datetime
    end: datetime
    live: bool = False

    @property
    def span(self) -> timedelta:
        """Return its length."""
        return self.end - self.start

    def place(self, moment: datetime) -> float:
        """Return where an instant stands, in hundredths of the width, kept inside."""
        return round(100 * min(1.0, max(0.0, (moment - self.start) / self.span)), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing. ``line`` and ``band`` are SVG paths; ``samples`` are ``second:mean`` from the start, for a script."""

    line: str
    band: str
    bottom: float
    top: float
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    samples: str
    low: float
    high: float
    mean: float


def draw_chart(
    samples: Sequence[Sample], window: Window, zone: ZoneInfo, gaps: Gaps = (), least_span: float = 0.0
) -> Chart | None:
    """Draw samples, oldest first; None where there is none.

    ``least_span`` is the least difference between top and bottom: small noise does not look like a storm.
    """
    inside = [one for one in samples if one.at < window.end]
    if not inside:
        return None
    low, high = min(one.low for one in inside), max(one.high for one in inside)
    up = _heights(low, high, least_span)
    bottom, top = up[0], up[-1]
    digits = max(0, -floor(log10(up[1] - up[0]) + 1e-9))
    runs = list(_runs(inside, gaps))
    return Chart(
        line="".join(_line(run, window, bottom, top) for run in runs),
        band="".join(_band(run, window, bottom, top) for run in runs if len(run) > 1),
        bottom=bottom,
        top=top,
        across=tuple(ticks(window, zone)),
        up=tuple(Tick(round(100 - 100 * (one - bottom) / (top - bottom), 3), f"{one:,.{digits}f}") for one in up),
        samples=" ".join(f"{max(0.0, (one.at - window.start).total_seconds()):.0f}:{one.mean:.5g}" for one in inside),
        low=low,
        high=high,
        mean=sum(one.mean for one in inside) / len(inside),
    )


def spark(samples: Sequence[Sample], window: Window, gaps: Gaps = ()) -> str:
    """Draw a small line without a frame, as an SVG path on the same field; empty where nothing was measured."""
    inside = [one for one in samples if one.at < window.end]
    if not inside:
        return ""
    low, high = min(one.mean for one in inside), max(one.mean for one in inside)
    if high - low < 1e-9:  # noqa: PLR2004 - all the same
        low, high = low - 1, high + 1
    return "".join(_line(run, window, low, high) for run in _runs(inside, gaps))


def table(samples: Sequence[Sample], window: Window) -> list[Sample]:
    """Return the samples in at most ``ROWS`` stretches of time, oldest first, for people who read a chart by ear."""
    stretch = window.span / ROWS
    found: dict[int, list[Sample]] = {}
    for one in samples:
        if one.at < window.end:
            found.setdefault(max(0, int((one.at - window.start) / stretch)), []).append(one)
    return [
        Sample(
            group[0].at,
            min(one.low for one in group),
            sum(one.mean for one in group) / len(group),
            max(one.high for one in group),
        )
        for _, group in sorted(found.items())
    ]


def strip(said: Sequence[tuple[datetime, str]], window: Window) -> list[Mark]:
    """Return what was said in words as stretches, each until the next word; the same word has the same shade."""
    shades: dict[str, int] = {}
    stretches: list[tuple[datetime, str]] = []
    for at, words in said:
        if not stretches or stretches[-1][1] != words:
            stretches.append((at, words))
    ends = [*(at for at, _ in stretches), window.end][1:]
    found = (
        mark(window, at, end, words, f"shade-{shades.setdefault(words, len(shades)) % SHADES}")
        for (at, words), end in zip(stretches, ends, strict=True)
    )
    return [one for one in found if one is not None]


def ticks(window: Window, zone: ZoneInfo) -> Iterator[Tick]:
    """Name full hours, or days, of the house's clock."""
    step = next((one for one in _STEPS if window.span / one <= _MOST_TICKS_X), _STEPS[-1])
    local = window.start.astimezone(zone)
    moment = datetime.combine(local.date(), time(), zone)
    while moment.astimezone(window.start.tzinfo) < window.end:
        if moment >= window.start:
            midnight = moment.time() == time()
            yield Tick(window.place(moment), f"{moment:%m-%d}" if midnight else f"{moment:%H:%M}")
        moment += step


def mark(window: Window, start: datetime, end: datetime | None, words: str, kind: str) -> Mark | None:
    """Return a mark from one instant to another (None: it is still so); None where nothing of it is in sight."""
    last = window.end if end is None else end
    if last < window.start or start >= window.end:
        return None
    x = window.place(start)
    return Mark(x, round(window.place(last) - x, 3), words, kind)


def _runs(samples: Sequence[Sample], gaps: Gaps) -> Iterator[list[Sample]]:
    """Part samples where too long nothing came."""
    run: list[Sample] = []
    ends = iter([*sorted(end for _, end in gaps), None])
    again = next(ends)
    for one in samples:
        over = False
        while again is not None and again <= one.at:
            again, over = next(ends), True
        if run and over:
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _line(run: Sequence[Sample], window: Window, bottom: float, top: float) -> str:
    """Write a run as a path; a lonely sample is a line of no length, which round ends make a dot."""
    points = [_point(one.at, one.mean, window, bottom, top) for one in run]
    return f"M{points[0]}h0" if len(points) == 1 else f"M{points[0]}L{' '.join(points[1:])}"


def _band(run: Sequence[Sample], window: Window, bottom: float, top: float) -> str:
    there = [_point(one.at, one.high, window, bottom, top) for one in run]
    back = [_point(one.at, one.low, window, bottom, top) for one in reversed(run)]
    return f"M{there[0]}L{' '.join(there[1:] + back)}Z"


def _point(at: datetime, value: float, window: Window, bottom: float, top: float) -> str:
    x = WIDE * (at - window.start) / window.span
    y = HIGH * (1 - (value - bottom) / (top - bottom))
    return f"{max(0.0, x):.1f},{y:.1f}"


def _heights(low: float, high: float, least_span: float) -> list[float]:
    """Return round numbers from below the least to above the most, evenly apart."""
    span = max(high - low, least_span, abs(high) * 1e-6, 1e-6)
    middle = (low + high) / 2
    low, high = min(low, middle - span / 2), max(high, middle + span / 2)
    rough = (high - low) / _TICKS_Y
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 9) for number in range(first, max(last, first + 1) + 1)]
