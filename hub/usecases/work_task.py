"""A person takes a task, or has done it."""

from datetime import datetime

from hub.domain.errors import NotFound
from hub.domain.tasks import Task, accept, finish
from hub.ports import Transaction
from hub.usecases.move_transfer import follow_task


def accept_task(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Let one person own a task. Raises NotFound, TakenAlready (naming who was first) or NotOpen."""
    return _keep(tx, accept(_find(tx, task), by, now), "task.accept", by, now)


def finish_task(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Close a task. Raises NotFound or NotOpen."""
    return _keep(tx, finish(_find(tx, task), by, now), "task.finish", by, now)


def _find(tx: Transaction, task: str) -> Task:
    found = tx.tasks.get(task)
    if found is None:
        raise NotFound("there is no such task")
    return found


def _keep(tx: Transaction, task: Task, action: str, by: str, now: datetime) -> Task:
    tx.tasks.save(task)
    tx.records.audit(by, action, task.id, now)
    follow_task(tx, task, by, now)
    tx.feed.touch([("tasks", "")])
    return task
