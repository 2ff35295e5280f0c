"""What a technician does with a device in a room: an address a step, one transaction, under the person's name (I12)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from devices.contract.commands import CommandKind
from hub.device_ports import DeviceRecord
from hub.domain.errors import InvalidInput, NotFound
from hub.domain.field_devices import Supply
from hub.domain.point_commands import OFF, ON
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.command_device import command_device
from hub.usecases.command_point import command_point
from hub.usecases.place_device import (
    Excuse,
    Place,
    admit_device,
    excuse_device,
    forget_device,
    place_device,
    refuse_device,
    watch_device,
)
from hub.web.changing import change, done
from hub.web.page import NO_HOUSE, now
from hub.web.parts import shelf

HOURS = (1, 4, 12, 24, 72, 168)
"""For how long an excuse can be chosen with one tap."""

TOLD = (CommandKind.IDENTIFY, CommandKind.SWITCH, CommandKind.SET_POINT, CommandKind.SCREENSHOT)
"""What a person may tell a device of ours; ``resend`` is the hub's own."""

Step = Callable[[Transaction, str, Deciding], object]

pages = Blueprint("field_steps", __name__, url_prefix="/rooms/devices")


@pages.post("/<device>/<step>")
def take(device: str, step: str) -> Response:
    """Let the person at this browser admit, refuse, place, excuse, watch or forget a device, or tell it something."""
    if step not in STEPS:
        raise NotFound(f"nothing can be done with a device by {step!r}")
    ids = shelf().parts.ids
    change(lambda tx, by: STEPS[step](tx, device, Deciding(actor=by, at=now(), ids=ids)))
    return done("/rooms/waiting" if step in {"admit", "refuse"} else f"/rooms/devices/{device}")


def _place() -> Place:
    text = {name: request.form.get(name, "") for name in ("room", "thing", "called", "supply")}
    if text["supply"] not in {"", *Supply}:
        raise InvalidInput("supply", "is no kind of supply", f"choose of {', '.join(Supply)}")
    return Place(
        room=text["room"] or None,
        thing=text["thing"].removeprefix(f"{text['room']}:"),
        called=text["called"],
        supply=Supply(text["supply"]) if text["supply"] else None,
    )


def _excuse(tx: Transaction, device: str, who: Deciding) -> object:
    why = request.form.get("why", "")
    if why not in set(Excuse):
        raise InvalidInput("why", "is no reason", f"choose of {', '.join(Excuse)}")
    return excuse_device(tx, device, Excuse(why), _until(tx, who.at), who)


def _until(tx: Transaction, at: datetime) -> datetime:
    hours, wall = request.form.get("hours", ""), request.form.get("until", "")
    if wall:
        try:
            house = tx.meetings.venue() or NO_HOUSE
            return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(house.zone))
        except ValueError as problem:
            raise InvalidInput("until", "is no time", "give day and time") from problem
    if not (hours.isascii() and hours.isdigit() and len(hours) <= 3):  # noqa: PLR2004 - at most 7 days
        raise InvalidInput("hours", "is no number of hours", "choose one")
    return at + timedelta(hours=int(hours))


def _command(tx: Transaction, device: str, who: Deciding) -> object:
    kind, to, celsius = (request.form.get(name, "") for name in ("kind", "to", "celsius"))
    if kind not in TOLD:
        raise InvalidInput("kind", "is no command for people", f"choose of {', '.join(TOLD)}")
    record = station_of(tx, device)
    if record is None:
        raise NotFound(f"{device!r} takes no commands from here")
    told: dict[str, object] = {"which": request.form.get("which", ""), "to": to}
    try:
        told |= {"celsius": float(celsius)} if celsius else {}
    except ValueError as problem:
        raise InvalidInput("celsius", "is no number", "give degrees") from problem
    return command_device(tx, record.id, CommandKind(kind), who, {name: value for name, value in told.items() if value})


def _set(tx: Transaction, device: str, who: Deciding) -> object:
    """Tell another maker's device what one of its points is to be; it has to report that it is."""
    point, value = request.form.get("point", ""), request.form.get("value", "")
    if not any(one.id == point for one in tx.field_devices.points(device)):
        raise NotFound(f"{device!r} has no point {point!r}")
    if value in {ON, OFF}:
        return command_point(tx, point, value, who)
    try:
        return command_point(tx, point, float(value), who)
    except ValueError as problem:
        raise InvalidInput("value", "is no number", "give a number") from problem


STEPS: Mapping[str, Step] = {
    "admit": lambda tx, device, who: admit_device(tx, device, _place(), who),
    "refuse": refuse_device,
    "place": lambda tx, device, who: place_device(tx, device, _place(), who),
    "excuse": _excuse,
    "watch": watch_device,
    "forget": forget_device,
    "command": _command,
    "set": _set,
}
"""What the person at a browser may do, by the last part of its address."""


def station_of(tx: Transaction, device: str) -> DeviceRecord | None:
    """Return the record of a device of ours, which takes commands: it announces itself by the name it has with us."""
    found = tx.field_devices.get(device)
    return tx.devices.get(found.station) if found else None
