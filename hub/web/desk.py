"""``/desk``: how the house and its booking system stand, what a person is to decide, and today's rooms."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput
from hub.domain.syncing import Decision
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.decide_conflict import decide_conflict, let_through
from hub.usecases.keep_changes import Following
from hub.usecases.no_shows import release, say_in_use, undo_no_show
from hub.web.changing import change, done
from hub.web.desk_empty import empty_lines, read_empty
from hub.web.desk_lines import BAD, DECIDED, HEARD, Desk, bad_lines, heard_lines, read_desk, source_lines
from hub.web.desk_questions import decided_lines, question_lines
from hub.web.desk_rooms import Day, RoomDay, day_of, read_day
from hub.web.language import tongue
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.shift import person

STEPS: Mapping[str, Callable[[Transaction, str, Deciding], object]] = {
    "release": release,
    "keep": say_in_use,
    "back": undo_no_show,
}
"""What a person may say of a room that nobody came to."""

pages = Blueprint("desk", __name__, url_prefix="/desk")


@pages.get("")
def show() -> Response:
    """Show questions first, then the sources, today's rooms, what cannot be used, and what was heard of last."""
    parts = {
        "questions": _questions,
        "empty": _empty,
        "sources": _sources,
        "rooms": _rooms,
        "bad": _bad,
        "heard": _heard,
    }
    return draw("desk.html", parts)


@pages.post("/questions/<conflict>")
def decide(conflict: str) -> Response:
    """Decide a question: the form gives the ``decision``, and what the page had ``seen``. Raises InvalidInput."""
    wanted, seen, following = request.form.get("decision", ""), request.form.get("seen", ""), _following()
    if wanted not in set(Decision) - {Decision.OPEN}:
        raise InvalidInput("decision", "is no decision", "choose one of the buttons on the page")
    change(lambda tx, by: decide_conflict(tx, conflict, Decision(wanted), seen, following, _deciding(by)))
    return done("/desk")


@pages.post("/sources/<source>/let-through")
def let(source: str) -> Response:
    """Take an answer that was refused before, after all: of a ``collection``, as the page had ``seen`` it."""
    collection, seen = request.form.get("collection", ""), request.form.get("seen", "")
    change(lambda tx, by: let_through(tx, source, collection, seen, _deciding(by)))
    return done("/desk")


@pages.post("/empty/<meeting>")
def settle_empty(meeting: str) -> Response:
    """Give a room up that nobody came to, keep it, or give it ``back``, as the form's ``do`` says.

    Raises NotFound, Refused, InvalidInput.
    """
    step = STEPS.get(request.form.get("do", ""))
    if step is None:
        raise InvalidInput("do", "is nothing that can be done", "choose one of the buttons on the page")
    change(lambda tx, by: step(tx, meeting, _deciding(by)))
    return done("/desk")


def _deciding(by: str) -> Deciding:
    return Deciding(actor=by, at=now(), ids=shelf().parts.ids)


def _following() -> Mapping[str, Following]:
    return {name: one.following for name, one in shelf().parts.sources.items()}


def _desk() -> Desk:
    moment = now()
    return shelf().recent.get("desk", lambda tx: read_desk(tx, moment))


def _questions() -> object:
    desk, zone = _desk(), house_zone()
    return {
        "open": question_lines(desk, tongue(), zone, now()),
        "decided": decided_lines(desk, tongue(), zone),
        "most": DECIDED,
        "person": person(),
    }


def _empty() -> object:
    moment, words = now(), tongue()
    found = shelf().recent.get(("desk empty", words.language), lambda tx: read_empty(tx, moment, words))
    return {"lines": empty_lines(found, words, moment), "person": person()}


def _sources() -> object:
    return {"lines": source_lines(shelf().parts.sources, _desk(), tongue(), now()), "person": person()}


def _bad() -> object:
    desk = _desk()
    return {"lines": bad_lines(desk, tongue()), "count": sum(desk.bad_counts.values()), "most": BAD}


def _heard() -> object:
    return {"lines": heard_lines(_desk()), "most": HEARD}


def _rooms() -> RoomDay:
    zone, moment = house_zone(), now()
    midnight = datetime.combine(moment.astimezone(zone).date(), time(), zone)
    start, end = midnight, midnight + timedelta(days=1)

    def read(tx: Transaction) -> Day:
        return read_day(tx, start, end)

    return day_of(shelf().recent.get(("desk rooms", midnight.date()), read), tongue(), moment)
