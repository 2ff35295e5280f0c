"""A device says that an alert was shown, or a person answers it there: each counts once, on whatever channel."""

from dataclasses import replace

from hub.domain.alerts import ANSWERS, Alert, AlertState, Receipt
from hub.domain.errors import NotFound
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.pace_task import pass_on_task
from hub.usecases.work_task import STANDARD, accept_task, finish_task


def note_receipt(tx: Transaction, alert: str, receipt: Receipt, who: Deciding) -> Alert:
    """Keep that an alert was shown or seen; the first time counts. Raises NotFound."""
    found = _find(tx, alert)
    shown = found if found.shown_at else replace(found, shown_at=who.at)
    noted = replace(shown, seen_at=shown.seen_at or who.at) if receipt is not Receipt.SHOWN else shown
    if noted != found:
        tx.alerts.save(noted)
    return noted


def answer_alert(
    tx: Transaction, alert: str, receipt: Receipt, who: Deciding, times: TaskTimes = STANDARD
) -> Task | None:
    """Do what a person answers: accept, pass on, or have it done, under their name. None for a mere receipt.

    ``who.actor`` is the person. Raises NotFound, and whatever the task's step raises (TakenAlready, NotOpen, NotYours).
    """
    noted = note_receipt(tx, alert, receipt, who)
    if receipt not in ANSWERS or not noted.task:
        return None
    kept = replace(noted, answered_at=noted.answered_at or who.at, answer=receipt, state=AlertState.OVER)
    steps = {Receipt.ACCEPT: accept_task, Receipt.PASS_ON: pass_on_task}
    if receipt is Receipt.DONE:
        task = finish_task(tx, noted.task, who.actor, who.at, times)
    else:
        task = steps[receipt](tx, noted.task, who.actor, who.at)
    tx.alerts.save(kept)
    return task


def _find(tx: Transaction, alert: str) -> Alert:
    found = tx.alerts.get(alert)
    if found is None:
        raise NotFound("there is no such alert")
    return found
