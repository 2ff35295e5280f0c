"""What needs a person: one task with one owner role, from new to closed."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from hub.domain.errors import NotOpen, TakenAlready
from hub.domain.task_kinds import RULES, TaskKind


class TaskState(StrEnum):
    """Where a task stands.

    ``OFFERED``: somebody was asked. ``ACCEPTED``: one person owns it; ``WORKING``: they are at it; ``WAITING``: they
    wait for something, and its clock stands. ``DONE``: the work is done, and the guest is to be asked whether it
    helped (R154).
    """

    NEW = "new"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    WORKING = "working"
    WAITING = "waiting"
    DONE = "done"
    CLOSED = "closed"


UNCLAIMED = frozenset({TaskState.NEW, TaskState.OFFERED})
"""Nobody owns it yet."""

OWNED = frozenset({TaskState.ACCEPTED, TaskState.WORKING, TaskState.WAITING})
"""One person owns it, and it is not done."""

UNDONE = UNCLAIMED | OWNED
"""There is still work to do."""


class Outcome(StrEnum):
    """How a closed task ended.

    ``FINISHED`` without anybody to ask; ``CONFIRMED`` by the guest, or ``UNCONFIRMED`` because no answer came;
    ``ANSWERED`` on the spot from the house's answers (R149); ``REVERSED``: too much, so the opposite was opened;
    ``HANDED_UP`` to the supervisor; ``CLEARED``: its cause went away by itself; ``CANCELLED``: it has no object any
    more.
    """

    FINISHED = "finished"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    ANSWERED = "answered"
    REVERSED = "reversed"
    HANDED_UP = "handed_up"
    CLEARED = "cleared"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What can happen to a task. The words stand in the audit log, after ``task.``."""

    OFFER = "offer"
    ACCEPT = "accept"
    START = "start"
    WAIT = "wait"
    RESUME = "resume"
    GIVE_BACK = "give_back"
    SNOOZE = "snooze"
    WAKE = "wake"
    RUSH = "rush"
    REMIND = "remind"
    CLEAR = "clear"
    SEEN = "seen"
    CANCEL = "cancel"
    ASSIGN = "assign"
    TICK = "tick"
    TELL = "tell"
    PROMISE = "promise"
    WARN = "warn"
    BREACH = "breach"
    ANSWER = "answer"
    FINISH = "finish"
    ASK = "ask"
    FINE = "fine"
    NOT_YET = "not_yet"
    REVERSE = "reverse"
    HAND_UP = "hand_up"
    LAPSE = "lapse"


_UNCHANGED = {state: state for state in TaskState if state in UNDONE}
_STAYS = _UNCHANGED | {TaskState.DONE: TaskState.DONE}
_TAKEN = dict.fromkeys(UNCLAIMED, TaskState.ACCEPTED)
_OWNERS = {state: state for state in TaskState if state in OWNED}
_ENDED = dict.fromkeys(UNDONE, TaskState.CLOSED)

MOVES: dict[Step, dict[TaskState, TaskState]] = {
    Step.OFFER: dict.fromkeys(UNCLAIMED, TaskState.OFFERED),
    Step.ACCEPT: _TAKEN | _OWNERS,
    Step.START: {TaskState.ACCEPTED: TaskState.WORKING, TaskState.WORKING: TaskState.WORKING},
    Step.WAIT: dict.fromkeys(OWNED, TaskState.WAITING),
    Step.RESUME: {TaskState.WAITING: TaskState.WORKING},
    Step.GIVE_BACK: dict.fromkeys(UNDONE, TaskState.NEW),
    Step.SNOOZE: _UNCHANGED,
    Step.WAKE: _UNCHANGED,
    Step.RUSH: _UNCHANGED,
    Step.REMIND: _OWNERS,
    Step.CLEAR: dict.fromkeys(UNCLAIMED, TaskState.CLOSED),
    Step.SEEN: {TaskState.CLOSED: TaskState.CLOSED},
    Step.CANCEL: _ENDED | {TaskState.DONE: TaskState.CLOSED},
    Step.ASSIGN: dict.fromkeys(UNDONE, TaskState.ACCEPTED),
    Step.TICK: _UNCHANGED,
    Step.TELL: _STAYS,
    Step.PROMISE: _TAKEN | _OWNERS,
    Step.WARN: _UNCHANGED,
    Step.BREACH: _UNCHANGED,
    Step.ANSWER: _ENDED,
    Step.FINISH: dict.fromkeys(UNDONE, TaskState.DONE),
    Step.ASK: {TaskState.DONE: TaskState.DONE},
    Step.FINE: {TaskState.DONE: TaskState.CLOSED},
    Step.NOT_YET: {TaskState.DONE: TaskState.ACCEPTED},
    Step.REVERSE: {TaskState.DONE: TaskState.CLOSED},
    Step.HAND_UP: {TaskState.DONE: TaskState.CLOSED},
    Step.LAPSE: {TaskState.DONE: TaskState.CLOSED},
}
"""All that can happen, and where it leads. Finishing a task of a kind that asks nobody closes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing for one person. ``facts`` fill the sentence that staff read; ``dedupe`` keeps it one while open.

    ``due_at`` is when the work must be done. Once it is done (``done_at``), ``until`` is when the guest is to be asked
    and, from then on (``asked_at``), when the task closes without an answer. ``rounds`` counts how often the guest said
    that it did not help; ``ticked`` are the steps of the checklist that are done. ``told_at`` is when the guest was
    last told how it stands. ``respond_by`` is the promise of a reply (R150): ``warned_at`` and ``breached_at`` say when
    it came near and when it was broken. All instants are UTC.

    Who is asked for it (``hub.domain.attending``): ``attend_at`` is when that is looked at next, ``asked_from`` when
    the first was asked, ``rung`` how many steps of the chain were taken since, ``reminded`` how often its owner was.
    ``snoozed_until`` and ``held_until`` say until when nobody is asked: a person said so (``snoozed_why``), or a rule,
    as no tea is brought while somebody speaks. ``waiting_since`` is since when its clock stands, ``rushed_at`` when a
    lead put it first. ``unseen``: its cause went away after somebody was asked, and nobody has looked yet.
    """

    id: str
    kind: TaskKind
    dedupe: str
    created_at: datetime
    due_at: datetime
    state: TaskState = TaskState.NEW
    meeting: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    accepted_by: str = ""
    accepted_at: datetime | None = None
    done_at: datetime | None = None
    outcome: Outcome | None = None
    asked_at: datetime | None = None
    until: datetime | None = None
    rounds: int = 0
    ticked: frozenset[str] = frozenset()
    told_at: datetime | None = None
    respond_by: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    attend_at: datetime | None = None
    asked_from: datetime | None = None
    rung: int = 0
    reminded: int = 0
    snoozed_until: datetime | None = None
    snoozed_why: str = ""
    held_until: datetime | None = None
    waiting_since: datetime | None = None
    rushed_at: datetime | None = None
    unseen: bool = False

    def open_steps(self) -> tuple[str, ...]:
        """Return what of the checklist is not done yet, in its order."""
        return tuple(step for step in RULES[self.kind].steps if step not in self.ticked)


def key_of(kind: TaskKind, subject: str) -> str:
    """Return what keeps the open task of a kind for one subject the only one."""
    return f"{kind}:{subject}"


def raise_task(
    kind: TaskKind,
    subject: str,
    *,
    task_id: str,
    at: datetime,
    facts: dict[str, str],
    meeting: str | None = None,
) -> Task:
    """Make the task for one subject; a second one for the same subject while it is open is the same task."""
    return Task(
        id=task_id,
        kind=kind,
        dedupe=key_of(kind, subject),
        created_at=at,
        due_at=at + RULES[kind].within,
        attend_at=at,
        meeting=meeting,
        facts=facts,
    )


def starting(task: Task, at: datetime) -> Task:
    """Return the task with its time running from another moment."""
    return replace(task, created_at=at, due_at=at + RULES[task.kind].within)


def move(task: Task, step: Step) -> Task:
    """Return the task in the state that a step leads to. Raises NotOpen where the table has no such step."""
    target = MOVES[step].get(task.state)
    if target is None:
        raise NotOpen(f"a task that is {task.state} cannot take the step {step}")
    if step is Step.FINISH and not RULES[task.kind].asks:
        target = TaskState.CLOSED
    return replace(task, state=target)


def accept(task: Task, by: str, at: datetime) -> Task:
    """Let one person own the task. Raises TakenAlready for a second person, NotOpen when it is done."""
    moved = move(task, Step.ACCEPT)
    if task.state in UNCLAIMED:
        return replace(moved, accepted_by=by, accepted_at=at, attend_at=at)
    if task.accepted_by != by:
        raise TakenAlready(task.accepted_by)
    return task


def assign(task: Task, to: str, at: datetime) -> Task:
    """Give the task to a person, whoever had it before. Raises NotOpen when it is done."""
    moved = move(task, Step.ASSIGN)
    same = task.accepted_by == to and moved == task
    return task if same else replace(moved, accepted_by=to, accepted_at=at, attend_at=at)


def finish(task: Task, by: str, at: datetime) -> Task:
    """End the work: the guest is to be asked, or, where there is none, the task is closed.

    Finishing one that nobody accepted accepts it too. Raises NotOpen when it is done.
    """
    moved = replace(move(task, Step.FINISH), attend_at=at)
    owned = moved if task.accepted_by else replace(moved, accepted_by=by, accepted_at=at)
    if owned.state is TaskState.CLOSED:
        return replace(owned, done_at=at, outcome=Outcome.FINISHED)
    return replace(owned, done_at=at)
