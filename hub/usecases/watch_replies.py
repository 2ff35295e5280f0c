"""A guest was promised a reply: staff are warned before, and the supervisor is called when it does not come (R150)."""

from datetime import datetime

from hub.domain import task_life
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import UNDONE, Step, Task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.hand_up import LATE_REPLY, call_supervisor
from hub.usecases.keep_task import keep

WARNING, BREACH = "reply_due_soon", "reply_overdue"


def watch_reply(tx: Transaction, task: Task, times: TaskTimes) -> None:
    """Set the timers of a promise. A later promise has timers of its own, which take these ones' place."""
    if task.respond_by is None:
        return
    subject = _subject(task.id, task.respond_by)
    early = task.respond_by - times.warn_before
    tx.timers.put(
        [
            Timer(rule=WARNING, subject=subject, due_at=early),
            Timer(rule=BREACH, subject=subject, due_at=task.respond_by),
        ]
    )


def warn(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Let the card become urgent, once."""
    task = _waiting(tx, timer)
    if task and task.warned_at is None:
        keep(tx, task, task_life.warn(task, who.at), Step.WARN, who.actor, who.at)


def breach(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Write the breach on the task and call the supervisor, once in the task's life."""
    task = _waiting(tx, timer)
    if task and task.breached_at is None:
        keep(tx, task, task_life.breach(task, who.at), Step.BREACH, who.actor, who.at)
        call_supervisor(tx, task, LATE_REPLY, who)


def _waiting(tx: Transaction, timer: Timer) -> Task | None:
    """Return the task whose guest still waits for this very promise."""
    task = tx.tasks.get(timer.subject.rpartition("#")[0])
    if task is None or task.respond_by is None or task.state not in UNDONE:
        return None
    return task if timer.subject == _subject(task.id, task.respond_by) else None


def _subject(task: str, respond_by: datetime) -> str:
    return f"{task}#{respond_by.timestamp():.6f}"
