"""The supervisor is called about another task: it is not to be done in its place, but to be seen to."""

from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, raise_task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call

LATE_REPLY, STILL_UNCOMFORTABLE = "late_reply", "still_uncomfortable"
"""Why the supervisor is called."""


def call_supervisor(tx: Transaction, task: Task, why: str, who: Deciding) -> Task:
    """Raise the supervisor's task about a task, with what is known of its guest; returns it."""
    facts = task.facts | {"why": why, "about": task.id, "owner": task.accepted_by}
    raised = raise_task(TaskKind.HANDED_UP, task.id, task_id=who.ids(), at=who.at, facts=facts, meeting=task.meeting)
    standing = call(tx, raised)
    tx.records.audit(who.actor, "task.supervisor_called", task.id, who.at)
    return standing
