"""``/staff/remarks``: what guests remark, sent to the team that it concerns with one tap, and who took note (R69)."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, request

from hub.domain.errors import InvalidInput
from hub.domain.task_kinds import RULES, Role
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.note_remark import REMARKS, note_remark
from hub.web.changing import change
from hub.web.page import draw, now
from hub.web.parts import shelf

PATH = "/staff/remarks"
LOOK_BACK = timedelta(days=7)

pages = Blueprint("remarks", __name__, url_prefix=PATH)


@pages.get("")
def show() -> Response:
    """Ask what the guest said and for whom it is; list what was said lately."""
    return draw("remarks.html", {"list": _list}, teams=list(REMARKS), most=500)


@pages.post("")
def note() -> Response:
    """Send a remark (``text``) to a ``team``."""
    text, team, ids = request.form.get("text", "")[:2_000], request.form.get("team", ""), shelf().parts.ids
    if team not in {one.value for one in REMARKS}:
        raise InvalidInput("team", f"{team[:30]!r} is no team", f"use one of {', '.join(REMARKS)}")
    change(lambda tx, by: note_remark(tx, text, Role(team), Deciding(actor=by, at=now(), ids=ids)))
    return make_response(redirect(PATH, 303))


def _list() -> object:
    remarks: Sequence[Task] = shelf().recent.get("remarks", _read)
    return [(one, RULES[one.kind].owner) for one in remarks]


def _read(tx: Transaction) -> Sequence[Task]:
    kinds = frozenset(REMARKS.values())
    return [one for one in reversed(tx.tasks.since(now() - LOOK_BACK)) if one.kind in kinds]
