"""``/staff/new``: a task in three taps: where (a seat, a room or a door), what (one big picture), and sent (S15)."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput
from hub.domain.meetings import Meeting
from hub.usecases.acting import Deciding
from hub.usecases.note_need import At, Need, PlaceKind, note_need
from hub.web.changing import change_once, done
from hub.web.language import tongue
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.seat_map import SeatMap, draw_seats, read_seating
from hub.web.shift import person
from hub.web.today import read_doors

ICONS: Mapping[Need, str] = {
    Need.TOO_COLD: "cold",
    Need.TOO_HOT: "warmth",
    Need.WATER: "glass",
    Need.TEA: "cup",
    Need.EQUIPMENT: "wrench",
    Need.HANDOUTS: "book",
    Need.SMALL_ITEM: "plus",
    Need.OTHER: "bell",
}

pages = Blueprint("needs", __name__, url_prefix="/staff/new")


@pages.get("")
def new() -> Response:
    """Show where and what. ``?meeting=`` chooses one that is on, ``?seat=`` a seat of it, ``?room=`` a room."""
    meetings = _running()
    chosen = next((one for one in meetings if one.key == request.args.get("meeting", "")), None)
    meeting = chosen or (meetings[0] if meetings else None)
    return draw(
        "needs.html",
        {"seats": lambda: _seats(meeting)},
        meeting=meeting,
        meetings=meetings,
        rooms=shelf().recent.get("rooms", lambda tx: tx.meetings.rooms()),
        doors={key: door for key, door in shelf().recent.get("doors", read_doors).items() if key != "paper"},
        needs=ICONS,
        seat=request.args.get("seat", "")[:40],
        room=request.args.get("room", "")[:40],
        on_duty=person(),
    )


@pages.post("")
def send() -> Response:
    """Raise the task for ``need``, at ``place``: ``room:hall``, ``door:kiosk-1``, or ``seat:`` with ``seat``."""
    place, need = _place(), request.form.get("need", "")
    if need not in set(Need):
        raise InvalidInput("need", "is not chosen", "tap one of the pictures")
    parts = shelf().parts
    change_once(
        lambda tx, by, at: note_need(tx, place, Need(need), Deciding(actor=by, at=at, ids=parts.ids), parts.times)
    )
    return done("/staff")


def _place() -> At:
    """Read where it is needed. Raises InvalidInput."""
    kind, _, key = request.form.get("place", "").partition(":")
    if kind == PlaceKind.SEAT:
        key = request.form.get("seat", "")
    if kind not in set(PlaceKind) or not key:
        raise InvalidInput("place", "is not chosen", "tap a seat, a room or a door")
    return At(kind=PlaceKind(kind), key=key, meeting=request.form.get("meeting", ""))


def _running() -> Sequence[Meeting]:
    moment = now()
    near = shelf().recent.get("meetings on", lambda tx: tx.meetings.between(moment, moment))
    return [one for one in near if not one.cancelled]


def _seats(meeting: Meeting | None) -> SeatMap | None:
    if meeting is None:
        return None
    found = shelf().recent.get(("seats", meeting.id), lambda tx: read_seating(tx, meeting.id))
    return draw_seats(found, tongue(), request.args.get("zone", ""))
