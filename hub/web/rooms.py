"""``/rooms``: for technicians, the devices and whatever came by wire and could not be used."""

from flask import Blueprint, Response, make_response

from devices.contract.commands import CommandKind
from hub.domain.errors import NotFound
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.command_device import command_device
from hub.web import device_lines, quarantine_lines
from hub.web.changing import change, done
from hub.web.language import tongue
from hub.web.page import draw, now
from hub.web.panel import rooms
from hub.web.parts import shelf
from hub.web.shift import person

pages = Blueprint("rooms", __name__, url_prefix="/rooms")


@pages.get("")
def show() -> Response:
    """Show every device with its state, the rooms' panels, and the quarantine."""
    return draw("rooms.html", {"devices": _devices, "panels": rooms, "quarantine": _quarantine})


@pages.post("/<device>/screenshot")
def ask_for_screenshot(device: str) -> Response:
    """Ask a kiosk what its screen shows; the answer comes by itself."""
    ids = shelf().parts.ids

    def ask(tx: Transaction, by: str) -> None:
        command_device(tx, device, CommandKind.SCREENSHOT, Deciding(actor=by, at=now(), ids=ids))

    change(ask)
    return done("/rooms")


@pages.get("/<device>/screenshot.webp")
def screenshot(device: str) -> Response:
    """Give the newest picture of a kiosk's screen. Raises NotFound when there is none, or no more."""
    with shelf().parts.store.read() as tx:
        picture = tx.screenshots.get(device)
    if picture is None:
        raise NotFound(f"there is no picture of {device!r}")
    answer = make_response(picture)
    answer.content_type = "image/webp"
    return answer


def _devices() -> object:
    found = shelf().recent.get("devices", device_lines.read_devices)
    return {"lines": device_lines.lines(found, tongue(), now()), "person": person()}


def _quarantine() -> object:
    found = shelf().recent.get("quarantine", quarantine_lines.read_quarantine)
    return {
        "lines": quarantine_lines.lines(found, tongue()),
        "most": quarantine_lines.MOST,
        "shown": quarantine_lines.SHOWN_BYTES,
    }
