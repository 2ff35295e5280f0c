"""``/staff/requests``: what a guest said, written down in one screen: who, what, and one big button (R148)."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput
from hub.domain.guests import Diet
from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.find_guest import SOON
from hub.usecases.log_request import Said, change_diet, log_request
from hub.web.changing import change, done
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person

KINDS = {
    "request": TaskKind.REQUEST,
    "question": TaskKind.QUESTION,
    "stationery": TaskKind.STATIONERY,
    "documents": TaskKind.DOCUMENTS,
}
DIETS = {**{f"diet-{diet}": diet for diet in Diet}, "diet-none": None}
AS_TYPED = "-"
"""Stands for no guest of the list: whoever it is stays as it was typed."""

pages = Blueprint("requests", __name__, url_prefix="/staff/requests")


@pages.get("/new")
def new() -> Response:
    """Show the form, with nobody found yet."""
    return _form()


@pages.post("/new")
def find() -> Response:
    """Show the form with the guests of the meetings that are on now whom ``who`` can mean.

    What is typed there is a guest's name: in the page's address it would stay in a shared tablet's history, and in the
    log of a proxy.
    """
    return _form()


def _form() -> Response:
    return draw(
        "requests.html", {"found": _found}, meetings=_meetings(), diets=list(Diet), who=_who(), on_duty=person()
    )


@pages.post("")
def log() -> Response:
    """Keep what was said. The form gives ``kind``, ``text``, ``who`` or ``invitation``, and ``meeting``."""
    kind = request.form.get("kind", "")
    if kind not in KINDS and kind not in DIETS:
        raise InvalidInput("kind", "is not known", f"choose of {', '.join((*KINDS, *DIETS))}")
    said = Said(
        text=request.form.get("text", ""), invitation=_invitation(), who=request.form.get("who", ""), meeting=_meeting()
    )
    if kind in DIETS and not said.invitation:
        raise InvalidInput("who", "no guest of a meeting is meant", "choose the guest whose diet it is")
    change(lambda tx, by: _keep(tx, kind, said, by))
    return done("/staff")


def _keep(tx: Transaction, kind: str, said: Said, by: str) -> None:
    parts = shelf().parts
    who = Deciding(actor=by, at=now(), ids=parts.ids)
    if kind in DIETS:
        change_diet(tx, said.invitation, DIETS[kind], who)
    else:
        log_request(tx, KINDS[kind], said, who, parts.times)


def _who() -> str:
    return request.form.get("who", "")


def _found() -> object:
    return {"typed": _who().strip(), "guests": shelf().finder.find(_who(), now())}


def _invitation() -> str:
    """Return the guest who was chosen, or the only one whom what was typed can mean."""
    chosen = request.form.get("invitation", "")
    if chosen:
        return "" if chosen == AS_TYPED else chosen
    found = shelf().finder.find(request.form.get("who", ""), now()) or ()
    return found[0].invited.invitation.id if len(found) == 1 else ""


def _meetings() -> Sequence[Meeting]:
    """Return the meetings that are on now, or open within the hour."""
    moment = now()
    near = shelf().recent.get("meetings near", lambda tx: tx.meetings.between(moment, moment + SOON))
    return [one for one in near if not one.cancelled]


def _meeting() -> str | None:
    """Return the meeting that was chosen, if any. Raises InvalidInput."""
    wanted = request.form.get("meeting", "")
    if wanted and wanted not in {one.id for one in _meetings()}:
        raise InvalidInput("meeting", "is not on now", "choose one of those that are shown")
    return wanted or None
