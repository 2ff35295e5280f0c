"""Points and what they said, as programs and spreadsheets read them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.domain.field_devices import FieldDevice, Point
from hub.domain.history import History, Spot, gaps
from hub.domain.readings import Reading
from hub.web.spreadsheets import plain

COLUMNS = ("time", "time_utc", "values", "words", "least", "mean", "most", "last", "text", "quality", "unit")
"""Names of a file's columns; ``time`` is that of the house's clocks."""


def instant(moment: datetime) -> str:
    """Write an instant as programs read it: UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def point_record(point: Point, device: FieldDevice, latest: Reading | None) -> dict[str, object]:
    """Return a point as ``Point`` of the document says."""
    return {
        "id": point.id,
        "device": point.device,
        "key": point.key,
        "name": point.name,
        "component": point.component,
        "quantity": point.quantity.value,
        "unit": point.unit,
        "room": device.room,
        "standing": device.standing.value,
        "gone": point.gone,
        "latest": latest
        and {
            "at": instant(latest.at),
            "value": latest.value,
            "text": latest.text,
            "quality": latest.quality.value,
        },
    }


def history_record(point: Point, start: datetime, end: datetime, found: History) -> dict[str, object]:
    """Return a history as ``History`` of the document says."""
    silent = gaps(found.spots, start, end, found.step_s, point.expires_s)
    return {
        "point": point.id,
        "unit": point.unit,
        "from": instant(start),
        "to": instant(end),
        "level": found.level.value,
        "step_s": found.step_s,
        "readings": [_spot(spot) for spot in found.spots],
        "gaps": [{"from": instant(over), "to": instant(again)} for over, again in silent],
    }


def lines(spots: Iterable[Spot], unit: str, zone: ZoneInfo) -> list[Sequence[object]]:
    """Return the lines of a file, as COLUMNS says."""
    return [
        (
            f"{spot.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            instant(spot.at),
            spot.n,
            spot.words,
            *(getattr(spot, name) for name in ("least", "mean", "most", "last")),
            plain(spot.text),
            spot.quality.value if spot.quality else "",
            plain(unit),
        )
        for spot in spots
    ]


def _spot(spot: Spot) -> dict[str, object]:
    names = ("n", "words", "least", "mean", "most", "last", "text", "quality")
    return {"at": instant(spot.at)} | {name: getattr(spot, name) for name in names}
