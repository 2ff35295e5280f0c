"""A task after one of its steps is kept, audited and shown, and its guest hears of it where there is a way (R151)."""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.domain.errors import NotFound
from hub.domain.guest_messages import GuestMessage, MessageKind
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Step, Task, TaskState
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.call_staff import FAULT_OVER, count_drinks
from hub.usecases.move_transfer import follow_task

LOGGED = frozenset({TaskKind.REQUEST, TaskKind.QUESTION})
"""Tasks that staff logged for a guest, who may be told of them by mail."""

NEWS = frozenset({TaskState.ACCEPTED, TaskState.DONE})
"""States that a guest is told of. What comes after they have been asked they know themselves."""

STALE = timedelta(hours=1)
"""After this, how a request stood is no news."""


def find_task(tx: Transaction, task: str) -> Task:
    """Return a task that nobody else changes until this transaction ends. Raises NotFound."""
    found = tx.tasks.get(task)
    if found is None:
        raise NotFound("there is no such task")
    return found


def keep(tx: Transaction, before: Task, task: Task, step: Step, by: str, now: datetime) -> Task:
    """Keep what a step made of a task, and have it looked at: who was asked is told, or somebody is asked."""
    task = replace(task, attend_at=now)
    tx.tasks.save(task)
    tx.records.audit(by, f"task.{step}", task.id, now)
    follow_task(tx, task, by, now)
    tx.feed.touch([("tasks", "")])
    if task.state is TaskState.CLOSED:
        count_drinks(tx, task, now)
        if task.kind is TaskKind.DEVICE_FAULT and "incident" in task.facts:
            tx.timers.put([Timer(rule=FAULT_OVER, subject=task.id, due_at=now)])
    if task.state is not before.state and task.state in NEWS and step is not Step.PROMISE:  # which is news enough
        asked = task.facts.get("text", "")
        facts = {"state": task.state.value, "what_zh": asked, "what_en": asked}
        write_to_guest(tx, task, MessageKind.PROGRESS, facts, now, now + STALE)
    return task


def write_to_guest(
    tx: Transaction, task: Task, kind: MessageKind, facts: dict[str, str], now: datetime, pointless_at: datetime
) -> None:
    """Put a message about a logged task for its guest, if they gave an address; one of a kind and ``state``, ever."""
    invitation = task.facts.get("invitation", "")
    if task.kind not in LOGGED or not invitation:
        return
    invited = tx.guests.by_invitation([invitation]).get(invitation)
    if invited is None or not invited.guest.email:
        return
    dedupe = ".".join(filter(None, (kind, task.id, facts.get("state", ""))))
    message = GuestMessage(
        id=dedupe,  # which every mail server takes as part of a Message-ID (RFC 5322 3.6.4)
        kind=kind,
        dedupe=dedupe,
        invitation=invitation,
        created_at=now,
        pointless_at=pointless_at,
        task=task.id,
        facts=facts,
    )
    tx.guest_messages.put([message])
    tx.feed.touch([("messages", "")])
