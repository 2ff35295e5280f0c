"""``/rooms/conditions``: what is wrong in the rooms, who sees to it, what was wrong lately, and a file of it."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, request

from hub.domain.conditions import Cause
from hub.domain.permissions import Permission
from hub.domain.severity import Severity
from hub.web.condition_lines import (
    MOST,
    STATES,
    ConditionLine,
    Troubles,
    Wanted,
    condition_lines,
    people,
    read_troubles,
)
from hub.web.language import tongue
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.rooms_found import rooms_found
from hub.web.shift import person
from hub.web.spreadsheets import file, plain
from hub.web.visitor import visitor

COLUMNS = (
    *("since", "over", "lasted", "severity", "state", "room", "room_key", "device", "cause", "what"),
    *("value", "limit", "unit", "by", "acked_by", "acked_at", "cleared_by", "notes"),
)
"""The columns of the file."""

FILTERS = ("severity", "state", "room", "cause", "assignee")
"""By what lines are chosen, together."""

pages = Blueprint("conditions", __name__, url_prefix="/rooms")


@pages.get("/conditions")
def show() -> Response:
    """List conditions; ``?severity=``, ``?state=``, ``?room=``, ``?cause=`` and ``?assignee=`` choose which.

    Raises InvalidInput.
    """
    wanted = wanted_by(request.args)
    known = people(troubles())
    return draw(
        "conditions.html",
        {"list": lambda: _list(wanted)},
        wanted=wanted,
        rooms=rooms_found().rooms.values(),
        causes=tuple(Cause),
        states=STATES,
        severities=tuple(Severity),
        people=sorted({*known, wanted.assignee} - {""}),
        query=request.query_string.decode("ascii", "ignore"),
    )


def _list(wanted: Wanted) -> object:
    may_clear = Permission.FIX in visitor().may
    shown = {"lines": lines(wanted), "most": MOST, "people": people(troubles())}
    return {**shown, "person": person(), "may_clear": may_clear}


@pages.get("/conditions.csv")
def export() -> Response:
    """Give the same as a file for a spreadsheet; times are the house's."""
    heads = [tongue().say(f"conditions.column.{name}") for name in COLUMNS]
    rows = [[plain(cell) for cell in _cells(line)] for line in lines(wanted_by(request.args))]
    return file("conditions", [[heads], rows])


def wanted_by(asked: Mapping[str, str]) -> Wanted:
    """Return what a query asks for. Raises InvalidInput."""
    return Wanted(**{name: asked.get(name, "") for name in FILTERS})


def lines(wanted: Wanted) -> Sequence[ConditionLine]:
    """Return the lines that are wanted, in the language of the request."""
    return condition_lines(troubles(), rooms_found(), tongue(), now(), wanted)


def troubles() -> Troubles:
    """Return what is wrong and was of late, from memory where it is new enough."""
    moment = now()
    return shelf().recent.get("troubles", lambda tx: read_troubles(tx, moment))


def _cells(line: ConditionLine) -> tuple[str, ...]:
    zone, said = house_zone(), tongue()
    number = ["" if one is None else f"{one:g}" for one in (line.value, line.limit)]
    since, over, acked = (
        f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else "" for at in (line.since, line.over_at, line.acked_at)
    )
    return (
        since,
        over,
        line.lasted,
        said.say(f"conditions.severity.{line.severity}"),
        said.say(f"conditions.state.{line.state}"),
        line.room_name,
        line.room,
        line.where,
        line.cause_words,
        line.words,
        *number,
        line.point.unit if line.point else "",
        line.by,
        line.acked_by,
        acked,
        line.cleared_by,
        "\n".join(f"{note.at.astimezone(zone):%Y-%m-%d %H:%M} {note.by}: {note.text}" for note in line.notes),
    )
