"""The demo's staff: two people who take what calls them, a few seconds later, and have it done a while after.

Its guests are easily pleased: asked whether that helped, they say that all is fine.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from devices.ids import uuid7
from hub.domain.errors import HubError
from hub.domain.incidents import next_of
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.tasks import UNCLAIMED, Task, TaskState
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import say_fine
from hub.usecases.incident_calls import INCIDENT, OF_ROLE
from hub.usecases.sign_in import begin_duty
from hub.usecases.work_incident import tick_incident
from hub.usecases.work_task import accept_task, finish_task, tick_step

PEOPLE = ("小李", "小陈")
ACCEPTS_AFTER = timedelta(seconds=4)
FINISHES_AFTER = timedelta(seconds=14)
ANSWERS_AFTER = timedelta(seconds=6)
_SEEN_EVERY = timedelta(seconds=10)

_DO = {
    TaskKind.VIP_ARRIVAL: "meet VIP {who}",
    TaskKind.HELP: "help {who}{what}",
    TaskKind.COMFORT: "see to {who}{what}",
    TaskKind.DRINK: "bring {note} to {who}",
    TaskKind.WALK_IN: "welcome {who}",
    TaskKind.NO_SEAT: "find a seat for {who}",
}


def come_to_work(store: Store, people: Iterable[str], now: datetime) -> None:
    """Let people be on duty: calls are theirs from now on."""
    with store.write() as tx:
        for name in people:
            begin_duty(tx, name, "demo", Deciding(actor=name, at=now, ids=uuid7))


def work(store: Store, now: datetime) -> Sequence[str]:
    """Let the staff do what is due; returns what they did, for the terminal."""
    with store.read() as tx:
        tasks = tx.tasks.open()
        offers = tx.alerts.offers([task.id for task in tasks if task.state in UNCLAIMED])
        seen = {duty.person: duty.seen_at or duty.since for duty in tx.duties.all() if duty.person in PEOPLE}
    if any(now - at > _SEEN_EVERY for at in seen.values()):
        with store.write() as tx:
            tx.duties.heard_of(PEOPLE, now)
    asked = {task: [one.person for one in of_task if one.person in PEOPLE] for task, of_task in offers.items()}
    done = (_one(store, one, asked.get(one.id, ()), now) for one in tasks if one.kind is not TaskKind.DEVICE_FAULT)
    return [said for said in done if said]


def _one(store: Store, task: Task, asked: Sequence[str], now: datetime) -> str:
    who = next(iter(asked), PEOPLE[sum(task.id.encode()) % len(PEOPLE)])
    try:
        if task.state in UNCLAIMED and now >= task.created_at + ACCEPTS_AFTER:
            with store.write() as tx:
                accept_task(tx, task.id, who, now)
            return f"{who} accepts to {in_words(task)}"
        if task.accepted_by not in PEOPLE:
            return ""
        if task.state is TaskState.DONE:
            return _hear(store, task, now)
        if task.accepted_at and now >= task.accepted_at + FINISHES_AFTER:
            _finish(store, task, now)
    except HubError:
        return ""  # a visitor of the demo was first
    return ""


def _finish(store: Store, task: Task, now: datetime) -> None:
    who = Deciding(actor=task.accepted_by, at=now, ids=uuid7)
    with store.write() as tx:
        if task.kind in OF_ROLE.values():  # it ends with its team's last step
            step = next_of(tx.incidents.steps(task.facts[INCIDENT]), RULES[task.kind].owner)
            if step:
                tick_incident(tx, task.facts[INCIDENT], step.position, who)
            return
        for each in task.open_steps():
            tick_step(tx, task.id, each, task.accepted_by, now)
        finish_task(tx, task.id, task.accepted_by, now)


def _hear(store: Store, task: Task, now: datetime) -> str:
    """Ask the guest, once it is time, and hear that it helped."""
    if not task.asked_at or now < task.asked_at + ANSWERS_AFTER:
        return ""
    with store.write() as tx:
        say_fine(tx, task.id, Deciding(actor=task.accepted_by, at=now, ids=uuid7))
    return f"{task.accepted_by} hears that all is fine: {in_words(task)}"


def in_words(task: Task) -> str:
    """Say what a task is about, as the terminal tells it."""
    facts = task.facts
    zh, en = facts.get("salutation_zh", ""), facts.get("salutation_en", "")
    named = " / ".join(dict.fromkeys(one for one in (zh, en) if one)) or facts.get("name", "").title()
    note = facts.get("note", "").replace("_", " ")
    place = facts.get("door_en") or facts.get("place_en") or facts.get("room_en") or facts.get("device", "house")
    if task.kind not in _DO:
        return f"see to {task.kind.value.replace('_', ' ')}: {named or place}"
    return _DO[task.kind].format(who=named or f"a guest at the {place}", note=note, what=f": {note}" if note else "")
