"""``/staff``: what needs a person now, and the meetings of today with who has just come."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from hub.domain.errors import InvalidInput
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.work_task import accept_task, finish_task
from hub.web import shift
from hub.web.errors import wants_json
from hub.web.language import tongue
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.task_cards import MOST, cards, read_open
from hub.web.today import LATEST, read_doors, read_today, stage

Step = Callable[[Transaction, str, str, datetime], Task]

pages = Blueprint("staff", __name__, url_prefix="/staff")


@pages.get("")
def show() -> Response:
    """Show open tasks, the least time left first, and today's meetings."""
    return draw("staff.html", {"tasks": _tasks, "meetings": _meetings}, stage=stage)


@pages.post("/shift")
def shift_changes() -> Response:
    """Remember who works at this browser, or forget it when the name is empty."""
    name = request.form.get("name", "")
    answer = _done()
    if name.strip():
        shift.begin(answer, shift.clean(name))
    else:
        shift.end(answer)
    return answer


@pages.post("/tasks/<task>/accept")
def accept(task: str) -> Response:
    """Let the person at this browser own a task; who is first gets it."""
    return _step(accept_task, task)


@pages.post("/tasks/<task>/finish")
def finish(task: str) -> Response:
    """Close a task."""
    return _step(finish_task, task)


def _step(step: Step, task: str) -> Response:
    by = shift.person()
    if not by:
        raise InvalidInput("name", "nobody has said who works at this browser", "give your name first")
    parts = shelf().parts
    try:
        with parts.store.write() as tx:
            step(tx, task, by, now())
    finally:  # also when somebody else was first: then the page does not know it yet
        shelf().recent.forget()
        parts.watch.nudge()
    return _done()


def _done() -> Response:
    """Answer a script briefly, and send a plain browser back to the page."""
    if wants_json():
        return jsonify(done=True)
    return make_response(redirect("/staff", 303))


def _tasks() -> object:
    found = shelf().recent.get("tasks", read_open)
    return {
        "cards": cards(found, tongue(), now(), shift.person()),
        "total": len(found.tasks),
        "hidden": max(0, len(found.tasks) - MOST),
        "person": shift.person(),
    }


def _meetings() -> object:
    zone, moment = house_zone(), now()
    key = ("today", moment.astimezone(zone).date(), LATEST)
    return {
        "today": shelf().recent.get(key, lambda tx: read_today(tx, moment, zone, latest=LATEST)),
        "doors": shelf().recent.get("doors", read_doors),
    }
