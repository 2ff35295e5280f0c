"""A card while a guest waits for staff, or staff for a guest: how long yet, and what to say. Pure."""

from datetime import datetime, timedelta

from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.task_life import OPPOSITE
from hub.domain.tasks import Task, TaskState
from hub.web.language import Tongue

HALF_AN_HOUR = 30


def ends(task: Task) -> datetime:
    """Return when a task's present part is over: its work, or the time to wait for its guest."""
    return task.until or task.due_at


def span(task: Task) -> timedelta:
    """Return how long that part lasts; the clock stood while a guest was waited for."""
    if task.until:
        return task.until - (task.asked_at or task.done_at or task.created_at)
    return min(task.due_at - task.created_at, max(RULES[task.kind].within, _promise(task)))


def _promise(task: Task) -> timedelta:
    return timedelta(minutes=int(task.facts.get("reply_minutes", "0")))


def phase(task: Task) -> str:
    """Say whose turn it is: staff's (``open``), nobody's yet (``waiting``), or the guest's (``asking``)."""
    if task.state is not TaskState.DONE:
        return "open"
    return "asking" if task.asked_at else "waiting"


def is_room(task: Task) -> bool:
    """Say whether a guest was too cold or too hot."""
    return task.kind is TaskKind.COMFORT and task.facts.get("note") in OPPOSITE


def pressing(task: Task, tongue: Tongue) -> str:
    """Say that a promised reply is due, or late already (R150)."""
    if task.state is TaskState.DONE or task.warned_at is None:
        return ""
    return tongue.say("task.breached" if task.breached_at else "task.reply_soon")


def say(task: Task, tongue: Tongue, now: datetime) -> str:
    """Return what staff say to the guest now, in the words of the house's policy (R150, R152, R154, R155)."""
    if task.state is TaskState.DONE:
        if not task.asked_at:
            return ""
        return tongue.say("task.comfort.ask" if task.kind is TaskKind.COMFORT else "task.ask")
    if is_room(task):
        change = task.facts.get("degrees", "").lstrip("+-")
        note = task.facts["note"]
        return tongue.say(f"task.comfort.sorry.{note}", degrees=change) if change else tongue.say("task.sorry")
    if task.kind is TaskKind.HELP and task.facts.get("note") == "small_item":
        return tongue.say("task.sorry")
    if task.respond_by and task.warned_at is None and now < task.respond_by:
        minutes = int(task.facts["reply_minutes"])
        return tongue.say("task.promise_half_hour" if minutes == HALF_AN_HOUR else "task.promise_in", minutes=minutes)
    return ""
