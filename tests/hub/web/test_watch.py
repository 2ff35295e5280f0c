"""One look at the feed serves all pages, and no change is lost on the way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from hub.ports import Store, StoreUnavailable, Transaction
from hub.web.watch import PAGE_KINDS, FeedWatch
from tests.conftest import WAIT_S


class CountingStore:
    """A store that counts how often it is read, and fails while it is told to."""

    def __init__(self, store: Store) -> None:
        """Take the real store."""
        self.store = store
        self.reads = 0
        self.away = False

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Count one look."""
        self.reads += 1
        if self.away:
            raise StoreUnavailable("away")
        with self.store.read() as tx:
            yield tx


@pytest.fixture
def counting(sqlite_store: Store) -> CountingStore:
    """Give a counting store."""
    return CountingStore(sqlite_store)


def touch(store: Store, *changes: tuple[str, str]) -> None:
    """Note changes."""
    with store.write() as tx:
        tx.feed.touch(changes)


@pytest.fixture
def running(counting: CountingStore) -> Iterator[FeedWatch]:
    """Give a watch that looks every 10 ms."""
    watch = FeedWatch(counting, every_s=0.01)  # type: ignore[arg-type]  # it only reads
    watch.start()
    yield watch
    watch.stop()


def test_a_waiter_wakes_when_something_changes(
    running: FeedWatch, sqlite_store: Store, wait_until: Callable[..., None]
) -> None:
    """The newest position comes back, and what changed is known."""
    wait_until(lambda: running.answering)
    before = running.head
    touch(sqlite_store, ("tasks", ""), ("arrivals", "m-1"), ("guest", "x"))
    wait_until(lambda: running.wait(before, 1) > before)
    changes = running.changes(before, PAGE_KINDS)
    assert [(one.kind, one.key) for one in changes] == [("tasks", ""), ("arrivals", "m-1")]
    assert running.changes(before, ["tasks"]) == [changes[0]]
    assert running.changes(running.head, PAGE_KINDS) == []


def test_sixty_waiters_cost_one_look_a_turn(counting: CountingStore) -> None:
    """Whoever waits and asks what is new reads memory, not the database."""
    watch = FeedWatch(counting)  # type: ignore[arg-type]  # it only reads
    start = watch.head
    looks = counting.reads
    woken: list[int] = []
    waiters = [
        threading.Thread(
            target=lambda: woken.append(len(watch.changes(start, PAGE_KINDS) or [watch.wait(start, WAIT_S)]))
        )
        for _ in range(60)
    ]
    for waiter in waiters:
        waiter.start()
    touch(counting.store, ("tasks", ""))
    watch.look()
    for waiter in waiters:
        waiter.join(WAIT_S)
    assert len(woken) == 60
    assert counting.reads == looks + 1


def test_a_nudge_does_not_wait_for_the_next_turn(counting: CountingStore, wait_until: Callable[..., None]) -> None:
    """What this process has committed is seen at once, however slow the turns are."""
    watch = FeedWatch(counting, every_s=600)  # type: ignore[arg-type]  # it only reads
    watch.start()
    try:
        wait_until(lambda: watch.answering)
        before = watch.head
        touch(counting.store, ("tasks", ""))
        watch.nudge()
        wait_until(lambda: watch.head > before)
    finally:
        watch.stop()


def test_an_older_position_is_answered_from_the_database(sqlite_store: Store) -> None:
    """A page that slept longer than this process runs still hears what it missed."""
    touch(sqlite_store, ("tasks", ""))
    touch(sqlite_store, ("arrivals", "m-1"))
    watch = FeedWatch(sqlite_store)
    assert watch.head == 2
    assert [one.kind for one in watch.changes(0, PAGE_KINDS)] == ["tasks", "arrivals"]
    assert [one.kind for one in watch.changes(1, PAGE_KINDS)] == ["arrivals"]


def test_thousands_of_changes_are_all_told(sqlite_store: Store) -> None:
    """More than one page of the feed, each thing once, in order."""
    watch = FeedWatch(sqlite_store)
    start = watch.head
    touch(sqlite_store, *(("device", f"d-{number}") for number in range(2_345)))
    touch(sqlite_store, ("device", "d-7"))
    assert len(watch.changes(start, PAGE_KINDS)) == 0
    watch.look()
    found = watch.changes(start, PAGE_KINDS)
    assert len(found) == 2_345
    assert found[-1].key == "d-7"
    assert [one.seq for one in found] == sorted(one.seq for one in found)


def test_a_database_that_goes_away_is_noticed_and_found_again(
    running: FeedWatch, counting: CountingStore, wait_until: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """``answering`` says so, which stops the pings; afterwards nothing was missed. The log is not flooded."""
    wait_until(lambda: running.answering)
    before = running.head
    counting.away = True
    wait_until(lambda: not running.answering)
    touch(counting.store, ("tasks", ""))
    reads = counting.reads
    wait_until(lambda: counting.reads > reads + 3)
    counting.away = False
    wait_until(lambda: running.answering and running.head > before)
    assert [one.kind for one in running.changes(before, PAGE_KINDS)] == ["tasks"]
    assert len([one for one in caplog.records if "cannot be read" in one.message]) == 1


def test_an_older_database_put_back_begins_the_story_anew(sqlite_store: Store) -> None:
    """Positions that no longer exist are not waited for."""
    watch = FeedWatch(sqlite_store)
    touch(sqlite_store, ("tasks", ""), ("arrivals", "m-1"), ("device", "d"))
    watch.look()
    assert watch.head == 3
    watch._learn(1, ())
    assert watch.head == 1
    assert watch.wait(3, 0) == 1
    assert watch.changes(1, PAGE_KINDS) == []


def test_stopping_wakes_everybody_and_may_be_repeated(running: FeedWatch) -> None:
    """No stream holds up the end of the program."""
    head = running.head
    waiter = threading.Thread(target=running.wait, args=(head, 2 * WAIT_S))
    waiter.start()
    running.stop()
    running.stop()
    waiter.join(WAIT_S)
    assert not waiter.is_alive()


def test_the_first_question_needs_no_running_watch(counting: CountingStore) -> None:
    """A page drawn at once after the start knows its position; without a database the caller is told."""
    counting.away = True
    watch = FeedWatch(counting)  # type: ignore[arg-type]  # it only reads
    with pytest.raises(StoreUnavailable):
        _ = watch.head
    counting.away = False
    assert watch.head == 0
