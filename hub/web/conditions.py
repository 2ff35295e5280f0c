"""``/rooms/conditions``: what is wrong in the rooms, who sees to it, what was wrong lately, and a file of it."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from hub.domain.conditions import Cause
from hub.web.condition_lines import MOST, STATES, ConditionLine, Wanted, condition_lines, read_troubles
from hub.web.language import tongue
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.rooms_found import rooms_found
from hub.web.shift import person
from hub.web.spreadsheets import file, plain

COLUMNS = ("since", "over", "state", "room", "room_key", "device", "cause", "what", "value", "limit", "unit", "by")
"""The columns of the file."""

pages = Blueprint("conditions", __name__, url_prefix="/rooms")


@pages.get("/conditions")
def show() -> Response:
    """List conditions; ``?room=``, ``?cause=`` and ``?state=`` choose which. Raises InvalidInput."""
    wanted = _wanted()
    return draw(
        "conditions.html",
        {"list": lambda: {"lines": _lines(wanted), "person": person(), "most": MOST}},
        wanted=wanted,
        rooms=rooms_found().rooms.values(),
        causes=tuple(Cause),
        states=STATES,
        query=request.query_string.decode("ascii", "ignore"),
    )


@pages.get("/conditions.csv")
def export() -> Response:
    """Give the same as a file for a spreadsheet; times are the house's."""
    heads = [tongue().say(f"conditions.column.{name}") for name in COLUMNS]
    return file("conditions", [[heads], [[plain(cell) for cell in _cells(line)] for line in _lines(_wanted())]])


def _wanted() -> Wanted:
    return Wanted(**{name: request.args.get(name, "") for name in ("room", "cause", "state")})


def _lines(wanted: Wanted) -> Sequence[ConditionLine]:
    moment = now()
    troubles = shelf().recent.get("troubles", lambda tx: read_troubles(tx, moment))
    return condition_lines(troubles, rooms_found(), tongue(), wanted)


def _cells(line: ConditionLine) -> tuple[str, ...]:
    zone, said = house_zone(), tongue()
    number = ["" if one is None else f"{one:g}" for one in (line.value, line.limit)]
    return (
        f"{line.since.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        f"{line.over_at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if line.over_at else "",
        said.say(f"conditions.state.{line.state}"),
        line.room_name,
        line.room,
        line.where,
        line.cause_words,
        line.words,
        *number,
        line.point.unit if line.point else "",
        line.by,
    )
