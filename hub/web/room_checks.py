"""``/rooms/checks/<meeting>``: how a meeting's room was found half an hour before, and a button to look again (T15)."""

from dataclasses import dataclass

from flask import Blueprint, Response

from hub.domain.errors import NotFound
from hub.domain.meetings import Meeting, Room
from hub.domain.room_checks import Flaw, RoomCheck, check_at
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.check_room import check_room
from hub.web.changing import change, done
from hub.web.language import Tongue, tongue
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person

ICONS = {
    None: "check",
    Flaw.OFFLINE: "cross",
    Flaw.SILENT: "dots",
    Flaw.CONDITION: "warn",
    Flaw.FAULT: "wrench",
    Flaw.REHEARSAL: "cross",
    Flaw.INSPECTION: "question",
}

pages = Blueprint("room_checks", __name__, url_prefix="/rooms/checks")


@dataclass(frozen=True, slots=True)
class Checked:
    """A meeting, its room, and the newest check of it, None before the first."""

    meeting: Meeting
    room: Room | None
    check: RoomCheck | None


@pages.get("/<key>")
def show(key: str) -> Response:
    """Show what was looked at and how it was, the flawed first. Raises NotFound."""
    return draw("room_check.html", {"check": lambda: _check(key)})


@pages.post("/<key>")
def again(key: str) -> Response:
    """Look again now."""
    ids = shelf().parts.ids
    change(lambda tx, by: check_room(tx, _meeting(tx, key), Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/rooms/checks/{key}")


def _check(key: str) -> object:
    found = shelf().recent.get(("room check", key), lambda tx: _read(tx, key))
    return {
        "found": found,
        "due_at": check_at(found.meeting),
        "why": lambda flaw, detail: why(tongue(), flaw, detail),
        "icons": ICONS,
        "person": person(),
    }


def why(said: Tongue, flaw: Flaw, detail: str) -> str:
    """Say what is wrong with one thing."""
    if flaw is Flaw.CONDITION:
        return said.say_or(f"room_check.cause.{detail}", said.say("room_check.flaw.condition"))
    if flaw is Flaw.INSPECTION:
        return said.say("room_check.flaw.inspection", n=detail)
    return said.join((said.say(f"room_check.flaw.{flaw}"), detail))


def _read(tx: Transaction, key: str) -> Checked:
    meeting = _meeting(tx, key)
    room = next((one for one in tx.meetings.rooms() if one.key == meeting.room), None)
    return Checked(meeting, room, tx.room_checks.latest([meeting.id]).get(meeting.id))


def _meeting(tx: Transaction, key: str) -> Meeting:
    meeting = tx.meetings.by_key(key)
    if meeting is None:
        raise NotFound(f"there is no meeting {key!r}")
    return meeting
