"""What follows when a guest waits for a task: a promised reply, the question whether it helped, another round. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Outcome, Step, Task, accept, move

TOO_COLD, TOO_HOT = "too_cold", "too_hot"
OPPOSITE = {TOO_COLD: TOO_HOT, TOO_HOT: TOO_COLD}
"""What a guest feels when the room was changed too much (R155)."""

LEAST = timedelta(minutes=1)
"""However near a meeting's start is, somebody has so long to get there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTimes:
    """The house's times and limits; all are settings.

    ``comfort_step`` is in degrees Celsius, ``comfort_rounds`` how often a room is changed before the supervisor comes.
    ``guidance_within``: help with a device that a receptionist has not solved by then goes to a technician (R68).
    Nobody sets a room below ``comfort_least`` or above ``comfort_most`` degrees Celsius, whatever its guests say.
    """

    reply_within: timedelta = timedelta(minutes=30)
    warn_before: timedelta = timedelta(minutes=5)
    answer_within: timedelta = timedelta(minutes=15)
    comfort_asks_after: timedelta = timedelta(minutes=10)
    comfort_step: float = 2.0
    comfort_rounds: int = 3
    comfort_least: float = 18.0
    comfort_most: float = 28.0
    guidance_within: timedelta = timedelta(minutes=5)


def due_before(task: Task, starts_at: datetime) -> Task:
    """Return the task due before a meeting starts, where that is sooner; there is always ``LEAST`` (R105)."""
    if starts_at <= task.created_at:
        return task
    return replace(task, due_at=min(task.due_at, max(starts_at, task.created_at + LEAST)))


def degrees(note: str, step: float) -> str:
    """Say by how many degrees the room is to be changed for a guest: ``+2`` where it is too cold."""
    return f"{'+' if note == TOO_COLD else '-'}{step:g}"


def asks_at(task: Task, done_at: datetime, times: TaskTimes) -> datetime:
    """Return when the guest is to be asked after the work: a room first has to become warm (R155)."""
    return done_at + (times.comfort_asks_after if task.kind is TaskKind.COMFORT else timedelta())


def ask(task: Task, at: datetime, times: TaskTimes) -> Task:
    """Let staff ask the guest now, and wait for the answer. Raises NotOpen."""
    return replace(move(task, Step.ASK), asked_at=at, until=at + times.answer_within)


def fine(task: Task) -> Task:
    """Close the task: the guest says that it helped. Raises NotOpen."""
    return _closed(task, Step.FINE, Outcome.CONFIRMED)


def lapse(task: Task) -> Task:
    """Close the task: no answer came. Raises NotOpen."""
    return _closed(task, Step.LAPSE, Outcome.UNCONFIRMED)


def reverse(task: Task) -> Task:
    """Close the task: it was too much, and the opposite is opened. Raises NotOpen."""
    return _closed(task, Step.REVERSE, Outcome.REVERSED)


def hand_up(task: Task) -> Task:
    """Close the task: the supervisor takes over. Raises NotOpen."""
    return _closed(task, Step.HAND_UP, Outcome.HANDED_UP)


def not_yet(task: Task, at: datetime) -> Task:
    """Open the task again for its owner. Its clock stood since the work was done. Raises NotOpen."""
    moved = move(task, Step.NOT_YET)
    stood = at - task.done_at if task.done_at else timedelta()
    return replace(moved, due_at=task.due_at + stood, done_at=None, asked_at=None, until=None, rounds=task.rounds + 1)


def is_last_round(task: Task, times: TaskTimes) -> bool:
    """Say whether a room was changed as often as the house tries by itself."""
    return task.kind is TaskKind.COMFORT and task.rounds + 1 >= times.comfort_rounds


def answer(task: Task, by: str, at: datetime) -> Task:
    """Close the task: the guest was answered on the spot (R149). Raises NotOpen."""
    owned = task if task.accepted_by else replace(task, accepted_by=by, accepted_at=at)
    return replace(_closed(owned, Step.ANSWER, Outcome.ANSWERED), done_at=at, told_at=at)


def promise(task: Task, by: str, at: datetime, times: TaskTimes) -> Task:
    """Promise the guest a reply; who promises owns the task, and its deadline is the promise (R150).

    Raises TakenAlready for another person's task, NotOpen when it is done.
    """
    move(task, Step.PROMISE)
    by_when = at + times.reply_within
    facts = task.facts | {"reply_minutes": str(times.reply_within // timedelta(minutes=1))}
    owned = replace(accept(task, by, at), facts=facts)
    return replace(owned, told_at=at, respond_by=by_when, due_at=by_when, warned_at=None)


def tell(task: Task, at: datetime) -> Task:
    """Note that the guest was told how it stands (R151). Raises NotOpen."""
    return replace(move(task, Step.TELL), told_at=at)


def tick(task: Task, step: str) -> Task:
    """Note that a step of the checklist is done, or, at the second tap, that it is not. Raises NotOpen."""
    return replace(move(task, Step.TICK), ticked=task.ticked ^ {step})


def warn(task: Task, at: datetime) -> Task:
    """Note that the promised reply is due soon. Raises NotOpen."""
    return replace(move(task, Step.WARN), warned_at=at)


def breach(task: Task, at: datetime) -> Task:
    """Note that the promised reply did not come in time. Raises NotOpen."""
    return replace(move(task, Step.BREACH), breached_at=at)


def _closed(task: Task, step: Step, outcome: Outcome) -> Task:
    return replace(move(task, step), outcome=outcome, until=None)
