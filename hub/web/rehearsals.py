"""``/staff/meetings/<key>/rehearsal``: the list before a meeting; one tap passes a line, two fail it (R77-R85)."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.meetings import Meeting
from hub.domain.rehearsals import Part, Rehearsal, Result
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.rehearsal_calls import swap_of
from hub.usecases.rehearsal_list import band_of, read_rehearsal, surroundings
from hub.usecases.rehearse import Said, look_again, mark_line, pass_rehearsal
from hub.web.changing import change, done
from hub.web.language import tongue
from hub.web.meetings import find_meeting
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.rehearsal_lines import Read, lines
from hub.web.shift import person

COUNTED = "counted"
"""A person typed how many there are; whether that is enough follows from it."""

pages = Blueprint("rehearsals", __name__, url_prefix="/staff/meetings")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines of a part passed, and of how many."""

    passed: int
    lines: int


@pages.get("/<key>/rehearsal")
def show(key: str) -> Response:
    """Show the list of a meeting. Raises NotFound."""
    meeting = find_meeting(key)
    return draw("rehearsal.html", {"rehearsal": lambda: _list(meeting)}, meeting=meeting)


@pages.post("/<key>/rehearsal")
def say(key: str) -> Response:
    """Hear how one ``line`` was found: its ``result``, with a ``note`` or numbers. Raises InvalidInput, NotFound."""
    ids, form = shelf().parts.ids, request.form
    said = Said(
        result=_result(form.get("result", "")),
        note=form.get("note", "")[:500],
        counted=_number("counted"),
        wanted=_whole("wanted"),
    )
    line = form.get("line", "")
    change(lambda tx, by: mark_line(tx, _meeting(tx, key), line, said, Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/staff/meetings/{key}/rehearsal")


@pages.post("/<key>/rehearsal/look")
def look(key: str) -> Response:
    """Let the hub look again now at what it looks at by itself."""
    ids = shelf().parts.ids
    change(lambda tx, by: look_again(tx, _meeting(tx, key), Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/staff/meetings/{key}/rehearsal")


@pages.post("/<key>/rehearsal/pass")
def sign(key: str) -> Response:
    """Hear from a person that the rehearsal passed. Raises Refused while a line has not."""
    ids = shelf().parts.ids
    change(lambda tx, by: pass_rehearsal(tx, _meeting(tx, key), Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/staff/meetings/{key}/rehearsal")


def _list(meeting: Meeting) -> object:
    found = shelf().recent.get(("rehearsal", meeting.id), lambda tx: _read(tx, meeting))
    rehearsal = found.rehearsal
    return {
        "list": rehearsal,
        "lines": lines(meeting, found, tongue(), house_zone()),
        "counts": {part: _count(rehearsal, part) for part in Part},
        "passed": rehearsal.count(Result.PASSED),
        "failed": rehearsal.count(Result.FAILED),
        "person": person(),
    }


def _count(rehearsal: Rehearsal, part: Part) -> Counts:
    of = rehearsal.of(part)
    return Counts(sum(line.result is Result.PASSED for line in of), len(of))


def _read(tx: Transaction, meeting: Meeting) -> Read:
    around = surroundings(tx, meeting, now())
    rehearsal = read_rehearsal(tx, meeting, around)
    return Read(rehearsal, _swaps(tx, meeting, rehearsal), around.felt, band_of(tx, meeting.room), around.known.sheet)


def _swaps(tx: Transaction, meeting: Meeting, rehearsal: Rehearsal) -> Mapping[str, str]:
    """Return the tasks of failed lines whose piece can be swapped, by line."""
    failed = (line.item for line in rehearsal.lines if line.result is Result.FAILED)
    return {item.key: task.id for item in failed if (task := swap_of(tx, meeting, item))}


def _meeting(tx: Transaction, key: str) -> Meeting:
    found = tx.meetings.by_key(key)
    if found is None:
        raise NotFound(f"there is no meeting {key!r}")
    return found


def _result(text: str) -> Result:
    try:
        return Result.PASSED if text == COUNTED else Result(text)
    except ValueError:
        raise InvalidInput("result", f"{text[:20]!r} is no result", "use passed, failed, counted or not_yet") from None


def _number(name: str) -> float | None:
    text = request.form.get(name, "").strip().replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError:
        raise InvalidInput(name, f"{text[:20]!r} is no number", "give it in digits") from None


def _whole(name: str) -> int | None:
    value = _number(name)
    if value is None:
        return None
    if value != int(value):
        raise InvalidInput(name, "is no whole number", "give a whole number")
    return int(value)
