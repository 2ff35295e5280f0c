"""``/api/v1/…``: what programs may ask: the points in the rooms, and what they said (DESIGN 6)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from flask import Blueprint, Response, jsonify

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.history import UNIT_S, History, Level, step_of
from hub.domain.history_steps import MOST_SPOTS, longest
from hub.ports import Store, Transaction
from hub.web.api_parameters import AFTER, DEVICE, FROM, LIMIT, MOST_POINTS, ROOM, STEP, TO
from hub.web.api_schemas import SCHEMAS, named
from hub.web.endpoints import CSV, JSON, ROOT, Endpoints
from hub.web.page import house_zone, now
from hub.web.parts import shelf
from hub.web.reading_lines import COLUMNS, history_record, lines, point_record
from hub.web.spreadsheets import file

DAY = timedelta(days=1)
MOST_LINES = 100_000
"""Lines of a file, except where it is each reading."""

LONGEST_FILE_OF_EACH = timedelta(days=7)
_UNITS_AT_ONCE = 3_600

pages = Blueprint("api", __name__, url_prefix=ROOT)
api = Endpoints(pages, SCHEMAS)


@api.get("/points", "The points of the devices in the rooms", {JSON: named("Points")}, DEVICE, ROOM, AFTER, LIMIT)
def points(device: str | None = None, room: str | None = None, after: str = "", limit: int = MOST_POINTS) -> Response:
    """List points by id."""
    devices, all_points = shelf().recent.get(("api", "points"), _all_points)
    wanted = [
        point
        for point in all_points
        if point.id > after and device in {None, point.device} and room in {None, devices[point.device].room}
    ]
    shown = wanted[:limit]
    with shelf().parts.store.read() as tx:
        latest = tx.readings.latest([point.id for point in shown])
    records = [point_record(point, devices[point.device], latest.get(point.id)) for point in shown]
    return jsonify(points=records, next=shown[-1].id if len(wanted) > len(shown) else None)


@api.get("/points/{point}", "One point", {JSON: named("Point")})
def one_point(point: str) -> Response:
    """Tell of one point."""
    with shelf().parts.store.read() as tx:
        found = _point(tx, point)
        device = tx.field_devices.get(found.device)
        latest = tx.readings.latest([found.id]).get(found.id)
    assert device is not None  # noqa: S101 - a point without its device cannot be kept
    return jsonify(point_record(found, device, latest))


@api.get("/points/{point}/readings", "What a point said, for a chart", {JSON: named("History")}, FROM, TO, STEP)
def readings(
    point: str, from_: datetime | None = None, to: datetime | None = None, step: int | None = None
) -> Response:
    """Tell the history of a point, bounded as a chart is."""
    start, end = _span(from_, to)
    if step is not None:
        _bound(start, end, step, MOST_SPOTS, longest(step))
    with shelf().parts.store.read() as tx:
        found = _point(tx, point)
        history = tx.readings.history(found.id, start, end, step)
    return jsonify(history_record(found, start, end, history))


_FILE = {CSV: {"type": "string", "description": f"UTF-8 with a byte order mark; columns {', '.join(COLUMNS)}."}}


@api.get("/points/{point}/readings.csv", "What a point said, as a file for a spreadsheet", _FILE, FROM, TO, STEP)
def readings_file(
    point: str, from_: datetime | None = None, to: datetime | None = None, step: int | None = None
) -> Response:
    """Give the history of a point as a file; without a step it holds what the chart shows."""
    start, end = _span(from_, to)
    if step is not None:
        _bound(start, end, step, MOST_LINES, LONGEST_FILE_OF_EACH if step < UNIT_S[Level.MINUTE] else end - start)
    store, zone = shelf().parts.store, house_zone()
    with store.read() as tx:
        found = _point(tx, point)
        until = end if step is None else start + timedelta(milliseconds=1)
        step = tx.readings.history(found.id, start, until, step).step_s  # longer, where the finer ones are gone
    parts = _parts(store, found.id, start, end, step)
    first = next(parts)  # what cannot be told is refused before anything is sent

    def written() -> Iterator[Sequence[Sequence[object]]]:
        yield [COLUMNS, *lines(first.spots, found.unit, zone)]
        for part in parts:
            yield lines(part.spots, found.unit, zone)

    return file(f"{found.id}-{start.astimezone(zone):%Y-%m-%d}", written())


@pages.get("/openapi.json")
def document() -> Response:
    """Describe all of this."""
    return api.document()


def _parts(store: Store, point: str, start: datetime, end: datetime, step_s: int) -> Iterator[History]:
    """Read a long span bit by bit: on SQLite a check-in may be waiting for its turn. Steps are never cut in two."""
    unit = max(unit for unit in UNIT_S.values() if unit <= max(step_s, 1))
    span = timedelta(seconds=max(unit * _UNITS_AT_ONCE, step_s))
    while start < end:
        until = min(end, step_of(start + span, step_s) if step_s else start + span)
        with store.read() as tx:
            part = tx.readings.history(point, start, until, step_s)
        yield part
        start = until


def _span(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    end = end or now()
    start = start or end - DAY
    if start >= end:
        raise InvalidInput("to", "it is not later than from", "give an instant after from; without to it is now")
    return start, end


def _bound(start: datetime, end: datetime, step: int, most: int, longest_span: timedelta) -> None:
    """Raise InvalidInput where the answer would be too long, or too much to look through."""
    if end - start > longest_span:
        hours = longest_span // timedelta(hours=1)
        raise InvalidInput(
            "step", f"so fine only {hours} hours are told at once", "ask for longer steps, or a shorter span"
        )
    if step and (end - start) / timedelta(seconds=step) > most:
        raise InvalidInput("step", f"that would be more than {most} rows", "ask for longer steps, or a shorter span")


def _all_points(tx: Transaction) -> tuple[Mapping[str, FieldDevice], Sequence[Point]]:
    return {device.id: device for device in tx.field_devices.all()}, tx.field_devices.points()


def _point(tx: Transaction, point: str) -> Point:
    found = tx.field_devices.point(point)
    if found is None:
        raise NotFound(f"there is no point {point!r}")
    return found
