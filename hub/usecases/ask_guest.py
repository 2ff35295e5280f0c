"""After the work the guest is asked whether it helped: their word, or a long silence, closes the task (R154, R155)."""

from dataclasses import replace
from datetime import datetime

from hub.domain import task_life
from hub.domain.errors import NotOpen
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import OPPOSITE, TaskTimes, asks_at, degrees
from hub.domain.tasks import Step, Task, TaskState, raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import CHANGE_AIR, call
from hub.usecases.hand_up import STILL_UNCOMFORTABLE, call_supervisor
from hub.usecases.keep_task import find_task, keep

ASK, LAPSE = "ask_guest", "no_answer"


def ask_when_due(tx: Transaction, task: Task, by: str, now: datetime, times: TaskTimes) -> Task:
    """Let staff ask the guest of a task that is done: at once, or when there is something to feel."""
    due = asks_at(task, now, times)
    if due <= now:
        return ask_now(tx, task, by, now, times)
    waiting = replace(task, until=due)
    tx.tasks.save(waiting)
    tx.timers.put([Timer(rule=ASK, subject=_subject(task), due_at=due)])
    return waiting


def ask_now(tx: Transaction, task: Task, by: str, now: datetime, times: TaskTimes) -> Task:
    """Show staff the question, and wait for an answer for a while."""
    asked = keep(tx, task, task_life.ask(task, now, times), Step.ASK, by, now)
    tx.timers.put([Timer(rule=LAPSE, subject=_subject(task), due_at=now + times.answer_within)])
    return asked


def fire_ask(tx: Transaction, timer: Timer, who: Deciding, times: TaskTimes) -> None:
    """Ask now, however late it has become, unless the guest has said something in the meantime."""
    task = _of_this_round(tx, timer)
    if task and task.asked_at is None:
        ask_now(tx, task, who.actor, who.at, times)


def fire_lapse(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Close what nobody answered."""
    task = _of_this_round(tx, timer)
    if task and task.asked_at is not None:
        give_way(tx, task, who)


def give_way(tx: Transaction, task: Task, who: Deciding) -> Task:
    """Close a task that is done as unconfirmed. Raises NotOpen."""
    return keep(tx, task, task_life.lapse(task), Step.LAPSE, who.actor, who.at)


def say_fine(tx: Transaction, task: str, who: Deciding) -> Task:
    """Close a task: its guest says that it helped. Raises NotFound or NotOpen."""
    found = find_task(tx, task)
    return keep(tx, found, task_life.fine(found), Step.FINE, who.actor, who.at)


def say_not_yet(tx: Transaction, task: str, who: Deciding, times: TaskTimes) -> Task:
    """Open a task again: it did not help. A room that was changed often enough goes to the supervisor (R155).

    Returns the task that goes on. Raises NotFound or NotOpen.
    """
    found = find_task(tx, task)
    if not task_life.is_last_round(found, times):
        if found.kind is TaskKind.COMFORT:
            tx.timers.put([Timer(rule=CHANGE_AIR, subject=found.id, due_at=who.at)])
        return keep(tx, found, task_life.not_yet(found, who.at), Step.NOT_YET, who.actor, who.at)
    closed = keep(tx, found, task_life.hand_up(found), Step.HAND_UP, who.actor, who.at)
    return call_supervisor(tx, closed, STILL_UNCOMFORTABLE, who)


def say_too_much(tx: Transaction, task: str, who: Deciding, times: TaskTimes) -> Task:
    """Close a task about the room's temperature and open the opposite one, by half a step (R155).

    Returns the new task. Raises NotFound or NotOpen, the latter also where there is no opposite.
    """
    found = find_task(tx, task)
    wish = OPPOSITE.get(found.facts.get("note", ""))
    if found.kind is not TaskKind.COMFORT or wish is None:
        raise NotOpen("only a room can have become too warm or too cold")
    keep(tx, found, task_life.reverse(found), Step.REVERSE, who.actor, who.at)
    subject = found.dedupe.removeprefix(f"{TaskKind.COMFORT}:").rpartition(":")[0]
    opposite = raise_task(
        TaskKind.COMFORT,
        f"{subject}:{wish}",
        task_id=who.ids(),
        at=who.at,
        facts=found.facts | {"note": wish, "degrees": degrees(wish, times.comfort_step / 2)},
        meeting=found.meeting,
    )
    return call(tx, opposite)


def _of_this_round(tx: Transaction, timer: Timer) -> Task | None:
    """Return the task that waits for its guest, unless the timer is of an earlier round."""
    task = tx.tasks.get(timer.subject.rpartition("#")[0])
    return task if task and task.state is TaskState.DONE and timer.subject == _subject(task) else None


def _subject(task: Task) -> str:
    return f"{task.id}#{task.rounds}"
