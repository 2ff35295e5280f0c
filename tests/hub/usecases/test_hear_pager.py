"""What a pager says counts once, under its wearer's name; what the rules refuse, the wearer is told."""

from dataclasses import replace

import pytest

from devices.contract.alerts import AlertAnswer, Did
from devices.ids import uuid7
from hub.domain.alerts import Alert, AlertKind, AlertState, Channel, Ring
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState
from hub.ports import Store
from hub.usecases.attend_tasks import attend_due
from hub.usecases.hear_pager import hear_alert_answer
from hub.usecases.page_alerts import EXPIRED, IN_HAND, NEEDLESS, NO_PAGER, Page, keep_paged, take_pages
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import T0, at
from tests.hub.on_duty import deciding, on_duty, somebody
from tests.hub.usecases.test_attend_tasks import look, raised

LI = somebody("小李", pager="pager-1")
PAGERS = ("pager-1", "pager-2")


def paged(store: Store, person: str = "小李") -> Alert:
    """Return the newest alert for somebody's pager."""
    with store.read() as tx:
        return tx.alerts.of_person(person, Channel.PAGER, T0)[-1]


def offered(store: Store, kind: TaskKind = TaskKind.HELP) -> tuple[Task, Alert]:
    """Raise a task, let it find its person, and let their pager be sent it."""
    with store.write() as tx:
        on_duty(tx, LI)
    task = raised(store, kind)
    while attend_due(store, deciding(0)).tasks:
        pass
    with store.write() as tx:
        (page,) = take_pages(tx, at(1), 10, PAGERS)
        keep_paged(tx, [page.alert.id], at(1))
    return task, paged(store)


def say(store: Store, alert: str, did: Did, seconds: float = 5, *, device: str = "pager-1", id_: str = "") -> bool:
    """Let a pager answer."""
    answer = AlertAnswer(id=id_ or uuid7(), ts=at(seconds), boot=uuid7(), seq=1, alert=alert, did=did)
    with store.write() as tx:
        return hear_alert_answer(tx, device, answer, deciding(seconds, device))


def test_a_receipt_is_kept_with_its_first_instant(store: Store) -> None:
    """So the hub knows that nobody else need be tried (S18)."""
    _, alert = offered(store)
    assert say(store, alert.id, Did.SHOWN, 2)
    assert say(store, alert.id, Did.SHOWN, 9)
    assert (paged(store).shown_at, paged(store).answered_at) == (at(2), None)


def test_who_accepts_on_the_pager_owns_the_task_under_their_name(store: Store) -> None:
    """As at a tablet; an answer shows that the alert was seen."""
    task, alert = offered(store)
    assert say(store, alert.id, Did.ACCEPT)
    assert (look(store, task).state, look(store, task).accepted_by) == (TaskState.ACCEPTED, "小李")
    found = paged(store)
    assert (found.answer, found.answered_at, found.state) == ("accept", at(5), AlertState.OVER)
    assert found.seen_at == at(5)


def test_done_after_accept_finishes_the_task(store: Store) -> None:
    """Both answers name the same alert."""
    task, alert = offered(store)
    assert say(store, alert.id, Did.ACCEPT)
    assert say(store, alert.id, Did.DONE, 60)
    assert look(store, task).state not in {TaskState.ACCEPTED, TaskState.NEW, TaskState.OFFERED}


def test_who_passes_on_is_asked_no_more(store: Store) -> None:
    """The next one is."""
    _, alert = offered(store)
    assert say(store, alert.id, Did.PASS_ON)
    with store.read() as tx:
        assert tx.alerts.offered_to("小李") == []


def test_the_same_answer_again_changes_nothing(store: Store) -> None:
    """A pager that did not hear that the broker took it sends it again, and the task may have gone on since."""
    task, alert = offered(store)
    answer = uuid7()
    assert say(store, alert.id, Did.ACCEPT, 5, id_=answer)
    with store.write() as tx:
        finish_task(tx, task.id, "小李", at(8))
    before = look(store, task)
    assert say(store, alert.id, Did.ACCEPT, 9, id_=answer)
    assert look(store, task) == before
    assert paged(store).kind is AlertKind.OFFER, "nothing new is told"


@pytest.mark.parametrize("device", ["pager-2", "kiosk-1"])
def test_an_answer_to_another_pagers_alert_is_none(store: Store, device: str) -> None:
    """Nobody answers in somebody else's name; nor to an alert that does not exist, or is a tablet's."""
    task, alert = offered(store)
    assert not say(store, alert.id, Did.ACCEPT, device=device)
    assert not say(store, uuid7(), Did.ACCEPT)
    with store.read() as tx:
        tablet = tx.alerts.of_person("小李", Channel.TABLET, T0)[-1]
    assert not say(store, tablet.id, Did.SHOWN)
    assert look(store, task).state is TaskState.OFFERED


def test_who_comes_second_is_told_who_has_it(store: Store) -> None:
    """The press found the task taken: the pager takes it away and says by whom (S3)."""
    task, alert = offered(store)
    with store.write() as tx:
        accept_task(tx, task.id, "小陈", at(4))
    assert say(store, alert.id, Did.ACCEPT)
    assert look(store, task).accepted_by == "小陈"
    told = paged(store)
    assert (told.kind, told.who, told.tag, told.ring) == (AlertKind.OVER, "小陈", task.id, Ring.NONE)
    with store.write() as tx:
        assert [page.alert.id for page in take_pages(tx, at(6), 10, PAGERS)] == [told.id]


def test_done_after_the_task_was_closed_elsewhere_is_no_error(store: Store) -> None:
    """It is over: the pager is told so."""
    task, alert = offered(store, TaskKind.KIOSK_NEEDS)
    with store.write() as tx:
        finish_task(tx, task.id, "老周", at(4))
    assert say(store, alert.id, Did.DONE)
    assert (paged(store).kind, paged(store).who) == (AlertKind.OVER, "")


def test_done_with_steps_left_open_brings_the_alert_back(store: Store) -> None:
    """The task's list is ticked at a tablet; a button must not seem to have ended it."""
    task, alert = offered(store, TaskKind.VIP_ARRIVAL)
    assert look(store, task).open_steps()
    assert say(store, alert.id, Did.DONE)
    told = paged(store)
    assert (told.kind, told.ring, told.state) == (AlertKind.GIVEN, Ring.BUZZ, AlertState.WAITING)
    assert told.id != alert.id
    assert look(store, task).state in {TaskState.OFFERED, TaskState.NEW}


def test_an_alert_in_hand_is_sent_again_until_the_broker_has_it(store: Store) -> None:
    """Whoever dies between COMMIT and publishing leaves it to the next, under the same id."""
    with store.write() as tx:
        on_duty(tx, LI)
    raised(store, TaskKind.HELP)
    while attend_due(store, deciding(0)).tasks:
        pass

    def take(seconds: float) -> list[Page]:
        with store.write() as tx:
            return take_pages(tx, at(seconds), 10, PAGERS)

    (first,) = take(1)
    assert first.alert.sent_at == at(1)
    assert take(2) == []
    (again,) = take(1 + IN_HAND.total_seconds())
    assert (again.alert.id, again.alert.tries) == (first.alert.id, 2)
    with store.write() as tx:
        keep_paged(tx, [again.alert.id], at(7))
    assert (paged(store).state, paged(store).sent_at) == (AlertState.SENT, at(7))
    assert take(60) == []


@pytest.mark.parametrize("reason", [NO_PAGER, EXPIRED, NEEDLESS])
def test_what_nobody_needs_or_can_be_shown_is_not_sent(store: Store, reason: str) -> None:
    """Each with its reason in the row."""
    with store.write() as tx:
        on_duty(tx, LI)
    task = raised(store, TaskKind.HELP)
    while attend_due(store, deciding(0)).tasks:
        pass
    with store.write() as tx:
        if reason == NEEDLESS:
            accept_task(tx, task.id, "小陈", at(1))
        now = at(100_000) if reason == EXPIRED else at(2)
        assert take_pages(tx, now, 10, () if reason == NO_PAGER else PAGERS) == []
    found = paged(store)
    assert (found.state, found.problem) == (AlertState.OVER, reason)


def test_an_alert_that_is_over_meanwhile_stays_so(store: Store) -> None:
    """The broker's word that it took it comes late."""
    _, alert = offered(store)
    with store.write() as tx:
        tx.alerts.save(replace(alert, state=AlertState.OVER))
        keep_paged(tx, [alert.id, "unknown"], at(9))
    assert paged(store).state is AlertState.OVER


def test_whoever_was_asked_and_is_not_needed_any_more_gets_it_taken_off_their_pager(store: Store) -> None:
    """Others see who has it, and stop ringing (S3)."""
    task, _ = offered(store)
    with store.write() as tx:
        accept_task(tx, task.id, "小陈", at(4))
    while attend_due(store, deciding(5)).tasks:
        pass
    assert (paged(store).kind, paged(store).who) == (AlertKind.OVER, "小陈")


def test_who_accepts_at_a_tablet_has_it_on_their_pager_without_ringing(store: Store) -> None:
    """In place of what rings there; who accepts on the pager has it there already."""
    task, _ = offered(store)
    with store.write() as tx:
        accept_task(tx, task.id, "小李", at(4))
    while attend_due(store, deciding(5)).tasks:
        pass
    told = paged(store)
    assert (told.kind, told.ring, told.tag, told.state) == (AlertKind.GIVEN, Ring.NONE, task.id, AlertState.WAITING)


def test_who_accepts_on_the_pager_is_told_nothing_more(store: Store) -> None:
    """The pager knows what was pressed on it."""
    _, alert = offered(store)
    assert say(store, alert.id, Did.ACCEPT)
    while attend_due(store, deciding(6)).tasks:
        pass
    assert paged(store).id == alert.id
