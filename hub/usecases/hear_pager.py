"""A pager says that an alert is on its screen, or what its wearer pressed: each answer counts once."""

from dataclasses import replace

from devices.contract.alerts import AlertAnswer, Did
from hub.domain.alerts import Alert, AlertKind, AlertState, Channel, Receipt, Ring
from hub.domain.errors import HubError, Refused, TakenAlready
from hub.domain.task_life import TaskTimes
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.answer_alert import answer_alert, note_receipt
from hub.usecases.work_task import STANDARD

DONE = "done"
"""What an answer came to that was obeyed; any other came to the code of what refused it."""


def hear_alert_answer(
    tx: Transaction, device: str, answer: AlertAnswer, who: Deciding, times: TaskTimes = STANDARD
) -> bool:
    """Take a pager's answer, under its wearer's name; False when it is to no alert of this pager's.

    The same answer again (by its id) changes nothing. Where the rules refuse it, the pager is told: that somebody else
    has the task, or, if it is still open, with the alert once more.
    """
    alert = tx.alerts.get(answer.alert)
    if alert is None or alert.channel is not Channel.PAGER or alert.device != device:
        return False
    wearer = replace(who, actor=alert.person)
    if answer.did is Did.SHOWN:
        note_receipt(tx, alert.id, Receipt.SHOWN, wearer)
        return True
    if tx.alerts.take_tap(answer.id, alert.person, who.at) is not None:
        return True
    said = DONE
    try:
        answer_alert(tx, alert.id, Receipt(answer.did.value), wearer, times)
    except HubError as problem:
        said = problem.code
        tx.alerts.put([_told_back(alert, problem, who)])
    tx.alerts.answer_tap(answer.id, said)
    return True


def _told_back(alert: Alert, problem: HubError, who: Deciding) -> Alert:
    """Return what the wearer is told whose answer was refused."""
    fresh = replace(
        alert,
        id=who.ids(),
        state=AlertState.WAITING,
        created_at=who.at,
        next_at=None,
        sent_at=None,
        shown_at=None,
        seen_at=None,
        answered_at=None,
        answer="",
        tries=0,
    )
    still_open = type(problem) is not TakenAlready and isinstance(problem, Refused) and problem.code != "not_open"
    if still_open:
        return replace(fresh, kind=AlertKind.GIVEN, ring=Ring.BUZZ)
    by = problem.by if isinstance(problem, TakenAlready) else ""
    return replace(fresh, kind=AlertKind.OVER, ring=Ring.NONE, who=by)
