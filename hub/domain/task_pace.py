"""A person at a task sets its pace: works, waits, puts it off, hands it back; a lead puts it first. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.domain.attending import LONGEST_SNOOZE
from hub.domain.errors import InvalidInput, TakenAlready
from hub.domain.escalation import rung_at, rungs_of
from hub.domain.task_kinds import RULES
from hub.domain.tasks import UNCLAIMED, Outcome, Step, Task, TaskState, accept, move

LONGEST_REASON = 80


def start(task: Task, by: str, at: datetime) -> Task:
    """Let its owner be at work; who starts one that nobody has accepts it. Raises TakenAlready or NotOpen."""
    owned = accept(task, by, at)
    return resume(owned, at) if owned.state is TaskState.WAITING else move(owned, Step.START)


def wait(task: Task, by: str, at: datetime) -> Task:
    """Let its clock stand: the owner waits for something. Raises TakenAlready or NotOpen."""
    owned = accept(task, by, at)
    return owned if owned.state is TaskState.WAITING else replace(move(owned, Step.WAIT), waiting_since=at, reminded=0)


def resume(task: Task, at: datetime) -> Task:
    """Let its clock run on: the time it stood is added to the deadline. Raises NotOpen."""
    stood = at - task.waiting_since if task.waiting_since else timedelta()
    return replace(move(task, Step.RESUME), due_at=task.due_at + stood, waiting_since=None, reminded=0)


def snooze(task: Task, minutes: int, why: str, at: datetime) -> Task:
    """Put it off for a while, for a reason. It comes back by itself. Raises InvalidInput or NotOpen."""
    most = LONGEST_SNOOZE // timedelta(minutes=1)
    if not 0 < minutes <= most:
        raise InvalidInput("minutes", "is too short or too long", f"give 1 to {most}")
    tidy = " ".join(why.split())
    if not 0 < len(tidy) <= LONGEST_REASON or not tidy.isprintable():
        raise InvalidInput("why", "is empty, too long or not readable", f"say in 1 to {LONGEST_REASON} characters why")
    put_off = replace(move(task, Step.SNOOZE), snoozed_until=at + timedelta(minutes=minutes), snoozed_why=tidy)
    # Its rest is not time in which nobody answered: afterwards people are asked from the beginning.
    return replace(put_off, asked_from=None, rung=0) if task.state in UNCLAIMED else put_off


def wake(task: Task) -> Task:
    """End its rest before the time. Raises NotOpen."""
    return replace(move(task, Step.WAKE), snoozed_until=None, snoozed_why="", held_until=None)


def rush(task: Task, at: datetime) -> Task:
    """Put it first on everybody's list, or, at the second tap, back into its place. Raises NotOpen."""
    return replace(move(task, Step.RUSH), rushed_at=None if task.rushed_at else at)


def give_back(task: Task) -> Task:
    """Let somebody else have it: it is asked about anew. Its deadline stays. Raises NotOpen."""
    moved = move(task, Step.GIVE_BACK)
    return replace(moved, accepted_by="", accepted_at=None, waiting_since=None, asked_from=None, rung=0, reminded=0)


def pass_on(task: Task, by: str, at: datetime, *, others: bool) -> Task:
    """Let the next one be asked, at once unless others were asked too. Raises TakenAlready or NotOpen.

    Its owner gives it back with that.
    """
    if task.state not in UNCLAIMED:
        if task.accepted_by != by:
            raise TakenAlready(task.accepted_by)
        return give_back(task)
    move(task, Step.OFFER)
    chain = RULES[task.kind].chain
    if others or task.asked_from is None or task.rung >= rungs_of(chain):
        return task
    return replace(task, asked_from=min(task.asked_from, at - rung_at(chain, task.rung).after))


def clear(task: Task, at: datetime, *, asked: bool) -> Task:
    """Close it, because its cause went away by itself; who was asked is to see that. Raises NotOpen."""
    return replace(move(task, Step.CLEAR), done_at=at, outcome=Outcome.CLEARED, unseen=asked)


def seen(task: Task) -> Task:
    """Take it off the list of what went away by itself. Raises NotOpen."""
    return replace(move(task, Step.SEEN), unseen=False)


def cancel(task: Task, at: datetime) -> Task:
    """Close it: it has no object any more. Raises NotOpen."""
    return replace(move(task, Step.CANCEL), done_at=task.done_at or at, outcome=Outcome.CANCELLED, until=None)
