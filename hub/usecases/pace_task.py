"""People set a task's pace: they work, wait, put it off, pass it on, hand it over; a lead puts it first."""

from datetime import datetime

from hub.domain import task_pace
from hub.domain.alerts import AlertKind, Receipt, Ring
from hub.domain.errors import InvalidInput
from hub.domain.task_kinds import RULES
from hub.domain.tasks import OWNED, UNCLAIMED, Step, Task, assign
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import read_floor
from hub.usecases.keep_task import find_task, keep
from hub.usecases.write_alerts import Telling, on_channels, put_alerts


def start_task(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Let a person be at work. Raises NotFound, TakenAlready or NotOpen."""
    found = find_task(tx, task)
    return keep(tx, found, task_pace.start(found, by, now), Step.START, by, now)


def wait_task(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Let a task's clock stand. Raises NotFound, TakenAlready or NotOpen."""
    found = find_task(tx, task)
    return keep(tx, found, task_pace.wait(found, by, now), Step.WAIT, by, now)


def snooze_task(tx: Transaction, task: str, minutes: int, why: str, who: Deciding) -> Task:
    """Put a task off for a while. Raises NotFound, InvalidInput or NotOpen."""
    found = find_task(tx, task)
    return keep(tx, found, task_pace.snooze(found, minutes, why, who.at), Step.SNOOZE, who.actor, who.at)


def wake_task(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """End a task's rest before its time. Raises NotFound or NotOpen."""
    found = find_task(tx, task)
    return keep(tx, found, task_pace.wake(found), Step.WAKE, by, now)


def see_task(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Take what went away by itself off the list. Raises NotFound or NotOpen."""
    found = find_task(tx, task)
    return keep(tx, found, task_pace.seen(found), Step.SEEN, by, now)


def pass_on_task(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Let the next one be asked instead of this person. Raises NotFound, TakenAlready or NotOpen."""
    found = find_task(tx, task)
    tx.alerts.end_offer(task, by, now, Receipt.PASS_ON)
    others = bool(tx.alerts.offers([task]).get(task))
    passed = task_pace.pass_on(found, by, now, others=others)
    tx.feed.touch([("alerts", by)])
    return keep(tx, found, passed, Step.GIVE_BACK, by, now)


def give_task_back(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Let somebody else be asked for it, from the beginning. Raises NotFound or NotOpen."""
    found = find_task(tx, task)
    return keep(tx, found, task_pace.give_back(found), Step.GIVE_BACK, by, now)


def rush_task(tx: Transaction, task: str, who: Deciding) -> Task:
    """Put a task first, and tell its owner; at the second tap it is as any other. Raises NotFound or NotOpen."""
    found = find_task(tx, task)
    rushed = keep(tx, found, task_pace.rush(found, who.at), Step.RUSH, who.actor, who.at)
    if rushed.rushed_at and rushed.state in OWNED:
        tell(tx, rushed, rushed.accepted_by, AlertKind.RUSH, who)
    return rushed


def hand_over(tx: Transaction, task: str, to: str, who: Deciding) -> Task:
    """Give a task to somebody who is at work, and tell them. Raises NotFound, NotOpen, or InvalidInput for others."""
    found = find_task(tx, task)
    if tx.duties.get(to) is None:
        raise InvalidInput("to", f"{to!r} is not at work", "choose somebody who is signed in")
    given = keep(tx, found, assign(found, to, who.at), Step.ASSIGN, who.actor, who.at)
    if to != who.actor:
        tell(tx, given, to, AlertKind.GIVEN, who)
    return given


def hand_over_all(tx: Transaction, person: str, to: str, who: Deciding) -> int:
    """Give all of a person's tasks to somebody else, or, where ``to`` is empty, to whoever is asked next.

    Returns how many there were. Raises InvalidInput where ``to`` is not at work.
    """
    mine = [task for task in tx.tasks.open() if task.state in OWNED and task.accepted_by == person]
    for task in mine:
        if to:
            hand_over(tx, task.id, to, who)
        else:
            give_task_back(tx, task.id, who.actor, who.at)
    return len(mine)


def stop_asking(tx: Transaction, person: str, who: Deciding) -> None:
    """Ask others for what was offered to somebody who is not there any more."""
    for task in tx.alerts.offered_to(person):
        tx.alerts.end_offer(task, person, who.at, "")
        found = find_task(tx, task)
        if found.state in UNCLAIMED:
            others = bool(tx.alerts.offers([task]).get(task))
            passed = task_pace.pass_on(found, person, who.at, others=others)
            keep(tx, found, passed, Step.GIVE_BACK, who.actor, who.at)


def tell(tx: Transaction, task: Task, to: str, kind: AlertKind, who: Deciding) -> None:
    """Alert one person about a task. Nothing where they are off."""
    person = next((one for one in read_floor(tx, [task], who.at).people if one.name == to), None)
    if person is None:
        return
    told = Telling(kind, Ring.LOUD if kind is AlertKind.RUSH else Ring.BUZZ, RULES[task.kind].priority)
    put_alerts(tx, on_channels(person, told, who, task=task, tag=task.id))
    tx.feed.touch([("alerts", to)])
