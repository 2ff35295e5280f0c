"""A step of a task's checklist is ticked: who did it, and when, is kept (R40)."""

from datetime import datetime

from hub.domain import task_life
from hub.domain.house_work import Tick
from hub.domain.tasks import Step, Task
from hub.ports import Transaction
from hub.usecases.keep_task import keep


def tick(tx: Transaction, task: Task, step: str, by: str, now: datetime) -> Task:
    """Tick a step, or take its tick back. Raises NotOpen."""
    ticked = keep(tx, task, task_life.tick(task, step), Step.TICK, by, now)
    if step in ticked.ticked:
        tx.house_work.tick(Tick(task.id, step, by, now))
    else:
        tx.house_work.untick(task.id, step)
    return ticked
