"""Kiosks hear who comes and that it is done, whichever process changed the task, and nothing twice without need."""

from datetime import datetime, timedelta

from devices.contract.messages import Progress, RequestKind
from hub.domain.requests import TOLD_FOR
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.usecases.tell_progress import Teller
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import at, furnish, furnished, invited
from tests.hub.usecases.asks import NOW, ask, tasks
from tests.hub.usecases.scans import scan, take

News = list[tuple[str, str, Progress, str]]


def news(store: Store, teller: Teller, now: datetime = NOW) -> News:
    """Return what a process of the hub would tell now."""
    with store.read() as tx:
        told = teller.news(tx, now)
    return [(device, answer.id, answer.progress, answer.by) for device, answer in told]


def accept(store: Store, by: str = "李娜") -> None:
    """Let somebody take the first open task."""
    with store.write() as tx:
        accept_task(tx, tx.tasks.open()[0].id, by, at(30))


def test_only_the_kiosk_that_asked_hears_and_hears_each_step_once(store: Store) -> None:
    """``taken`` was its answer already."""
    teller = Teller()
    request = ask(store, RequestKind.HELP, device="kiosk-2").id
    assert news(store, teller) == []
    accept(store)
    assert news(store, teller) == [("kiosk-2", request, Progress.ACCEPTED, "李娜")]
    assert news(store, teller) == []
    with store.write() as tx:
        finish_task(tx, tx.tasks.open()[0].id, "李娜", at(40))
    assert news(store, teller) == [("kiosk-2", request, Progress.DONE, "李娜")]


def test_what_was_told_is_not_told_again_when_something_else_changes(store: Store) -> None:
    """Another guest's wish is no news to the first."""
    teller = Teller()
    ask(store, RequestKind.HELP, note="seat")
    accept(store)
    assert len(news(store, teller)) == 1
    second = ask(store, RequestKind.HELP, note="luggage").id
    assert news(store, teller) == []
    with store.write() as tx:
        accept_task(tx, next(task.id for task in tx.tasks.open() if task.facts["note"] == "luggage"), "小陈", at(31))
    assert news(store, teller) == [("kiosk-1", second, Progress.ACCEPTED, "小陈")]


def test_another_process_and_one_that_was_restarted_tell_it_too(store: Store) -> None:
    """What is told stands in rows, not in anybody's memory."""
    request = ask(store, RequestKind.HELP).id
    other = Teller()
    assert news(store, other) == []
    accept(store)
    expected = [("kiosk-1", request, Progress.ACCEPTED, "李娜")]
    assert news(store, other) == expected
    assert news(store, Teller()) == expected


def test_a_vip_s_kiosk_hears_under_the_scan_s_id_that_somebody_is_told_and_who_comes(store: Store) -> None:
    """The VIP screen can say who is on the way (G7)."""
    with store.write() as tx:
        furnish(tx, [invited(1, vip=True), invited(2)])
    vip, other = scan(1), scan(2, 11)
    take(store, vip, other)
    teller = Teller()
    assert news(store, teller) == [("kiosk-1", vip.event.id, Progress.TAKEN, "")]
    assert [task.kind for task in tasks(store)] == [TaskKind.VIP_ARRIVAL, TaskKind.DRINK]
    accept(store)
    assert news(store, teller) == [("kiosk-1", vip.event.id, Progress.ACCEPTED, "李娜")]


def test_a_vip_who_comes_out_of_an_old_backlog_is_told_of_to_nobody(store: Store) -> None:
    """Nobody stands before that screen any more."""
    with store.write() as tx:
        furnish(tx, [invited(1, vip=True)])
    old = scan(1, offline=True)
    take(store, old, now=at(11) + TOLD_FOR)
    assert news(store, Teller(), at(11) + TOLD_FOR) == []
    assert [task.kind for task in tasks(store)] == [TaskKind.VIP_ARRIVAL, TaskKind.DRINK]


def test_two_who_asked_for_the_same_both_hear(store: Store) -> None:
    """One task, two requests."""
    furnished(store)
    both = [ask(store, RequestKind.HELP, note="seat").id for _ in range(2)]
    accept(store)
    assert sorted(one[1] for one in news(store, Teller())) == sorted(both)


def test_what_was_asked_long_ago_is_not_told_any_more(store: Store) -> None:
    """Bounded: only requests of the last minutes."""
    ask(store, RequestKind.HELP)
    accept(store)
    assert news(store, Teller(), NOW + TOLD_FOR + timedelta(seconds=1)) == []
