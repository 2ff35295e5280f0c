"""``/staff/meetings/<key>``: who comes in, live; the seat map; the agenda; and who is inside, to print (R5)."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from hub.domain.attendance import Arrived, HeadCount
from hub.domain.errors import NotFound
from hub.domain.guests import Diet
from hub.domain.meetings import Meeting
from hub.domain.rulings import brought_along
from hub.domain.words import Words
from hub.ports import Transaction
from hub.web.agenda import agenda
from hub.web.drink_lines import drink_lines
from hub.web.house_work_lines import read_house_work, spell
from hub.web.language import tongue
from hub.web.materials import material_lines
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.seat_map import SeatMap, draw_seats, read_seating
from hub.web.today import read_doors, room_of, stage

SHOWN = 50
"""Arrivals on the live page; the rest stand in the list of who is inside."""

REFUSED = 20
REFUSED_SINCE = timedelta(minutes=30)
"""Refusals on the live page: the guest may still stand at the door."""

EVERYBODY = 1_000_000

ORDERS: dict[str, Callable[[Arrived], tuple[str, ...]]] = {
    # In GB 18030 the common characters stand in the order of their pinyin; hex keeps the order of bytes.
    "name": lambda one: (one.who.name.casefold().encode("gb18030", "replace").hex(), one.seat),
    "seat": lambda one: ("" if one.seat else "~", *(part.zfill(6) for part in one.seat.split("-")), one.who.name),
    "time": lambda one: (one.at.isoformat(), one.who.name),
}

pages = Blueprint("meetings", __name__, url_prefix="/staff/meetings")


@pages.get("/<key>")
def show(key: str) -> Response:
    """Show one meeting live."""
    meeting = find_meeting(key)
    return draw(
        "meeting.html",
        {
            "about": lambda: _about(meeting),
            "counts": lambda: _count(meeting),
            "arrivals": lambda: _arrivals(meeting),
            "refused": lambda: _refused(meeting),
            "seats": lambda: _seats(meeting),
            "agenda": lambda: agenda(meeting, now()),
            "materials": lambda: material_lines(meeting.id),
            "drinks": lambda: drink_lines(meeting),
        },
        meeting=meeting,
        zone=ZoneInfo(meeting.zone),
        diets=list(Diet),
    )


@pages.get("/<key>/inside")
def inside(key: str) -> Response:
    """List everybody who has come in, for a roll call: by name, seat or time."""
    meeting = find_meeting(key)
    order = request.args.get("order", "")
    order = order if order in ORDERS else "name"
    return draw(
        "inside.html",
        {"inside": lambda: _inside(meeting, order)},
        meeting=meeting,
        zone=ZoneInfo(meeting.zone),
        order=order,
        orders=list(ORDERS),
        along=_along(meeting),
        doors=shelf().recent.get("doors", read_doors),
    )


def find_meeting(key: str) -> Meeting:
    """Return the meeting that an address names. Raises NotFound."""
    return shelf().recent.get(("meeting", key), lambda tx: _read_meeting(tx, key))


def _read_meeting(tx: Transaction, key: str) -> Meeting:
    found = tx.meetings.by_key(key)
    if found is None:
        raise NotFound(f"there is no meeting {key!r}")
    return found


def _about(meeting: Meeting) -> object:
    moment = now()
    house = shelf().recent.get(("house work", meeting.id), lambda tx: read_house_work(tx, meeting, moment))
    return {
        "room": _room(meeting),
        "stage": stage(meeting, moment),
        "house": house,
        "taken": spell(house.waits.taken),
    }


def _room(meeting: Meeting) -> tuple[Words, str]:
    room = room_of(meeting, shelf().recent.get("rooms", lambda tx: tx.meetings.rooms()))
    return room.name, room.floor


def _count(meeting: Meeting) -> HeadCount:
    found = shelf().recent.get(("counts", meeting.id), lambda tx: tx.attendance.counts([meeting.id]))
    return found[meeting.id]


def _arrivals(meeting: Meeting) -> object:
    return {
        "newest": shelf().recent.get(("arrivals", meeting.id), lambda tx: tx.attendance.arrivals(meeting.id, SHOWN)),
        "count": _count(meeting).guests,
        "doors": shelf().recent.get("doors", read_doors),
    }


def _refused(meeting: Meeting) -> object:
    since = now() - REFUSED_SINCE
    found = shelf().recent.get(("refused", meeting.id), lambda tx: tx.rulings.turned_away(meeting.id, since, REFUSED))
    return {"newest": found, "doors": shelf().recent.get("doors", read_doors)}


def _inside(meeting: Meeting, order: str) -> Sequence[Arrived]:
    with shelf().parts.store.read() as tx:  # too long a list to be remembered
        everybody = tx.attendance.arrivals(meeting.id, EVERYBODY)
    return sorted(everybody, key=ORDERS[order])


def _along(meeting: Meeting) -> frozenset[str]:
    """Return the invitations on which a second person is inside: a roll call must not miss them (R5)."""
    decided = shelf().recent.get(("decided", meeting.id), lambda tx: tx.rulings.newest(EVERYBODY, meeting.id))
    return brought_along(one.ruling for one in decided)


def _seats(meeting: Meeting) -> SeatMap | None:
    found = shelf().recent.get(("seats", meeting.id), lambda tx: read_seating(tx, meeting.id))
    return draw_seats(found, tongue(), request.args.get("zone", ""))
