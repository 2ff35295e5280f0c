"""What a device says of an alert, and what a person answers there."""

import pytest

from hub.domain.alerts import AlertState, Channel, Receipt
from hub.domain.errors import NotFound, NotOpen, NotYours, TakenAlready
from hub.domain.staff import Duty
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import TaskState
from hub.ports import Store
from hub.usecases.answer_alert import answer_alert, note_receipt
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import T0, at
from tests.hub.on_duty import asked, deciding, somebody, tablet_alerts
from tests.hub.usecases.test_attend_tasks import LEAD, LI, TECH, look, raised, staffed


def test_receipts_are_kept_the_first_time(store: Store) -> None:
    """Shown, then seen; again changes nothing (S18)."""
    staffed(store, LI)
    raised(store, TaskKind.HELP)
    asked(store, 0)
    (alert,) = tablet_alerts(store, "小李")
    for seconds, receipt in ((1, Receipt.SHOWN), (2, Receipt.SHOWN), (3, Receipt.SEEN), (4, Receipt.SEEN)):
        with store.write() as tx:
            note_receipt(tx, alert.id, receipt, deciding(seconds, "小李"))
    (kept,) = tablet_alerts(store, "小李")
    assert (kept.shown_at, kept.seen_at) == (at(1), at(3))


def test_accepting_from_a_pager_owns_the_task_and_done_ends_it(store: Store) -> None:
    """Without looking at any page (S2)."""
    staffed(store, LI)
    task = raised(store, TaskKind.WALK_IN)
    asked(store, 0)
    (alert,) = tablet_alerts(store, "小李")
    with store.write() as tx:
        answer_alert(tx, alert.id, Receipt.ACCEPT, deciding(3, "小李"))
    assert look(store, task).accepted_by == "小李"
    with store.write() as tx:
        answer_alert(tx, alert.id, Receipt.DONE, deciding(9, "小李"))
    assert look(store, task).state is TaskState.CLOSED
    with store.read() as tx:
        (kept,) = tx.alerts.of_person("小李", Channel.TABLET, T0)
    assert (kept.answer, kept.answered_at, kept.state) == ("done", at(3), AlertState.OVER)


def test_who_answers_too_late_hears_who_was_first_and_done_twice_is_said(store: Store) -> None:
    """Nothing is lost, nobody does it twice."""
    staffed(store, LI, somebody("小陈"))
    task = raised(store, TaskKind.WALK_IN)
    asked(store, 60)
    (alert, *_) = tablet_alerts(store, "小李")
    with store.write() as tx:
        accept_task(tx, task.id, "小陈", at(61))
    with pytest.raises(TakenAlready), store.write() as tx:
        answer_alert(tx, alert.id, Receipt.ACCEPT, deciding(62, "小李"))
    with store.write() as tx:
        finish_task(tx, task.id, "小陈", at(70))
    with pytest.raises(NotOpen), store.write() as tx:
        answer_alert(tx, alert.id, Receipt.DONE, deciding(71, "小李"))


def test_an_alert_that_never_was_is_not_found(store: Store) -> None:
    """A pager's memory may be older than the database."""
    with pytest.raises(NotFound), store.write() as tx:
        answer_alert(tx, "0192", Receipt.SHOWN, deciding(0, "小李"))


def test_a_task_is_not_taken_by_another_team_unless_they_were_asked(store: Store) -> None:
    """R67: receptionists greet, technicians mend; a supervisor may do all."""
    staffed(store, LI, TECH, LEAD)
    fault = raised(store, TaskKind.DEVICE_FAULT, "device projector")
    with pytest.raises(NotYours) as caught, store.write() as tx:
        accept_task(tx, fault.id, "小李", at(0))
    assert caught.value.role is Role.TECHNICIAN
    with pytest.raises(NotYours), store.write() as tx:
        finish_task(tx, fault.id, "小李", at(0))
    asked(store, 241)
    with store.write() as tx:
        accept_task(tx, fault.id, "小李", at(242))
    other = raised(store, TaskKind.DEVICE_FAULT, "device screen")
    with store.write() as tx:
        tx.duties.put(Duty(person="王姐", since=T0))
        accept_task(tx, other.id, "王姐", at(243))
    assert look(store, other).accepted_by == "王姐"
