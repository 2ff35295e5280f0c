"""What many pages ask for at the same time is read once, and never shown after it has changed."""

import threading

import pytest

from hub.ports import Store, Transaction
from hub.web.recent import MOST, Recent
from hub.web.watch import FeedWatch
from tests.conftest import WAIT_S
from tests.hub.web.scene import StillClock


class Reader:
    """Counts how often it is asked to read."""

    def __init__(self) -> None:
        """Nothing was read."""
        self.times = 0

    def __call__(self, tx: Transaction) -> int:
        """Read, and say for the how-manyth time."""
        tx.feed.head()
        self.times += 1
        return self.times


@pytest.fixture
def watch(sqlite_store: Store) -> FeedWatch:
    """Give a watch that looks when asked."""
    return FeedWatch(sqlite_store)


@pytest.fixture
def recent(sqlite_store: Store, watch: FeedWatch, clock: StillClock) -> Recent:
    """Give an empty memory."""
    return Recent(sqlite_store, watch, clock)


def test_it_is_read_once_until_something_changes(recent: Recent, sqlite_store: Store, watch: FeedWatch) -> None:
    """The feed's position decides."""
    read = Reader()
    assert [recent.get("a", read), recent.get("a", read)] == [1, 1]
    with sqlite_store.write() as tx:
        tx.feed.touch([("tasks", "")])
    watch.look()
    assert [recent.get("a", read), recent.get("a", read)] == [2, 2]


def test_it_is_read_again_after_some_seconds_anyway(recent: Recent, clock: StillClock) -> None:
    """What changes without the feed's knowledge is not old for long."""
    read = Reader()
    recent.get("a", read)
    clock.forward(4)
    assert recent.get("a", read) == 1
    clock.forward(2)
    assert recent.get("a", read) == 2


def test_readings_that_always_come_do_not_make_every_page_read_everything(
    recent: Recent, sqlite_store: Store, watch: FeedWatch, clock: StillClock
) -> None:
    """A page that shows readings names its pace; whatever else changes is seen at once."""
    others, values = Reader(), Reader()

    def look() -> list[int]:
        watch.look()
        return [recent.get("tasks", others), recent.get("values", values, pace_ms=1_000)]

    assert look() == [1, 1]
    with sqlite_store.write() as tx:
        tx.feed.touch([("reading", "node")])
    assert look() == [1, 1]
    clock.forward(1.1)
    assert look() == [1, 2]
    with sqlite_store.write() as tx:
        tx.feed.touch([("reading", "node"), ("condition", "hall")])
    assert look() == [2, 3]


def test_what_is_slow_to_read_is_kept_for_a_while_whatever_changes(
    recent: Recent, sqlite_store: Store, watch: FeedWatch, clock: StillClock
) -> None:
    """The lines of 24 hours need no new look at every check-in."""
    read = Reader()
    assert recent.keep("lines", read, 60_000) == 1
    with sqlite_store.write() as tx:
        tx.feed.touch([("tasks", "")])
    watch.look()
    clock.forward(60)
    assert recent.keep("lines", read, 60_000) == 1
    clock.forward(1)
    assert recent.keep("lines", read, 60_000) == 2


def test_it_forgets_when_told(recent: Recent) -> None:
    """After a change of our own."""
    read = Reader()
    recent.get("a", read)
    recent.forget()
    assert recent.get("a", read) == 2


def test_many_who_ask_at_once_wait_for_one(recent: Recent) -> None:
    """Sixty tablets that hear of the same change cost one look."""
    release, begun, read = threading.Event(), threading.Event(), Reader()

    def slowly(tx: Transaction) -> int:
        begun.set()
        release.wait(WAIT_S)
        return read(tx)

    found: list[int] = []
    askers = [threading.Thread(target=lambda: found.append(recent.get("a", slowly))) for _ in range(60)]
    for asker in askers:
        asker.start()
    assert begun.wait(WAIT_S)
    release.set()
    for asker in askers:
        asker.join(WAIT_S)
    assert found == [1] * 60


def test_a_failure_is_not_remembered(recent: Recent) -> None:
    """The next one asks anew, and gets an answer."""

    def fail(_tx: Transaction) -> int:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        recent.get("a", fail)
    assert recent.get("a", Reader()) == 1


def test_it_does_not_grow_without_end(recent: Recent) -> None:
    """Invented addresses push each other out."""
    read = Reader()
    for number in range(MOST + 50):
        recent.get(number, read)
    assert len(recent._slots) == MOST
    assert recent.get(MOST + 49, read) == MOST + 50


def test_the_tests_notice_whatever_is_looked_up_while_something_is_written(recent: Recent, sqlite_store: Store) -> None:
    """The guard of ``conftest.py``: also what is fresh, which would fail once it is old."""
    recent.get("a", Reader())
    with sqlite_store.write(), pytest.raises(AssertionError, match="a is looked up in a transaction"):
        recent.get("a", Reader())
