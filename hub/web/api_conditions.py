"""``/api/v1/conditions``: what programs may ask about what is wrong in the rooms, and do about it as people do (T11).

They stand on the same blueprint, and in the same document, as what ``hub.web.api`` serves.
"""

from collections.abc import Mapping
from datetime import datetime

from flask import Response, jsonify

from hub.domain.condition_steps import LONGEST_NOTE
from hub.domain.conditions import Cause
from hub.domain.errors import InvalidInput, NotFound
from hub.domain.severity import Severity
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.sessions import check_nobody_elses
from hub.web import shift
from hub.web.api import api, pages
from hub.web.api_parameters import ROOM
from hub.web.api_schemas import named
from hub.web.changing import change_by
from hub.web.condition_lines import STATES, ConditionLine, some
from hub.web.condition_steps import STEPS
from hub.web.conditions import lines, troubles, wanted_by
from hub.web.endpoints import JSON, Parameter, Schema
from hub.web.language import tongue
from hub.web.page import now
from hub.web.parts import shelf
from hub.web.reading_lines import instant
from hub.web.rooms_found import rooms_found
from hub.web.visitor import visitor

__all__ = ["pages"]


def _choice(name: str, words: tuple[str, ...], about: str) -> Parameter:
    return Parameter(name=name, schema={"type": "string", "enum": list(words), "description": about}, read=str)


def _text(about: str, most: int) -> Schema:
    return {"type": "string", "maxLength": most, "description": about}


ASKED = (
    _choice("severity", tuple(Severity), "Only those that are so bad now."),
    _choice("state", STATES, "Only those that stand so; `open`: all that nothing else explains."),
    ROOM,
    _choice("cause", tuple(Cause), "Only those with this cause."),
    Parameter(
        name="assignee", schema={"type": "string", "description": "Only those that this person sees to."}, read=str
    ),
)
BY = _text("The name of who is signed in, who does so: it stands in the log and on the pages.", shift.LONGEST_NAME)
TEXT = _text("A comment.", LONGEST_NOTE)
DONE = {JSON: named("Condition")}


@api.get("/conditions", "What is wrong in the rooms, and what was", {JSON: named("Conditions")}, *ASKED)
def conditions(**asked: str) -> Response:
    """List conditions as the page does."""
    return jsonify(conditions=[_record(line) for line in lines(wanted_by(asked))])


@api.get("/conditions/{condition}", "One thing that is wrong, or was", DONE)
def one_condition(condition: str) -> Response:
    """Tell of one condition."""
    return jsonify(_told(condition))


def _step(name: str, summary: str, body: Mapping[str, Schema], *required: str) -> None:
    """Serve one of STEPS."""

    @api.post(f"/conditions/{{condition}}/{name}", summary, DONE, {"by": BY, **body}, ("by", *required))
    def take(condition: str, told: Mapping[str, str]) -> Response:
        by, ids, here = _own_name(told["by"]), shelf().parts.ids, visitor()

        def step(tx: Transaction, by: str) -> None:
            if here.account and not here.person:
                check_nobody_elses(tx, by, here.account.id, "by")
            STEPS[name](tx, condition, told, Deciding(actor=by, at=now(), ids=ids))

        change_by(by, step)
        return jsonify(_told(condition))


_step("acknowledge", "Acknowledge it, and take its task where nobody has", {"text": TEXT})
_step("take-back", "Take the acknowledgement back", {})
_step("comment", "Add a comment", {"text": TEXT}, "text")
_step("assign", "Give it, and its task, to a person", {"to": _text("To whom, by name.", shift.LONGEST_NAME)}, "to")
_step("clear", "End it because its device was taken away for good", {})


def _own_name(said: str) -> str:
    """Return the name of who is signed in; where the house lists nobody and none was said yet, the one that is said.

    Raises InvalidInput for anybody else's: nobody acts, or stands in the log, as another.
    """
    by, here = shift.clean(said, "by"), shift.person()
    if here and by != here:
        raise InvalidInput("by", "is not the name of who is signed in", "give your own name")
    return by


def _told(condition: str) -> Mapping[str, object]:
    with shelf().parts.store.read() as tx:
        found = tx.conditions.get(condition)
    if found is None:
        raise NotFound(f"nothing that is or was wrong has the id {condition!r}")
    (line,) = some([found], rooms_found(), tongue(), troubles(), now())
    return _record(line)


def _record(line: ConditionLine) -> Mapping[str, object]:
    found = line.condition
    return {
        **{
            name: getattr(found, name)
            for name in ("id", "cause", "about", "subject", "room", "value", "limit", "detail")
        },
        **{name: instant(getattr(found, name)) for name in ("since", "opened_at")},
        **{name: _maybe(getattr(found, name)) for name in ("over_at", "acked_at")},
        **{name: getattr(found, name) or None for name in ("hidden_by", "acked_by", "cleared_by")},
        "severity": line.severity,
        "state": line.state,
        "task": line.task or None,
        "assignee": line.by or None,
        "ends_by": line.ends,
        "notes": [{"at": instant(note.at), "by": note.by, "text": note.text} for note in found.notes],
    }


def _maybe(at: datetime | None) -> str | None:
    return instant(at) if at else None
