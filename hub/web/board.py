"""``/staff/board``: live functions, who is at work, open tasks by team; whoever leads assigns and puts first (R65)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput, NotYours
from hub.domain.staff import Duty, Tablet, leads
from hub.domain.task_kinds import RULES, Role
from hub.domain.tasks import OWNED, UNCLAIMED, UNDONE, Task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.keep_task import find_task
from hub.usecases.pace_task import hand_over, rush_task, wake_task
from hub.web import shift
from hub.web.board_live import live
from hub.web.changing import change_once, done
from hub.web.language import tongue
from hub.web.open_tasks import read_open
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.receipt_lines import ReceiptLine, read_told, receipt_lines
from hub.web.task_cards import TaskCard, cards
from hub.web.task_list import in_order

pages = Blueprint("board", __name__, url_prefix="/staff/board")


@dataclass(frozen=True, slots=True)
class TabletLine:
    """One tablet of a person, with how full its battery is where it says so; ``low``: it should be charged."""

    words: str
    low: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person at work: their duty, how many tasks they have, and at which tablets they are."""

    duty: Duty
    away: bool
    tasks: int
    tablets: Sequence[TabletLine]


@dataclass(frozen=True, slots=True)
class BoardTask:
    """One open task with what a lead may do about it, and which device has shown it to those who are asked."""

    card: TaskCard
    task: Task
    may: bool
    receipts: Sequence[ReceiptLine] = ()


@pages.get("")
def show() -> Response:
    """Show live functions, who is at work, and the open tasks of each team, the least time left first."""
    return draw(
        "board.html",
        {"live": live, "people": _people, "teams": _teams},
        at_work=lambda: [one.duty.person for one in _people()],
        listed=shift.is_listed(),
    )


@pages.post("/tasks/<task>/<step>")
def take(task: str, step: str) -> Response:
    """Put a task first, end its rest (``wake``), or give it to somebody at work (``to``). Raises NotYours."""
    if step not in {"rush", "wake", "assign"}:
        raise InvalidInput("step", "is not known", "rush, wake or assign")
    to, ids = request.form.get("to", ""), shelf().parts.ids
    change_once(lambda tx, by, at: _step(tx, task, step, to, Deciding(actor=by, at=at, ids=ids)))
    return done("/staff/board")


def _step(tx: Transaction, task: str, step: str, to: str, who: Deciding) -> None:
    owner = RULES[find_task(tx, task).kind].owner
    listed = [one for one in tx.staff.all() if one.active]
    me = next((one for one in listed if one.name == who.actor), None)
    if listed and (me is None or not leads(me, owner)):
        raise NotYours(owner)
    if step == "rush":
        rush_task(tx, task, who)
    elif step == "wake":
        wake_task(tx, task, who.actor, who.at)
    else:
        hand_over(tx, task, to, who)


def _people() -> Sequence[PersonLine]:
    moment = now()
    duties = shelf().recent.get("duties", lambda tx: tx.duties.all())
    tablets = shelf().recent.get("tablets", lambda tx: tx.duties.tablets(), pace_ms=0)
    found = shelf().recent.get("tasks", read_open)
    busy = Counter(task.accepted_by for task in found.tasks if task.state in OWNED)
    return [
        PersonLine(
            duty, duty.away(moment), busy[duty.person], [_tablet(one) for one in tablets if one.person == duty.person]
        )
        for duty in duties
    ]


def _tablet(tablet: Tablet) -> TabletLine:
    low = tablet.runs_low(shelf().parts.low_battery)
    if tablet.battery is None:
        return TabletLine(tablet.name, low)
    key = "board.charging" if tablet.charging else "board.low_battery" if low else "board.battery"
    return TabletLine(tongue().say(key, name=tablet.name, percent=tablet.battery), low)


def _teams() -> object:
    found = shelf().recent.get("tasks", read_open)
    me, listed = shift.me(), shift.is_listed()
    tasks = in_order(task for task in found.tasks if task.state in UNDONE)
    made = {card.id: card for card in cards(found, tongue(), now(), shift.person())}
    unclaimed = [task.id for task in tasks if task.id in made and task.state in UNCLAIMED]
    told = shelf().recent.get("told", lambda tx: read_told(tx, unclaimed), pace_ms=0)
    teams: dict[Role, list[BoardTask]] = {role: [] for role in Role}
    for task in tasks:
        owner = RULES[task.kind].owner
        may = bool(shift.person()) and (not listed or (me is not None and leads(me, owner)))
        if task.id in made:
            receipts = receipt_lines(told, task.id, tongue(), now(), house_zone()) if task.state in UNCLAIMED else ()
            teams[owner].append(BoardTask(made[task.id], task, may, receipts))
    return {role: of_team for role, of_team in teams.items() if of_team}
