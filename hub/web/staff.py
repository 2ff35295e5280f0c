"""``/staff``: what needs a person now, and the meetings of today with who has just come."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, request

from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.work_task import accept_task, finish_task
from hub.web import shift
from hub.web.changing import change, done
from hub.web.language import tongue
from hub.web.messages import calls
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.task_cards import MOST, cards, read_open
from hub.web.today import LATEST, read_doors, read_today, stage

Step = Callable[[Transaction, str, str, datetime], Task]

RULINGS = 3
"""How many of the newest decisions stand below the tasks: who has settled what was there a moment ago."""

pages = Blueprint("staff", __name__, url_prefix="/staff")


@pages.get("")
def show() -> Response:
    """Show open tasks, the least time left first, and today's meetings."""
    return draw(
        "staff.html",
        {"tasks": _tasks, "rulings": _rulings, "meetings": _meetings, "messages": lambda: {"calls": calls()}},
        stage=stage,
    )


@pages.post("/shift")
def shift_changes() -> Response:
    """Remember who works at this browser, or forget it when the name is empty."""
    name = request.form.get("name", "")
    answer = done("/staff")
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
    change(lambda tx, by: step(tx, task, by, now()))
    return done("/staff")


def _tasks() -> object:
    found = shelf().recent.get("tasks", read_open)
    return {
        "cards": cards(found, tongue(), now(), shift.person()),
        "total": len(found.tasks),
        "hidden": max(0, len(found.tasks) - MOST),
        "person": shift.person(),
    }


def _rulings() -> object:
    return {
        "newest": shelf().recent.get("newest rulings", lambda tx: tx.rulings.newest(RULINGS)),
        "doors": shelf().recent.get("doors", read_doors),
    }


def _meetings() -> object:
    zone, moment = house_zone(), now()
    key = ("today", moment.astimezone(zone).date(), LATEST)
    return {
        "today": shelf().recent.get(key, lambda tx: read_today(tx, moment, zone, latest=LATEST)),
        "doors": shelf().recent.get("doors", read_doors),
    }
