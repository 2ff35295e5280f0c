"""``/rooms/devices/<device>``: everything of one device in a room."""

from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from devices.contract.commands import CommandKind, SwitchTo
from hub.domain.errors import NotFound
from hub.domain.field_devices import FieldDevice, Point, Standing, Supply
from hub.ports import DeviceRecord, Transaction
from hub.usecases.place_device import Excuse
from hub.web.charts import Window, draw_chart, table
from hub.web.condition_lines import ConditionLine, read_troubles, some
from hub.web.curves import LEAST_SPAN, SPANS, moved, read_curve, window
from hub.web.device_lines import KIOSK
from hub.web.device_log import KEPT, MOST, Deed, commands, deeds, marks, read_deeds
from hub.web.field_lines import Facts, field_lines
from hub.web.field_states import ICONS
from hub.web.field_steps import HOURS, station_of
from hub.web.language import tongue
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.rooms import things
from hub.web.rooms_found import rooms_found
from hub.web.shift import person
from hub.web.strangers import rooms_to_choose
from hub.web.values import drawable, number_text

pages = Blueprint("field_devices", __name__, url_prefix="/rooms/devices")


@pages.get("/<device>")
def show(device: str) -> Response:
    """Show one device: state, values, chart, what was wrong, what people did, and what can be done. Raises NotFound."""
    found = _find(device)
    asked = {name: request.args.get(name, "") for name in ("span", "from", "to")}
    shown = window(asked["span"] or "24h", asked["from"], asked["to"], now())
    point = _point(found)
    parts = {
        "about": lambda: _about(found),
        "chart": lambda: _chart(found, point, shown),
        "log": lambda: {"wrong": _wrong(found), "deeds": _deeds(found), "most": MOST},
        "steps": lambda: _steps(found),
    }
    return draw("device.html", parts, device=found, icons=ICONS, live=shown.live, number=_number)


def _find(device: str) -> FieldDevice:
    found = rooms_found().devices.get(device)
    if found is None:
        raise NotFound(f"no device {device!r} has announced itself")
    return found


def _number(value: float, point: Point) -> str:
    return number_text(value, point.quantity)


def _point(device: FieldDevice) -> Point | None:
    """Return the point that is asked for by its key, else the first of which a curve can be drawn."""
    points = rooms_found().points.get(device.id, ())
    key = request.args.get("point", "")
    found = next((one for one in points if one.key == key), None)
    if key and found is None:
        raise NotFound(f"{device.id!r} has no point {key!r}")
    return found or next((one for one in points if drawable(one)), None)


def _about(device: FieldDevice) -> object:
    found, moment = rooms_found(), now()
    troubles = shelf().recent.get("troubles", lambda tx: read_troubles(tx, moment))
    (line,) = field_lines([device], Facts(found=found, troubles=troubles, things=things()), tongue(), moment)
    via = found.devices.get(device.via)
    return {"line": line, "room": found.rooms.get(device.room or ""), "via": via, "person": person()}


def _chart(device: FieldDevice, point: Point | None, shown: Window) -> object:
    if point is None:
        return {"chart": None, "point": None, "points": ()}
    curve = shelf().recent.get(
        ("curve", point.id, request.args.get("span"), request.args.get("from"), request.args.get("to")),
        lambda tx: read_curve(tx, point, shown),
        pace_ms=2_000,
    )
    return {
        "chart": draw_chart(curve.samples, shown, house_zone(), curve.gaps, LEAST_SPAN.get(point.quantity, 0.0)),
        "marks": marks(curve.gaps, _wrong(device, point), _deeds(device), shown, tongue()),
        "rows": table(curve.samples, shown),
        "point": point,
        "points": [one for one in rooms_found().points.get(device.id, ()) if drawable(one)],
        "shown": shown,
        "span": request.args.get("span", "24h" if shown.live else ""),
        "spans": tuple(SPANS),
        "csv": _file(point, shown),
        "ways": {name: _way(point, shown, *by) for name, by in WAYS.items()},
    }


def _file(point: Point, shown: Window) -> str:
    """Return the address of the same readings as a file."""
    span = {"from": shown.start.isoformat(timespec="seconds"), "to": shown.end.isoformat(timespec="seconds")}
    return f"/api/v1/points/{quote(point.id)}/readings.csv?{urlencode(span)}"


WAYS = {"in": (0.5, 0.0), "out": (2.0, 0.0), "earlier": (1.0, -0.5), "later": (1.0, 0.5)}
"""How a chart is moved: how long the next window is, and by how much of its length it is moved."""


def _way(point: Point, shown: Window, factor: float, shift: float) -> str:
    start, end = moved(shown, factor, shift, now())
    return urlencode({"point": point.key, "from": start, "to": end})


def _wrong(device: FieldDevice, point: Point | None = None) -> list[ConditionLine]:
    """Return what was wrong with a device in the time that is kept; with a point, only with it or all of the device."""
    found, moment = rooms_found(), now()
    points = [one.id for one in found.points.get(device.id, ())]
    subjects = [device.id, *(points if point is None else [point.id])]
    key = ("wrong", device.id, point.id if point else "")
    conditions = shelf().recent.get(key, lambda tx: tx.conditions.of_subjects(subjects, moment - KEPT))
    troubles = shelf().recent.get("troubles", lambda tx: read_troubles(tx, moment))
    return some(conditions, found, tongue(), troubles)


def _deeds(device: FieldDevice) -> list[Deed]:
    since = now() - KEPT
    key = ("deeds", device.id)
    return deeds(shelf().recent.get(key, lambda tx: read_deeds(tx, device.id, device.identity, since)), tongue())


def _offers(station: DeviceRecord | None) -> dict[str, object]:
    """Return what a device of ours says it can be told: kind, which of its things, and to what; set-points apart."""
    able = [one.partition(":")[::2] for one in (station.capabilities if station else ())]
    offers = [(kind, which, "") for kind, which in able if kind == CommandKind.IDENTIFY]
    offers += [(kind, which, to.value) for kind, which in able if kind == CommandKind.SWITCH for to in SwitchTo]
    if station and station.kind == KIOSK:
        offers.append((CommandKind.SCREENSHOT.value, "", ""))
    return {"offers": offers, "keeps": [which for kind, which in able if kind == CommandKind.SET_POINT]}


def _steps(device: FieldDevice) -> object:
    moment = now()

    def read(tx: Transaction) -> tuple[DeviceRecord | None, object]:
        record = station_of(tx, device.id)
        return record, tx.commands.of_device(record.id, moment - KEPT) if record else ()

    station, told = shelf().recent.get(("station", device.id), read)
    return {
        "station": station,
        "commands": commands(told, tongue(), moment),  # type: ignore[arg-type]
        **_offers(station),
        "rooms": rooms_to_choose(rooms_found(), tongue()),
        "things": [(f"{room}:{key}", room, called) for (room, key), called in things().items()],
        "supplies": tuple(Supply),
        "excuses": tuple(Excuse),
        "hours": HOURS,
        "excused": device.excused(moment),
        "may_forget": device.standing is Standing.GONE or not device.available,
        "person": person(),
    }
