"""``/rooms``: for technicians, the devices and whatever came by wire and could not be used."""

from flask import Blueprint, Response

from hub.web import device_lines, quarantine_lines
from hub.web.language import tongue
from hub.web.page import draw, now
from hub.web.panel import rooms
from hub.web.parts import shelf

pages = Blueprint("rooms", __name__, url_prefix="/rooms")


@pages.get("")
def show() -> Response:
    """Show every device with its state, the rooms' panels, and the quarantine."""
    return draw("rooms.html", {"devices": _devices, "panels": rooms, "quarantine": _quarantine})


def _devices() -> object:
    return device_lines.lines(shelf().recent.get("devices", device_lines.read_devices), tongue(), now())


def _quarantine() -> object:
    found = shelf().recent.get("quarantine", quarantine_lines.read_quarantine)
    return {
        "lines": quarantine_lines.lines(found, tongue()),
        "most": quarantine_lines.MOST,
        "shown": quarantine_lines.SHOWN_BYTES,
    }
