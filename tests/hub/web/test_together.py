"""Small writes of one moment are one transaction; a mistake is only whose it is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hub.domain.errors import NotFound
from hub.domain.staff import Duty
from hub.ports import Store, Transaction
from hub.web.together import Together
from tests.conftest import WAIT_S
from tests.hub.build import T0


class SlowStore:
    """A store whose first transaction waits until it is let go; counts them."""

    def __init__(self, store: Store) -> None:
        """Take the real store."""
        self._store = store
        self.writes = 0
        self.inside, self.go = threading.Event(), threading.Event()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Give a transaction."""
        self.writes += 1
        with self._store.write() as tx:
            yield tx
            if self.writes == 1:
                self.inside.set()
                self.go.wait(WAIT_S)


def sign(number: int, tx: Transaction) -> None:
    """Let somebody be at work."""
    if number == 13:
        raise NotFound("there is no such alert")
    tx.duties.put(Duty(person=f"{number:02}", since=T0))


def test_what_comes_during_a_commit_is_kept_with_the_next_one(store: Store) -> None:
    """Sixty receipts are a few transactions, each kept when its sender is answered; one mistake is nobody else's."""
    slow = SlowStore(store)
    together = Together(slow)  # type: ignore[arg-type]
    problems: list[Exception] = []

    def do(number: int) -> None:
        try:
            together.do(lambda tx: sign(number, tx))
        except NotFound as problem:
            problems.append(problem)

    first = threading.Thread(target=do, args=(0,))
    first.start()
    assert slow.inside.wait(WAIT_S)
    others = [threading.Thread(target=do, args=(number,)) for number in range(1, 12)]
    for one in others:
        one.start()
    while len(together._waiting) < len(others):
        threading.Event().wait(0.01)
    slow.go.set()
    for one in (first, *others):
        one.join(WAIT_S)
    assert slow.writes == 2
    with store.read() as tx:
        assert len(tx.duties.all()) == 12
    assert problems == []


def test_a_mistake_is_only_whose_it_is(store: Store) -> None:
    """Those who came with it are kept all the same."""
    slow = SlowStore(store)
    together = Together(slow)  # type: ignore[arg-type]
    found: dict[int, bool] = {}

    def do(number: int) -> None:
        try:
            together.do(lambda tx: sign(number, tx))
            found[number] = True
        except NotFound:
            found[number] = False

    threads = [threading.Thread(target=do, args=(number,)) for number in (0, 12, 13, 14)]
    threads[0].start()
    assert slow.inside.wait(WAIT_S)
    for one in threads[1:]:
        one.start()
    while len(together._waiting) < 3:
        threading.Event().wait(0.01)
    slow.go.set()
    for one in threads:
        one.join(WAIT_S)
    assert found == {0: True, 12: True, 13: False, 14: True}
    with store.read() as tx:
        assert [one.person for one in tx.duties.all()] == ["00", "12", "14"]


def test_who_comes_alone_hears_what_went_wrong(store: Store) -> None:
    """At once, as from any transaction."""
    with pytest.raises(NotFound):
        Together(store).do(lambda tx: sign(13, tx))
