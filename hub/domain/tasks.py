"""What needs a person: one task with one owner role, from new to done."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.errors import NotOpen, TakenAlready


class TaskKind(StrEnum):
    """Why a person is needed. Each kind has exactly one owner role (R4)."""

    VIP_ARRIVAL = "vip_arrival"
    HELP = "help"
    COMFORT = "comfort"
    DRINK = "drink"
    DEVICE_FAULT = "device_fault"
    WALK_IN = "walk_in"
    NO_SEAT = "no_seat"
    SEAT_CONFLICT = "seat_conflict"
    DOUBLE_ENTRY = "double_entry"
    REVOKED_INSIDE = "revoked_inside"
    UNKNOWN_INSIDE = "unknown_inside"
    SUSPECT_EVENT = "suspect_event"
    EVENTS_MISSING = "events_missing"
    KIOSK_NEEDS = "kiosk_needs"
    HUB_FAULT = "hub_fault"


class Role(StrEnum):
    """Who answers for a kind of task (R63, R67, R71)."""

    RECEPTIONIST = "receptionist"
    LOGISTICS = "logistics"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"


class TaskState(StrEnum):
    """Where a task stands."""

    NEW = "new"
    ACCEPTED = "accepted"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRule:
    """What holds for every task of a kind: its owner, within how long it must be done, and the steps to tick."""

    owner: Role
    within: timedelta
    urgent: bool = False
    steps: tuple[str, ...] = ()


RULES: dict[TaskKind, TaskRule] = {
    TaskKind.VIP_ARRIVAL: TaskRule(
        owner=Role.RECEPTIONIST, within=timedelta(minutes=2), urgent=True, steps=("guide_given",)
    ),
    TaskKind.HELP: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=3), urgent=True),
    TaskKind.COMFORT: TaskRule(owner=Role.LOGISTICS, within=timedelta(minutes=5)),
    TaskKind.DRINK: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=10)),
    TaskKind.DEVICE_FAULT: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=5), urgent=True),
    TaskKind.WALK_IN: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=2), urgent=True),
    TaskKind.NO_SEAT: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=5)),
    TaskKind.SEAT_CONFLICT: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=3)),
    TaskKind.DOUBLE_ENTRY: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5)),
    TaskKind.REVOKED_INSIDE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5)),
    TaskKind.UNKNOWN_INSIDE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5)),
    TaskKind.SUSPECT_EVENT: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=30)),
    TaskKind.EVENTS_MISSING: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=30), urgent=True),
    TaskKind.KIOSK_NEEDS: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=10), urgent=True),
    TaskKind.HUB_FAULT: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=30)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing for one person. ``facts`` fill the sentence that staff read; ``dedupe`` keeps it one while open."""

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
        meeting=meeting,
        facts=facts,
    )


def starting(task: Task, at: datetime) -> Task:
    """Return the task with its time running from another moment."""
    return replace(task, created_at=at, due_at=at + RULES[task.kind].within)


def accept(task: Task, by: str, at: datetime) -> Task:
    """Let one person own the task. Raises TakenAlready for a second person, NotOpen when it is done."""
    if task.state is TaskState.DONE:
        raise NotOpen("the task is done already")
    if task.state is TaskState.ACCEPTED and task.accepted_by != by:
        raise TakenAlready(task.accepted_by)
    if task.state is TaskState.ACCEPTED:
        return task
    return replace(task, state=TaskState.ACCEPTED, accepted_by=by, accepted_at=at)


def finish(task: Task, by: str, at: datetime) -> Task:
    """Close the task. Finishing one that nobody accepted accepts it too. Raises NotOpen when it is done."""
    if task.state is TaskState.DONE:
        raise NotOpen("the task is done already")
    owned = accept(task, by, at) if task.state is TaskState.NEW else task
    return replace(owned, state=TaskState.DONE, done_at=at)
