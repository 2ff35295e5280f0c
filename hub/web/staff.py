"""``/staff``: what needs a person now, and the meetings of today with who has just come."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput, NotAllowed, NotFound, Refused
from hub.domain.meetings import Room
from hub.domain.task_kinds import Role
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.answer_alert import note_taken
from hub.usecases.ask_guest import say_fine, say_not_yet, say_too_much
from hub.usecases.find_guest import SOON
from hub.usecases.pace_task import pass_on_task, see_task, snooze_task, start_task, wait_task, wake_task
from hub.usecases.serve_drinks import serve
from hub.usecases.sessions import rename_session
from hub.usecases.sign_in import begin_duty, end_duty
from hub.usecases.work_task import (
    accept_open,
    accept_task,
    answer_task,
    finish_task,
    promise_reply,
    tell_guest,
    tick_step,
)
from hub.web import cookies, shift
from hub.web.alert_lines import tests
from hub.web.alerts import device_here
from hub.web.changing import change_once, done, settled
from hub.web.language import tongue
from hub.web.messages import calls
from hub.web.my_part import open_shifts
from hub.web.open_tasks import read_open
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.shared_cards import draw_card, drawn
from hub.web.shift_ends import shift_ends
from hub.web.task_cards import MOST, cleared
from hub.web.task_list import LONGEST_ZONE, TABS, View, areas_of, read_view, task_list, zones_of
from hub.web.today import LATEST, read_doors, read_today, stage
from hub.web.visitor import visitor

Take = Callable[[Transaction, str, Deciding, TaskTimes], Task]

TAPS: Mapping[str, Take] = {
    "accept": lambda tx, task, who, _: accept_task(tx, task, who.actor, who.at),
    "finish": lambda tx, task, who, times: finish_task(tx, task, who.actor, who.at, times),
    "finish-without": lambda tx, task, who, times: finish_task(tx, task, who.actor, who.at, times, without=True),
    "start": lambda tx, task, who, _: start_task(tx, task, who.actor, who.at),
    "wait": lambda tx, task, who, _: wait_task(tx, task, who.actor, who.at),
    "pass-on": lambda tx, task, who, _: pass_on_task(tx, task, who.actor, who.at),
    "wake": lambda tx, task, who, _: wake_task(tx, task, who.actor, who.at),
    "seen": lambda tx, task, who, _: see_task(tx, task, who.actor, who.at),
    "tell": lambda tx, task, who, _: tell_guest(tx, task, who.actor, who.at),
    "promise": lambda tx, task, who, times: promise_reply(tx, task, who.actor, who.at, times),
    "answer": lambda tx, task, who, _: answer_task(tx, task, who.actor, who.at),
    "fine": lambda tx, task, who, _: say_fine(tx, task, who),
    "not-yet": say_not_yet,
    "too-much": say_too_much,
}
"""What the person at a browser may tap on a task, by the last part of its address."""

OFF = ("later", "guest_busy", "waiting_for")
"""Why a task may be put off, in one tap; a person may write something else."""

_MANY = 4

RULINGS = 3
"""How many of the newest decisions stand below the tasks: who has settled what was there a moment ago."""

VIEW = "yingbin_view"
"""The cookie with the tab and the part of the house that a browser shows."""

UNSEEN = timedelta(hours=12)
"""How long what went away by itself is listed."""

_A_YEAR_S = 365 * 24 * 3600

ZONES_MS = 60_000
"""How long the names of the house's parts are remembered: halls have many seats."""

pages = Blueprint("staff", __name__, url_prefix="/staff")


@pages.get("")
def show() -> Response:
    """Show open tasks, the least time left first, and today's meetings."""
    return draw(
        "staff.html",
        {
            "emergency": _emergency,
            "me": _me,
            "tasks": _tasks,
            "unseen": _unseen,
            "rulings": _rulings,
            "meetings": _meetings,
            "messages": lambda: {"calls": calls()},
        },
        stage=stage,
        draw_card=draw_card,
    )


@pages.post("/shift")
def shift_changes() -> Response:
    """Remember who works at this browser, or forget it when the name is empty."""
    if shift.is_listed():
        raise Refused("people sign in here")
    name, before = request.form.get("name", ""), shift.person()
    here = visitor()
    session, account = here.session, here.account
    if session is None or account is None:
        raise NotAllowed("only an account says who works here")
    who = Deciding(actor=before or account.name, at=now(), ids=shelf().parts.ids)
    with settled() as tx:
        if name.strip():
            fresh = shift.clean(name)
            rename_session(tx, session.id, fresh, account)
            begin_duty(tx, fresh, f"by name, account {account.id}", who)
        else:
            rename_session(tx, session.id, "", account)
            end_duty(tx, before, who)
    return done("/staff")


@pages.post("/view")
def look() -> Response:
    """Keep which tab and which part of the house this browser shows; a field that is not given stays as it was."""
    before = read_view(cookies.read(VIEW))
    view = View(request.form.get("tab", before.tab), request.form.get("zone", before.zone))
    if view.tab not in TABS:
        raise InvalidInput("tab", "is not one of the tabs", f"choose of {', '.join(TABS)}")
    if len(view.zone) > LONGEST_ZONE:
        raise InvalidInput("zone", "is no part of the house", "choose one of those that are shown")
    answer = done("/staff")
    cookies.keep(answer, VIEW, view.write(), _A_YEAR_S)
    return answer


@pages.post("/tasks/<task>/<tap>")
def take(task: str, tap: str) -> Response:
    """Let the person at this browser take a step of a task; who is first to accept gets it. Raises NotFound."""
    if tap not in TAPS:
        raise NotFound(f"no task has a step {tap!r}")
    times, ids, here = shelf().parts.times, shelf().parts.ids, device_here()  # which may look into the database

    def step(tx: Transaction, by: str, at: datetime) -> None:
        who = Deciding(actor=by, at=at, ids=ids)
        TAPS[tap](tx, task, who, times)
        if tap == "accept":
            note_taken(tx, task, who, here)

    change_once(step)
    return done("/staff")


@pages.post("/tasks/<task>/snooze")
def snooze(task: str) -> Response:
    """Put a task off by so many ``minutes``, for a reason (``why``). Raises InvalidInput."""
    ids, why, text = shelf().parts.ids, request.form.get("why", ""), request.form.get("minutes", "")
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) < _MANY else 0
    said = tongue().say(f"task.off.{why}") if why in OFF else why
    change_once(lambda tx, by, at: snooze_task(tx, task, minutes, said, Deciding(actor=by, at=at, ids=ids)))
    return done("/staff")


@pages.post("/rounds")
def take_round() -> Response:
    """Take all the tea of a round (``task``, several) that nobody else has taken meanwhile; each is finished alone."""
    tasks = request.form.getlist("task")[:MOST]
    change_once(lambda tx, by, at: accept_open(tx, tasks, by, at))
    return done("/staff")


@pages.post("/tasks/<task>/served")
def served(task: str) -> Response:
    """Finish bringing a drink; the form may say how warm it is (``temperature``, °C)."""
    times, ids, said = shelf().parts.times, shelf().parts.ids, request.form.get("temperature", "")
    change_once(lambda tx, by, at: serve(tx, task, said, Deciding(actor=by, at=at, ids=ids), times))
    return done("/staff")


@pages.post("/tasks/<task>/ticks/<step>")
def tick(task: str, step: str) -> Response:
    """Tick a step of a task's checklist, or take the tick back."""
    change_once(lambda tx, by, at: tick_step(tx, task, step, by, at))
    return done("/staff")


def _tasks() -> object:
    found = shelf().recent.get("tasks", read_open)
    rooms, areas = shelf().recent.keep("zones", _read_zones, ZONES_MS)
    zones = zones_of(rooms, areas, tongue())
    view = read_view(cookies.read(VIEW))
    return task_list(found, zones, view, tongue(), now(), shift.person(), drawn().cards)


def _unseen() -> object:
    """Return what went away by itself after somebody was asked (ISA-18.2: returned to normal, not acknowledged)."""
    found = shelf().recent.get("unseen", lambda tx: tx.tasks.unseen(now() - UNSEEN))
    return {"tasks": cleared(found, tongue()), "person": shift.person()}


def _me() -> object:
    duties = shelf().recent.get("duties", lambda tx: tx.duties.all())
    mine = next((duty for duty in duties if duty.person == shift.person()), None)
    staff = shift.me()
    return {
        "person": shift.person(),
        "listed": shift.is_listed(),
        "duty": mine,
        "away": mine is not None and mine.away(now()),
        "others": [duty.person for duty in duties if duty is not mine],
        "ends": shift_ends(duties) if mine else None,
        "open_shifts": open_shifts() if mine else 0,
        "leads": not shift.is_listed() or (staff is not None and Role.SUPERVISOR in staff.roles),
        "tests": tests(shift.person()) if mine else (),
    }


def _read_zones(tx: Transaction) -> tuple[Sequence[Room], Mapping[str, Sequence[str]]]:
    """Read the rooms, and the areas of those in which a meeting is on or about to be."""
    moment = now()
    near = [one for one in tx.meetings.between(moment, moment + SOON) if not one.cancelled]
    return tx.meetings.rooms(), {one.room: areas_of(tx.seats.of_meeting(one.id)) for one in near}


def _emergency() -> object:
    return [one for one in shelf().recent.get("open incidents", lambda tx: tx.incidents.open()) if one.active]


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
