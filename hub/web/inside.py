"""``/staff/inside``: who is inside now, room by room, to print; and who has left, with one tap (R5)."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.inside import RoomInside, note_left, read_inside
from hub.usecases.roll_call import LINGER
from hub.web.changing import change, done
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.today import read_doors

PATH = "/staff/inside"

pages = Blueprint("who_is_inside", __name__, url_prefix=PATH)


@pages.get("")
def show() -> Response:
    """List everybody of the meetings that are on, or were over a short while ago: people linger."""
    return draw("who_is_inside.html", {"rooms": _rooms}, doors=shelf().recent.get("doors", read_doors))


@pages.post("/<one>")
def left(one: str) -> Response:
    """Note that a person (an invitation, or one more on it) has left, or take that back (``left``: yes or no)."""
    said, ids = request.form.get("left", ""), shelf().parts.ids
    if said not in {"yes", "no"}:
        raise InvalidInput("left", f"{said[:20]!r} is no answer", "send yes, or no to take it back")
    change(lambda tx, by: note_left(tx, one, Deciding(actor=by, at=now(), ids=ids), left=said == "yes"))
    back = request.form.get("back", PATH)
    return done(back if back.startswith("/staff/") and "\\" not in back else PATH)


def _rooms() -> object:
    rooms: Sequence[RoomInside] = shelf().recent.get("who is inside", _read)
    return {"all": rooms, "inside": sum(len(one.inside) for one in rooms), "person": person()}


def _read(tx: Transaction) -> Sequence[RoomInside]:
    return read_inside(tx, tx.meetings.between(now() - LINGER, now()))
