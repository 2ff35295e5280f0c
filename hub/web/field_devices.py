"""``/rooms/devices/<device>``: everything of one device in a room."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from devices.contract.commands import CommandKind, SwitchTo
from hub.device_ports import DeviceRecord
from hub.domain.air import own_bounds
from hub.domain.commands import DeviceCommand
from hub.domain.errors import NotFound
from hub.domain.field_devices import FieldDevice, Standing, Supply
from hub.domain.point_commands import command_topic
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.place_device import Excuse, throw_out_device
from hub.web.changing import change
from hub.web.changing import done as leave
from hub.web.condition_lines import read_troubles
from hub.web.curves import window
from hub.web.device_chart import chart, done, find_point, wrong
from hub.web.device_lines import KIOSK
from hub.web.device_log import KEPT, commands
from hub.web.field_lines import Facts, field_lines
from hub.web.field_states import ICONS
from hub.web.field_steps import HOURS, station_of
from hub.web.language import tongue
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.rooms import things
from hub.web.rooms_found import rooms_found
from hub.web.shift import person
from hub.web.strangers import rooms_to_choose
from hub.web.values import number_text

pages = Blueprint("field_devices", __name__, url_prefix="/rooms/devices")


@pages.get("/<device>")
def show(device: str) -> Response:
    """Show one device: state, values, chart, what was wrong, what people did, and what can be done. Raises NotFound."""
    found = _find(device)
    asked = {name: request.args.get(name, "") for name in ("span", "from", "to")}
    shown = window(asked["span"] or "24h", asked["from"], asked["to"], now())
    point = find_point(found)
    parts = {
        "about": lambda: _about(found),
        "chart": lambda: chart(found, point, shown),
        "log": lambda: {"wrong": wrong(found), "deeds": done(found)},
        "steps": lambda: _steps(found),
    }
    return draw(
        "device.html",
        parts,
        device=found,
        icons=ICONS,
        live=shown.live,
        number=lambda value, of: number_text(value, of.quantity),
    )


@pages.post("/<device>/throw-out")
def throw_out(device: str) -> Response:
    """Want a device at the broker no more. Raises NotFound, Refused."""
    at, ids = now(), shelf().parts.ids
    change(lambda tx, by: throw_out_device(tx, device, Deciding(actor=by, at=at, ids=ids)))
    return leave(f"/rooms/devices/{device}")


def _find(device: str) -> FieldDevice:
    found = rooms_found().devices.get(device)
    if found is None:
        raise NotFound(f"no device {device!r} has announced itself")
    return found


def _about(device: FieldDevice) -> object:
    found, moment = rooms_found(), now()
    troubles = shelf().recent.get("troubles", lambda tx: read_troubles(tx, moment))
    (line,) = field_lines([device], Facts(found=found, troubles=troubles, things=things()), tongue(), moment)
    via = found.devices.get(device.via)
    return {"line": line, "room": found.rooms.get(device.room or ""), "via": via, "person": person()}


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

    def read(tx: Transaction) -> tuple[DeviceRecord | None, Sequence[DeviceCommand]]:
        record = station_of(tx, device.id)
        return record, tx.commands.of_device(record.id if record else device.id, moment - KEPT)

    station, told = shelf().recent.get(("station", device.id), read)
    points = rooms_found().points.get(device.id, ())
    return {
        "station": station,
        "commands": commands(told, tongue(), moment, {one.id: one.name for one in points}),
        "settable": [one for one in points if command_topic(one)] if device.standing is Standing.ADMITTED else [],
        "bounds": own_bounds,
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
