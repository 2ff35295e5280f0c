"""The demo's staff: two people who take what calls them, a few seconds later, and have it done a while after."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.domain.errors import HubError
from hub.domain.tasks import Task, TaskKind, TaskState
from hub.ports import Store
from hub.usecases.work_task import accept_task, finish_task

PEOPLE = ("小李", "小陈")
ACCEPTS_AFTER = timedelta(seconds=4)
FINISHES_AFTER = timedelta(seconds=14)

_DO = {
    TaskKind.VIP_ARRIVAL: "meet VIP {who}",
    TaskKind.HELP: "help {who}{what}",
    TaskKind.COMFORT: "see to {who}{what}",
    TaskKind.DRINK: "bring {note} to {who}",
    TaskKind.WALK_IN: "welcome {who}",
    TaskKind.NO_SEAT: "find a seat for {who}",
}


def work(store: Store, now: datetime) -> Sequence[str]:
    """Let the staff do what is due; returns what they did, for the terminal."""
    with store.read() as tx:
        tasks = tx.tasks.open()
    return [said for task in tasks if (said := _one(store, task, now))]


def _one(store: Store, task: Task, now: datetime) -> str:
    who = PEOPLE[sum(task.id.encode()) % len(PEOPLE)]
    try:
        if task.state is TaskState.NEW and now >= task.created_at + ACCEPTS_AFTER:
            with store.write() as tx:
                accept_task(tx, task.id, who, now)
            return f"{who} accepts to {_in_words(task)}"
        mine = task.accepted_at is not None and task.accepted_by in PEOPLE
        if mine and task.accepted_at and now >= task.accepted_at + FINISHES_AFTER:
            with store.write() as tx:
                finish_task(tx, task.id, task.accepted_by, now)
    except HubError:
        return ""  # a visitor of the demo was first
    return ""


def _in_words(task: Task) -> str:
    facts = task.facts
    zh, en = facts.get("salutation_zh", ""), facts.get("salutation_en", "")
    named = " / ".join(dict.fromkeys(one for one in (zh, en) if one)) or facts.get("name", "").title()
    note = facts.get("note", "").replace("_", " ")
    place = facts.get("door_en") or facts.get("device", "the hub")
    if task.kind not in _DO:
        return f"see to {task.kind.value.replace('_', ' ')}: {named or place}"
    return _DO[task.kind].format(who=named or f"a guest at the {place}", note=note, what=f": {note}" if note else "")
