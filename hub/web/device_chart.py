"""The chart on a device's page, read for one look: which point, which stretch of time, and what happened meanwhile."""

from datetime import datetime
from urllib.parse import quote, urlencode

from flask import request

from hub.domain.errors import NotFound
from hub.domain.field_devices import FieldDevice, Point
from hub.web.charts import Window, draw_chart, strip, table, ticks
from hub.web.condition_lines import ConditionLine, read_troubles, some
from hub.web.curves import LEAST_SPAN, SPANS, moved, read_curve, read_words
from hub.web.device_log import KEPT, Deed, deeds, marks, read_deeds
from hub.web.language import tongue
from hub.web.page import house_zone, now
from hub.web.parts import shelf
from hub.web.rooms_found import rooms_found
from hub.web.values import drawable, value_text

CURVE_PACE_MS = 2_000
"""Milliseconds between two looks at a curve while only readings come."""

MOST_WORDS = 100

WAYS = {"in": (0.5, 0.0), "out": (2.0, 0.0), "earlier": (1.0, -0.5), "later": (1.0, 0.5)}
"""How a chart is moved: how long the next window is, and by how much of its length it is moved."""


def find_point(device: FieldDevice) -> Point | None:
    """Return the point that is asked for by its key, else the first of which a curve can be drawn.

    Raises NotFound.
    """
    points = rooms_found().points.get(device.id, ())
    key = request.args.get("point", "")
    found = next((one for one in points if one.key == key), None)
    if key and found is None:
        raise NotFound(f"{device.id!r} has no point {key!r}")
    return found or next((one for one in points if drawable(one)), next(iter(points), None))


def chart(device: FieldDevice, point: Point | None, shown: Window) -> object:
    """Return what the chart of a point shows: its curve, or a strip of words, on one time with what happened."""
    if point is None:
        return {"chart": None, "point": None, "points": ()}
    asked = tuple(request.args.get(name) for name in ("span", "from", "to"))
    curve = shelf().recent.get(
        ("curve", point.id, *asked), lambda tx: read_curve(tx, point, shown), pace_ms=CURVE_PACE_MS
    )
    words = _words(point, shown, asked)
    return {
        "strip": strip(words, shown),
        "said": words[-MOST_WORDS:],
        "across": tuple(ticks(shown, house_zone())),
        "chart": draw_chart(curve.samples, shown, house_zone(), curve.gaps, LEAST_SPAN.get(point.quantity, 0.0)),
        "marks": marks(curve.gaps, wrong(device, point), done(device), shown, tongue()),
        "rows": table(curve.samples, shown),
        "point": point,
        "points": rooms_found().points.get(device.id, ()),
        "shown": shown,
        "span": request.args.get("span", "24h" if shown.live else ""),
        "spans": tuple(SPANS),
        "csv": _file(point, shown),
        "ways": {name: _way(point, shown, *by) for name, by in WAYS.items()},
    }


def _words(point: Point, shown: Window, asked: tuple[str | None, ...]) -> list[tuple[datetime, str]]:
    """Return what a point said in words, each once until it changed, in the page's language."""
    if drawable(point):
        return []
    said = shelf().recent.get(
        ("words", point.id, *asked), lambda tx: read_words(tx, point, shown), pace_ms=CURVE_PACE_MS
    )
    once = [one for before, one in zip([None, *said], said, strict=False) if before is None or before[1] != one[1]]
    return [(at, value_text(point, None, text, tongue())) for at, text in once]


def _file(point: Point, shown: Window) -> str:
    """Return the address of the same readings as a file."""
    span = {"from": shown.start.isoformat(timespec="seconds"), "to": shown.end.isoformat(timespec="seconds")}
    return f"/api/v1/points/{quote(point.id)}/readings.csv?{urlencode(span)}"


def _way(point: Point, shown: Window, factor: float, shift: float) -> str:
    start, end = moved(shown, factor, shift, now())
    return urlencode({"point": point.key, "from": start, "to": end})


def wrong(device: FieldDevice, point: Point | None = None) -> list[ConditionLine]:
    """Return what was wrong with a device in the time that is kept; with a point, only with it or all of the device."""
    found, moment = rooms_found(), now()
    points = [one.id for one in found.points.get(device.id, ())]
    subjects = [device.id, *(points if point is None else [point.id])]
    key = ("wrong", device.id, point.id if point else "")
    conditions = shelf().recent.get(key, lambda tx: tx.conditions.of_subjects(subjects, moment - KEPT))
    troubles = shelf().recent.get("troubles", lambda tx: read_troubles(tx, moment))
    return some(conditions, found, tongue(), troubles, moment)


def done(device: FieldDevice) -> list[Deed]:
    """Return what people did to a device in the time that is kept, the newest first."""
    since = now() - KEPT
    key = ("deeds", device.id)
    return deeds(shelf().recent.get(key, lambda tx: read_deeds(tx, device.id, device.identity, since)), tongue())
