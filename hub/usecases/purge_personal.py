"""What is past its term goes, in pieces: names, telephones, notes, and what nobody could read (I14, decision 65).

PIPL Art. 47 and GDPR Art. 5(1)(e). Counts stay: who came is still a row, of somebody whom nothing names.
"""

from collections.abc import Mapping

from hub.domain.retention import Retention
from hub.domain.task_pace import cancel
from hub.domain.tasks import Step
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.keep_task import keep

AT_ONCE = 200
"""Rows cleared in one transaction, so that a guest at a door waits for one such piece at most."""


def purge_personal(tx: Transaction, who: Deciding, retention: Retention) -> Mapping[str, int]:
    """Do one piece of the work; returns how many rows of which table, nothing once all is done.

    A task that is still open so long after its meeting is given up first: what it says would call people again.
    """
    for task_id in tx.personal_data.past_tasks(who.at, retention, AT_ONCE):
        task = tx.tasks.get(task_id)
        if task is not None:
            keep(tx, task, cancel(task, who.at), Step.CANCEL, who.actor, who.at)
    return tx.personal_data.purge(who.at, retention, AT_ONCE)


def note_purge(tx: Transaction, gone: Mapping[str, int], who: Deciding) -> None:
    """Put into the audit log how much went in a night."""
    words = " ".join(f"{table}:{count}" for table, count in sorted(gone.items()))
    tx.records.audit(who.actor, "privacy.purge", words, who.at)
