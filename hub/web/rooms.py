"""``/rooms``: for technicians: the wall of rooms, one room, the kiosks, and whoever or whatever waits to be let in."""

from flask import Blueprint, Response, make_response, request

from devices.contract.commands import CommandKind
from hub.domain.errors import NotFound
from hub.domain.field_devices import Standing, Supply
from hub.domain.house_work import room_state
from hub.domain.meetings import Room
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.command_device import command_device
from hub.web import device_lines, quarantine_lines
from hub.web.changing import change, done
from hub.web.condition_lines import read_troubles, some
from hub.web.curves import SPARKS_MS, read_sparks
from hub.web.field_lines import Facts, FieldLine, field_lines
from hub.web.field_states import ICONS, WORST_FIRST, room_stand
from hub.web.language import tongue
from hub.web.page import draw, now
from hub.web.panel import rooms as panels
from hub.web.parts import shelf
from hub.web.room_now import room_now
from hub.web.room_tiles import wall
from hub.web.rooms_found import rooms_found
from hub.web.shift import person
from hub.web.strangers import rooms_to_choose, strangers

LONGEST_SEARCH = 60

pages = Blueprint("rooms", __name__, url_prefix="/rooms")


@pages.get("")
def show() -> Response:
    """Show a tile for each room, the devices that are in none, and the rooms' panels."""
    asked = request.args.get("q", "")[:LONGEST_SEARCH]
    parts = {"wall": lambda: _wall(asked), "homeless": lambda: _cards(None), "panels": panels}
    return draw("rooms.html", parts, asked=asked, icons=ICONS)


@pages.get("/<path:key>")
def one(key: str) -> Response:
    """Show what stands in one room. Raises NotFound."""
    room = rooms_found().rooms.get(key)
    if room is None:
        raise NotFound(f"there is no room {key!r}")
    return draw("room.html", {"about": lambda: _about(room), "devices": lambda: _cards(key)}, room=room, icons=ICONS)


@pages.get("/kiosks")
def kiosks() -> Response:
    """Show every kiosk with its state, what waits there, and its screen."""
    return draw("kiosks.html", {"devices": _kiosks})


@pages.get("/waiting")
def waiting() -> Response:
    """Show the devices that nobody has admitted, and the messages that could not be used."""
    return draw("waiting.html", {"strangers": _strangers, "quarantine": _quarantine})


@pages.post("/kiosks/<device>/screenshot")
def ask_for_screenshot(device: str) -> Response:
    """Ask a kiosk what its screen shows; the answer comes by itself."""
    ids = shelf().parts.ids

    def ask(tx: Transaction, by: str) -> None:
        command_device(tx, device, CommandKind.SCREENSHOT, Deciding(actor=by, at=now(), ids=ids))

    change(ask)
    return done("/rooms/kiosks")


@pages.get("/kiosks/<device>/screenshot.webp")
def screenshot(device: str) -> Response:
    """Give the newest picture of a kiosk's screen. Raises NotFound when there is none, or no more."""
    with shelf().parts.store.read() as tx:
        picture = tx.screenshots.get(device)
    if picture is None:
        raise NotFound(f"there is no picture of {device!r}")
    answer = make_response(picture)
    answer.content_type = "image/webp"
    return answer


def _wall(asked: str) -> object:
    return wall(rooms_found(), tongue(), now(), asked)


def _cards(room: str | None) -> object:
    return {"lines": _lines(room), "person": person()}


def _lines(room: str | None) -> list[FieldLine]:
    found, moment = rooms_found(), now()
    devices = found.of_room(room) + (found.gone_from(room) if room else [])
    points = [found.points.get(device.id, ()) for device in devices]
    sparks = shelf().recent.keep(("sparks", room), lambda tx: read_sparks(tx, points, moment), SPARKS_MS)
    troubles = shelf().recent.get("troubles", lambda tx: read_troubles(tx, moment))
    facts = Facts(found=found, troubles=troubles, things=things(), sparks=sparks)
    lines = field_lines(devices, facts, tongue(), moment)
    return sorted(lines, key=lambda line: WORST_FIRST.index(line.stand.state))


def _about(room: Room) -> object:
    found, moment = rooms_found(), now()
    on = room_now(found.meetings, room.key, moment)
    troubles = shelf().recent.get("troubles", lambda tx: read_troubles(tx, moment))
    own = found.own_troubles(room.key)
    every = [line.stand for line in _lines(room.key)]
    return {
        "on": on,
        "stand": room_stand(every, own),
        "own": some(own, found, tongue(), troubles, moment),
        "count": found.counts.get(on.meeting.id) if on.meeting else None,
        "person": person(),
        "state": room_state(room.key, found.meetings, found.works, moment),
    }


def things() -> dict[tuple[str, str], str]:
    """Return what stands in the rooms for people to use, by room and key, in the page's language."""
    found = shelf().recent.get("things", lambda tx: tx.room_devices.all())
    return {(one.room, one.key): tongue().read(one.name) for one in found}


def _kiosks() -> object:
    found = shelf().recent.get("devices", device_lines.read_devices)
    return {"lines": device_lines.lines(found, tongue(), now()), "person": person()}


def _strangers() -> object:
    found = rooms_found()
    return {
        "waiting": strangers(found, tongue()),
        "refused": strangers(found, tongue(), Standing.REFUSED),
        "rooms": rooms_to_choose(found, tongue()),
        "supplies": tuple(Supply),
        "person": person(),
    }


def _quarantine() -> object:
    found = shelf().recent.get("quarantine", quarantine_lines.read_quarantine)
    return {
        "lines": quarantine_lines.lines(found, tongue()),
        "most": quarantine_lines.MOST,
        "shown": quarantine_lines.SHOWN_BYTES,
    }
