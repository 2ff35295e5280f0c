"""What a person does about something that is wrong: the same steps for the page and for programs (T11)."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request

from hub.domain.conditions import Condition
from hub.domain.errors import NotFound
from hub.domain.permissions import Permission
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.work_condition import (
    acknowledge_condition,
    assign_condition,
    clear_condition,
    comment_on_condition,
    take_back_acknowledgement,
)
from hub.web import shift
from hub.web.access import check
from hub.web.changing import change, done
from hub.web.page import now
from hub.web.parts import shelf

Step = Callable[[Transaction, str, Mapping[str, str], Deciding], Condition]

STEPS: Mapping[str, Step] = {
    "acknowledge": lambda tx, one, told, who: acknowledge_condition(tx, one, told.get("text", ""), who),
    "take-back": lambda tx, one, _, who: take_back_acknowledgement(tx, one, who),
    "comment": lambda tx, one, told, who: comment_on_condition(tx, one, told.get("text", ""), who),
    "assign": lambda tx, one, told, who: assign_condition(tx, one, shift.clean(told.get("to", ""), "to"), who),
    "clear": lambda tx, one, _, who: clear_condition(tx, one, who),
}
"""What can be done, by the last part of the address; what is told stands in ``text``, or ``to`` for a name."""
FORGETS = "clear"
"""What takes the device itself away, as a technician does on its page."""

pages = Blueprint("condition_steps", __name__, url_prefix="/rooms")


@pages.post("/conditions/<condition>/<step>")
def take(condition: str, step: str) -> Response:
    """Let the person at this browser take a step.

    Raises NotFound, NotAllowed, InvalidInput, or Refused with what is in its way.
    """
    if step not in STEPS:
        raise NotFound(f"nothing can be done about a condition by {step!r}")
    if step == FORGETS:
        check(Permission.FIX)
    ids = shelf().parts.ids
    change(lambda tx, by: STEPS[step](tx, condition, request.form, Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/rooms/conditions#c-{condition}")
