"""A guest at a kiosk asks for a person (R101)."""

from datetime import datetime

from hub.domain.tasks import TaskKind, raise_task
from hub.ports import Ids, Transaction
from hub.usecases.call_staff import door_facts


def ask_help(tx: Transaction, device: str, note: str, *, now: datetime, ids: Ids) -> None:
    """Raise one task for the door; asking again while it is open changes nothing."""
    facts = door_facts(device, tx.meetings.doors()) | {"note": note}
    tx.tasks.raise_all([raise_task(TaskKind.HELP, device, task_id=ids(), at=now, facts=facts)])
    tx.feed.touch([("tasks", "")])
