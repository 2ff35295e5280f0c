"""A device says that an alert was shown, or a person answers it there: each counts once, on whatever channel."""

from dataclasses import replace

from hub.domain.alerts import ANSWERS, Alert, AlertKind, AlertState, Channel, Receipt
from hub.domain.errors import NotFound
from hub.domain.receipts import NAMELESS, DeviceReceipt
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.pace_task import pass_on_task
from hub.usecases.work_task import STANDARD, accept_task, finish_task


def note_receipt(tx: Transaction, alert: str, receipt: Receipt, who: Deciding, device: str = "") -> Alert:
    """Keep that an alert was shown or seen, for the person and for the device; the first time counts for each.

    ``device`` is the tablet's id, empty for the pager that the alert is for, or a browser that is no tablet. Raises
    NotFound.
    """
    found = _find(tx, alert)
    who = replace(who, at=max(who.at, found.created_at))
    _note_device(tx, found, receipt, who, device)
    shown = found if found.shown_at else replace(found, shown_at=who.at)
    noted = replace(shown, seen_at=shown.seen_at or who.at) if receipt is not Receipt.SHOWN else shown
    if noted != found:
        tx.alerts.save(noted)
    if found.kind is AlertKind.TEST:
        tx.feed.touch([("alerts", found.person)])  # their tablets show what became of it
    return noted


def note_taken(tx: Transaction, task: str, who: Deciding, device: str) -> None:
    """Keep at which device a person took a task that they were asked for, where they did so in the list."""
    for one in tx.alerts.of_tasks([task], Channel.TABLET, also_over=True):
        if one.person == who.actor and one.kind is AlertKind.OFFER:
            _note_device(tx, one, Receipt.ACCEPT, who, device)


def answer_alert(
    tx: Transaction, alert: str, receipt: Receipt, who: Deciding, times: TaskTimes = STANDARD, device: str = ""
) -> Task | None:
    """Do what a person answers: accept, pass on, or have it done, under their name. None for a mere receipt.

    ``who.actor`` is the person. Raises NotFound, and whatever the task's step raises (TakenAlready, NotOpen, NotYours).
    """
    noted = note_receipt(tx, alert, receipt, who, device)
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


def _note_device(tx: Transaction, alert: Alert, receipt: Receipt, who: Deciding, device: str) -> None:
    name = device or alert.device or NAMELESS
    before = tx.alerts.receipt(alert.id, name) or DeviceReceipt(
        alert=alert.id,
        device=name,
        channel=alert.channel,
        person=alert.person,
        sent_at=alert.sent_at or alert.created_at,
    )
    after = replace(before, shown_at=before.shown_at or who.at)
    if receipt in ANSWERS and before.answered_at is None:
        after = replace(after, answered_at=who.at, answer=receipt.value)
    if after != before:
        tx.alerts.put_receipts([after])
        tx.feed.touch([("receipts", "")])


def _find(tx: Transaction, alert: str) -> Alert:
    found = tx.alerts.get(alert)
    if found is None:
        raise NotFound("there is no such alert")
    return found
