"""Readings of a stretch of time as a chart or a small line shows them: and which stretch that is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hub.domain.errors import InvalidInput
from hub.domain.field_devices import Point, Quantity
from hub.domain.history import gaps
from hub.ports import Transaction
from hub.web.charts import Gaps, Sample, Window, spark
from hub.web.values import drawable

SPANS: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "60d": timedelta(days=60),
}
"""What can be chosen with one tap; a day is shown unasked."""

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=60)

LEAST_SPAN: Mapping[Quantity, float] = {
    Quantity.TEMPERATURE: 2.0,
    Quantity.HUMIDITY: 10.0,
    Quantity.CARBON_DIOXIDE: 200.0,
    Quantity.BATTERY: 10.0,
    Quantity.VOLTAGE: 10.0,
    Quantity.SIGNAL_STRENGTH: 10.0,
}
"""The least height of a chart in the point's unit, so that noise does not look like a storm."""

SPARK_STEP_S = 900
SPARKS_MS = 60_000
"""How long small lines are kept, in milliseconds: they cover a day."""

SPARKS_OF_DEVICE = 2


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line of a day, with its least and most in the point's unit."""

    path: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """What a point measured, oldest first, and when nothing came."""

    samples: Sequence[Sample] = ()
    gaps: Gaps = ()


def window(span: str, start: str, end: str, now: datetime) -> Window:
    """Return what is asked for: a named span up to now, or from and to as seconds since 1970. Raises InvalidInput."""
    if not (start or end):
        if span not in SPANS:
            raise InvalidInput("span", "is no span of a chart", f"choose of {', '.join(SPANS)}")
        return Window(start=now - SPANS[span], end=now, live=True)
    first, last = _instant("from", start), _instant("to", end)
    if not SHORTEST <= last - first <= LONGEST:
        raise InvalidInput("to", "is too near or too far from the start", "show between 5 minutes and 60 days")
    return Window(start=first, end=last)


def moved(shown: Window, factor: float, shift: float, now: datetime) -> tuple[int, int]:
    """Return from and to, in seconds since 1970, of a window ``factor`` as long, moved by ``shift`` of its length.

    It stays within what can be shown, and does not reach beyond now.
    """
    span = min(LONGEST, max(SHORTEST, shown.span * factor))
    middle = shown.start + shown.span / 2 + shown.span * shift
    end = min(middle + span / 2, max(now, shown.start + span))
    return int((end - span).timestamp()), int(end.timestamp())


def read_curve(tx: Transaction, point: Point, shown: Window, step_s: int | None = None) -> Curve:
    """Read what a point measured, in as many steps as a screen can show; nothing for one that says words."""
    if not drawable(point):
        return Curve()
    found = tx.readings.history(point.id, shown.start, shown.end, step_s)
    samples = [
        Sample(one.at, one.least, one.mean, one.most)
        for one in found.spots
        if one.mean is not None and one.least is not None and one.most is not None
    ]
    return Curve(samples, gaps(found.spots, shown.start, shown.end, found.step_s, point.expires_s))


def read_words(tx: Transaction, point: Point, shown: Window) -> Sequence[tuple[datetime, str]]:
    """Read what a point said in words, oldest first, and from when on each."""
    found = tx.readings.history(point.id, shown.start, shown.end, None)
    return [(one.at, one.text) for one in found.spots if one.text]


def read_sparks(tx: Transaction, points: Iterable[Sequence[Point]], now: datetime) -> dict[str, Spark]:
    """Read a day of what matters most of each device, by point."""
    shown = Window(start=now - SPANS["24h"], end=now, live=True)
    sparks = {}
    for listed in points:
        for point in [one for one in listed if drawable(one)][:SPARKS_OF_DEVICE]:
            curve = read_curve(tx, point, shown, SPARK_STEP_S)
            if len(curve.samples) > 1:
                path = spark(curve.samples, shown, curve.gaps)
                low, high = min(one.low for one in curve.samples), max(one.high for one in curve.samples)
                sparks[point.id] = Spark(path, low, high)
    return sparks


def _instant(field: str, text: str) -> datetime:
    if not (text.isascii() and text.isdigit() and len(text) <= 11):  # noqa: PLR2004 - until the year 5138
        raise InvalidInput(field, "is no instant", "give whole seconds since 1970")
    return datetime.fromtimestamp(int(text), UTC)
