"""The demo's staff: two people who take what calls them, a few seconds later, and have it done a while after.

Its guests are easily pleased: asked whether that helped, they say that all is fine.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from devices.ids import uuid7
from hub.domain.errors import HubError
from hub.domain.tasks import Task, TaskState
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import say_fine
from hub.usecases.work_task import accept_task, finish_task, tick_step

PEOPLE = ("小李", "小陈")
ACCEPTS_AFTER = timedelta(seconds=4)
FINISHES_AFTER = timedelta(seconds=14)
ANSWERS_AFTER = timedelta(seconds=6)


def work(store: Store, now: datetime) -> Sequence[str]:
    """Let the staff do what is due; returns what they did, for the terminal."""
    with store.read() as tx:
        tasks = tx.tasks.open()
    return [said for task in tasks if (said := _one(store, task, now))]


def _one(store: Store, task: Task, now: datetime) -> str:
    who = PEOPLE[sum(task.id.encode()) % len(PEOPLE)]
    about = task.facts.get("salutation_zh") or task.facts.get("device", "")
    try:
        if task.state is TaskState.NEW and now >= task.created_at + ACCEPTS_AFTER:
            with store.write() as tx:
                accept_task(tx, task.id, who, now)
            return f"{who} accepts {task.kind} {about}".strip()
        if task.accepted_by not in PEOPLE:
            return ""
        if task.state is TaskState.DONE:
            return _hear(store, task, now, about)
        if task.accepted_at and now >= task.accepted_at + FINISHES_AFTER:
            _finish(store, task, now)
    except HubError:
        return ""  # a visitor of the demo was first
    return ""


def _finish(store: Store, task: Task, now: datetime) -> None:
    with store.write() as tx:
        for step in task.open_steps():
            tick_step(tx, task.id, step, task.accepted_by, now)
        finish_task(tx, task.id, task.accepted_by, now)


def _hear(store: Store, task: Task, now: datetime, about: str) -> str:
    """Ask the guest, once it is time, and hear that it helped."""
    if not task.asked_at or now < task.asked_at + ANSWERS_AFTER:
        return ""
    with store.write() as tx:
        say_fine(tx, task.id, Deciding(actor=task.accepted_by, at=now, ids=uuid7))
    return f"{task.accepted_by} hears that all is fine: {task.kind} {about}".strip()
