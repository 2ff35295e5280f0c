"""The thread through which tasks go to people."""

from collections.abc import Callable, Iterator

import pytest

from devices.clock import SystemClock
from devices.ids import uuid7
from hub.dispatch import Dispatcher
from hub.domain.alerts import Channel
from hub.domain.staff import Duty
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, raise_task
from hub.ports import Store
from hub.usecases.call_staff import call
from hub.web.watch import FeedWatch
from tests.hub.on_duty import somebody

Wait = Callable[[Callable[[], object]], None]


@pytest.fixture
def dispatcher(sqlite_store: Store) -> Iterator[Dispatcher]:
    """Ask people over a real store, woken by a real watch on its feed."""
    watch = FeedWatch(sqlite_store)
    watch.start()
    made = Dispatcher(sqlite_store, clock=SystemClock(), ids=uuid7, wait=watch.wait, after=watch.nudge)
    made.start()
    yield made
    watch.stop()
    made.stop()
    assert not made.alive


def at_work(store: Store, *names: str) -> None:
    """Let people be at work now."""
    now = SystemClock().now()
    with store.write() as tx:
        tx.staff.put(somebody(name) for name in names)
        for name in names:
            tx.duties.put(Duty(person=name, since=now, seen_at=now))


def needed(store: Store, subject: str) -> Task:
    """Let a guest need somebody, now."""
    task = raise_task(TaskKind.WALK_IN, subject, task_id=uuid7(), at=SystemClock().now(), facts={})
    with store.write() as tx:
        return call(tx, task)


def told(store: Store, name: str) -> int:
    """Count what somebody's tablets were told."""
    with store.read() as tx:
        return len(tx.alerts.of_person(name, Channel.TABLET, SystemClock().now().replace(year=2000)))


def test_a_task_reaches_its_person_as_soon_as_it_is_committed(
    sqlite_store: Store, dispatcher: Dispatcher, wait_until: Wait
) -> None:
    """And is counted."""
    at_work(sqlite_store, "小李")
    task = needed(sqlite_store, "w-1")
    wait_until(lambda: told(sqlite_store, "小李") == 1)
    with sqlite_store.read() as tx:
        assert [offer.person for offer in tx.alerts.offers([task.id])[task.id]] == ["小李"]
    assert dispatcher.counts["alerts_loud"] == 1


def test_what_was_committed_while_no_hub_ran_is_asked_about_when_one_starts(
    sqlite_store: Store, wait_until: Wait
) -> None:
    """Once, however often hubs come and go."""
    at_work(sqlite_store, "小李")
    needed(sqlite_store, "w-1")
    for _ in range(3):
        watch = FeedWatch(sqlite_store)
        watch.start()
        made = Dispatcher(sqlite_store, clock=SystemClock(), ids=uuid7, wait=watch.wait, after=watch.nudge)
        made.start()
        wait_until(lambda: told(sqlite_store, "小李") == 1)
        watch.stop()
        made.stop()
    assert told(sqlite_store, "小李") == 1
