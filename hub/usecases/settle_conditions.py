"""What is wrong becomes conditions, one open for each, and tasks, one open for what belongs together (I5).

A task whose cause goes away by itself is closed by the hub, unless somebody is at work on it: then it says so and stays
until that person is done (ISA-18.2: returned to normal; ``reference/user-experience.md`` 2.1). A task that a person
finishes although its cause is still there is raised again after a while.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from devices.contract.topics import HUB
from hub.domain.conditions import Condition
from hub.domain.room_calls import Call, House, call_for, facts_of, pressed
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.task_pace import clear
from hub.domain.tasks import UNCLAIMED, UNDONE, Step, Task
from hub.domain.timers import Timer
from hub.domain.wrongs import Wrong
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import FAULT_LATE, call
from hub.usecases.keep_task import keep
from hub.usecases.serve_tea import bring_along

AGAIN = timedelta(minutes=15)
"""So long after a person finished a task somebody is called again, if its cause is still there.

What may be done within a longer time has that: a battery's next report may come an hour after it was changed.
"""

GONE = "gone"
"""The fact of a task whose cause went away while somebody was at work on it."""


def settle_conditions(tx: Transaction, wrongs: Mapping[str, Wrong], house: House, who: Deciding) -> None:
    """Make what is open in the store what is wrong now; ``wrongs`` is by key. Repeating it changes nothing."""
    before = {one.key: one for one in tx.conditions.open()}
    after = {key: before.get(key) or _opened(one, who) for key, one in wrongs.items()}
    after = {key: replace(one, hidden_by=_id(after, wrongs[key].hidden_by)) for key, one in after.items()}
    calls = {key: made for key, one in wrongs.items() if (made := call_for(one, house, who.at))}
    together: dict[str, list[str]] = defaultdict(list)
    for key, made in calls.items():
        together[made.dedupe].append(key)
    for keys in together.values():
        keys.sort(key=lambda key: (wrongs[key].since, key))
        task = _task(tx, calls[keys[0]], [wrongs[key] for key in keys], [after[key].task for key in keys], house, who)
        after |= {key: replace(after[key], task=task) for key in keys}
    called = {one.task for key, one in after.items() if key in calls}
    release(tx, {one.task for one in before.values()} - called, who.at)
    over = [replace(one, over_at=who.at) for key, one in before.items() if key not in after]
    rest = [one if key in calls else replace(one, task="") for key, one in after.items()]
    for one in (*over, *(one for one in rest if one != before.get(one.key))):
        tx.conditions.save(one)
        tx.feed.touch([("condition", one.room or "")])


def _opened(wrong: Wrong, who: Deciding) -> Condition:
    return Condition(
        id=who.ids(),
        cause=wrong.cause,
        about=wrong.about,
        subject=wrong.subject,
        room=wrong.room,
        since=wrong.since,
        opened_at=who.at,
        value=wrong.value,
        limit=wrong.limit,
        detail=wrong.detail,
    )


def _id(conditions: Mapping[str, Condition], key: str) -> str:
    return conditions[key].id if key else ""


def _task(
    tx: Transaction, made: Call, wrongs: Sequence[Wrong], tasks: Iterable[str], house: House, who: Deciding
) -> str:
    """Return the id of the task that these wrongs share, raised now where there is none."""
    standing = tx.tasks.about([made.dedupe]).get(made.dedupe)
    if standing is None:
        for earlier in filter(None, map(tx.tasks.get, dict.fromkeys(filter(None, tasks)))):
            if earlier.done_at and who.at - earlier.done_at < max(AGAIN, RULES[earlier.kind].within):
                return earlier.id
        meeting = house.use(wrongs[0]).meeting
        facts = facts_of(wrongs[0], house) | _pots(wrongs)
        called = call(tx, made.task(facts, task_id=who.ids(), at=who.at, meeting=meeting))
        room = house.rooms.get(wrongs[0].room or "")
        if called.kind is TaskKind.DRINK and room:
            bring_along(tx, room, who.at)
        return called.id
    facts = {name: value for name, value in standing.facts.items() if name not in {GONE, "pots"}} | _pots(wrongs)
    told = replace(standing, facts=facts)
    if "calm" in facts and not made.calm:
        told = pressed(told, who.at)
        if told.due_at != standing.due_at:
            tx.timers.put([Timer(rule=FAULT_LATE, subject=told.id, due_at=told.due_at)])
    _save(tx, standing, told)
    return standing.id


def _pots(wrongs: Iterable[Wrong]) -> dict[str, str]:
    """Count the pots of one round."""
    pots = sum(one.pot and one.measure is None for one in wrongs)
    return {"pots": str(pots)} if pots else {}


def release(tx: Transaction, tasks: Iterable[str], now: datetime) -> None:
    """End the tasks whose causes are gone, or are explained by something else now."""
    for task in filter(None, map(tx.tasks.get, sorted(filter(None, tasks)))):
        if task.state in UNCLAIMED and not _asked_for(task):
            asked = bool(tx.alerts.offers([task.id]).get(task.id))
            keep(tx, task, clear(task, now, asked=asked), Step.CLEAR, HUB, now)
        elif task.state in UNDONE:
            _save(tx, task, replace(task, facts=task.facts | {GONE: "yes"}))


def _asked_for(task: Task) -> bool:
    """Say whether a person asked for it, at a panel or button: then only a person ends it. A refilled pot is served."""
    return "cause" not in task.facts and task.kind is not TaskKind.DRINK


def _save(tx: Transaction, before: Task, task: Task) -> None:
    if task != before:
        tx.tasks.save(task)
        tx.feed.touch([("tasks", "")])
