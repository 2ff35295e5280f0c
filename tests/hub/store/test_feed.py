import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from hub.ports import Change, Store, Transaction
from hub.store.feed import write_touched
from hub.store.sql import SqlStore, open_store
from tests.hub.postgres import wait_for_a_lock


def _touch(store: Store, *changes: tuple[str, str]) -> None:
    with store.write() as tx:
        tx.feed.touch(changes)


def test_each_thing_stands_once_at_its_newest_position(store: Store) -> None:
    """A kiosk that was away for days gets each guest once, not each change."""
    _touch(store, ("guest", "a"), ("guest", "b"), ("guest", "a"))
    _touch(store, ("guest", "a"), ("meeting", "m"))
    with store.read() as tx:
        assert tx.feed.after(0, ["guest", "meeting"], 10) == [
            Change(2, "guest", "b"),
            Change(3, "guest", "a"),
            Change(4, "meeting", "m"),
        ]


def test_a_reader_gets_the_kinds_and_as_many_as_asked_for_after_its_position(store: Store) -> None:
    """So that a page of changes fits one message."""
    _touch(store, *[("guest", f"{number}") for number in range(9)], ("tasks", ""))
    with store.read() as tx:
        assert [change.key for change in tx.feed.after(3, ["guest"], 2)] == ["3", "4"]
        assert tx.feed.after(9, ["guest"], 5) == []
        assert tx.feed.after(0, ["tasks"], 5) == [Change(10, "tasks", "")]
        assert tx.feed.after(0, [], 5) == []


def test_the_head_is_that_of_the_kinds_asked_for_or_of_all(store: Store) -> None:
    """Zero before anything changed."""
    with store.read() as tx:
        assert (tx.feed.head(), tx.feed.head(["guest"])) == (0, 0)
    _touch(store, ("guest", "a"), ("guest", "b"))
    _touch(store, ("tasks", ""))
    with store.read() as tx:
        assert tx.feed.head() == 3
        assert tx.feed.head(["guest"]) == 2
        assert tx.feed.head(["guest", "tasks"]) == 3
        assert tx.feed.head(["meeting"]) == 0


def test_what_is_undone_leaves_no_trace_in_the_feed(store: Store) -> None:
    """Neither a failed transaction nor a savepoint inside one that goes on."""

    def fail(tx: Transaction, key: str) -> None:
        tx.feed.touch([("guest", key)])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), store.write() as tx:
        fail(tx, "a")
    with store.write() as tx:
        tx.feed.touch([("guest", "b")])
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            fail(tx, "c")
        with tx.savepoint():
            tx.feed.touch([("guest", "d")])
    with store.read() as tx:
        assert tx.feed.after(0, ["guest"], 9) == [Change(1, "guest", "b"), Change(2, "guest", "d")]


@pytest.fixture
def many(postgresql_url: str) -> Iterator[SqlStore]:
    """Open a store whose threads write at the same time."""
    opened = open_store(postgresql_url)
    yield opened
    opened.close()


@pytest.fixture
def in_thread() -> Iterator[Callable[[Callable[[], None]], Future[None]]]:
    """Run something beside the test; what it raises fails the test."""
    with ThreadPoolExecutor() as pool:
        yield pool.submit


@pytest.mark.postgresql
def test_a_slow_transaction_gets_its_position_when_it_commits(
    many: SqlStore, in_thread: Callable[[Callable[[], None]], Future[None]]
) -> None:
    """Touched first, committed last: a reader who has seen the others would never look below their positions."""
    touched, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with many.write() as tx:
            tx.feed.touch([("guest", "slow")])
            touched.set()
            assert go_on.wait(30)

    running = in_thread(slow)
    assert touched.wait(30)
    _touch(many, ("guest", "quick"))
    with many.read() as tx:
        seen = tx.feed.head()
        assert tx.feed.after(0, ["guest"], 9) == [Change(1, "guest", "quick")]
    go_on.set()
    running.result(30)
    with many.read() as tx:
        assert tx.feed.after(seen, ["guest"], 9) == [Change(2, "guest", "slow")]


@pytest.mark.postgresql
def test_a_transaction_that_has_its_positions_makes_the_next_wait_until_it_is_committed(
    many: SqlStore, postgresql_url: str, in_thread: Callable[[Callable[[], None]], Future[None]]
) -> None:
    """Between taking positions and the COMMIT nobody may get later ones and be seen first."""
    holding, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with many.write() as tx:
            tx.feed.touch([("guest", "first")])
            write_touched(tx._work)
            holding.set()
            assert go_on.wait(30)
            tx._work.touched.clear()

    running = in_thread(first)
    assert holding.wait(30)
    second = in_thread(lambda: _touch(many, ("guest", "second")))
    wait_for_a_lock(postgresql_url)
    with many.read() as tx:
        assert tx.feed.after(0, ["guest"], 9) == []
    go_on.set()
    running.result(30)
    second.result(30)
    with many.read() as tx:
        assert tx.feed.after(0, ["guest"], 9) == [Change(1, "guest", "first"), Change(2, "guest", "second")]


def test_a_fingerprint_tells_what_counts_for_a_device_from_what_does_not(store: Store) -> None:
    """A kiosk compares its own copy with it: nothing lost, nothing left over, nothing outdated."""
    with store.read() as tx:
        assert tx.feed.fingerprint(["guest"], ["place"], "kiosk-1") == "0-0"
    _touch(store, ("guest", "a"), ("tasks", ""), ("place", "kiosk-1/x"), ("place", "kiosk-10/x"), ("guest", "a"))
    with store.read() as tx:
        assert tx.feed.fingerprint(["guest"], ["place"], "kiosk-1") == "2-" + str(1 + 3)
        assert tx.feed.fingerprint(["guest"], [], "kiosk-1") == "1-1"
        assert tx.feed.fingerprint(["guest", "tasks"], ["place"], "kiosk-10") == "3-" + str(1 + 2 + 4)
