"""The database was away for a while and is back: a person should know why."""

from datetime import datetime

from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.ports import Ids, Transaction


def report_outage(tx: Transaction, seconds: int, now: datetime, ids: Ids) -> None:
    """Raise one task for the technician; guests were let in meanwhile, nothing is missing."""
    facts = {"seconds": str(seconds)}
    tx.tasks.raise_all([raise_task(TaskKind.HUB_FAULT, "database", task_id=ids(), at=now, facts=facts)])
    tx.feed.touch([("tasks", "")])
