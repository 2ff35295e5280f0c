"""``/``: what there is today, and where to go."""

from flask import Blueprint, Response

from hub.usecases.kiosk_health import State
from hub.web.device_lines import lines, read_devices
from hub.web.language import tongue
from hub.web.open_tasks import read_open
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.quarantine_lines import read_quarantine
from hub.web.rooms_found import rooms_found
from hub.web.task_cards import haste
from hub.web.today import read_today, stage

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> Response:
    """Show today's meetings, how much work waits, how the devices are, and which of them wait."""
    return draw("home.html", {"work": _work, "devices": _devices, "meetings": _meetings}, stage=stage)


def _work() -> object:
    tasks, moment = shelf().recent.get("tasks", read_open).tasks, now()
    return {"open": len(tasks), "late": sum(haste(task, moment) == "late" for task in tasks)}


def _devices() -> object:
    found = lines(shelf().recent.get("devices", read_devices), tongue(), now())
    rooms = rooms_found()
    return {
        "troubles": rooms.open_troubles(),
        "waiting": len(rooms.waiting()),
        "total": len(found),
        "well": sum(line.state is State.ONLINE and not line.worries for line in found),
        "quarantined": len(shelf().recent.get("quarantine", read_quarantine)),
    }


def _meetings() -> object:
    zone, moment = house_zone(), now()
    key = ("today", moment.astimezone(zone).date(), 0)
    return shelf().recent.get(key, lambda tx: read_today(tx, moment, zone))
