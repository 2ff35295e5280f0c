import threading

import pytest

from hub.ports import StoreUnavailable
from hub.store.sql import open_store
from hub.store.turns import Turns


def _wait_until_waiting(turns: Turns, many: int) -> None:
    pause = threading.Event()
    for _ in range(600):
        if len(turns._waiting) == many:
            return
        pause.wait(0.01)
    raise AssertionError(f"{len(turns._waiting)} wait, not {many}")


def test_who_comes_first_is_served_first() -> None:
    """A busy writer that asks again queues behind those who wait."""
    turns, served = Turns(), list[int]()

    def ask(number: int) -> None:
        with turns.turn():
            served.append(number)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(5)]
    with turns.turn():
        for number, thread in enumerate(threads):
            thread.start()
            _wait_until_waiting(turns, number + 1)
    with turns.turn():
        served.append(99)
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3, 4, 99]


def test_a_busy_writer_lets_a_waiting_reader_in_between(sqlite_url: str) -> None:
    """With the pool's own queue readers waited as long as the writer went on writing."""
    store, order = open_store(sqlite_url), list[str]()
    turns = store._database.turns
    assert turns is not None

    def read() -> None:
        with store.read():
            order.append("read")

    reader = threading.Thread(target=read)
    with store.write():
        reader.start()
        _wait_until_waiting(turns, 1)
    with store.write():
        order.append("write")
    reader.join()
    store.close()
    assert order == ["read", "write"]


def test_closing_lets_the_running_transaction_end_and_no_later_one_begin(sqlite_url: str) -> None:
    """A late page must not open the file again, without its lock, beside the next process."""
    store = open_store(sqlite_url)
    turns = store._database.turns
    assert turns is not None
    closer = threading.Thread(target=store.close)
    with store.write() as tx:
        closer.start()
        _wait_until_waiting(turns, 1)
        tx.feed.touch([("guest", "a")])
    closer.join()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"), store.read():
        pass
    again = open_store(sqlite_url)
    with again.read() as tx:
        assert tx.feed.head() == 1
    again.close()


def test_patience_ends_with_an_error_and_the_place_in_the_queue_is_left() -> None:
    """Somebody who never finishes must not stop the others without a word."""
    turns, failed = Turns(patience=0.05), list[Exception]()

    def ask() -> None:
        try:
            with turns.turn():
                pass
        except StoreUnavailable as problem:
            failed.append(problem)

    with turns.turn():
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        assert len(failed) == 1
    with turns.turn():
        assert not turns._waiting


def test_a_turn_is_given_back_when_something_raises() -> None:
    """Or the hub would stand still after its first error."""
    turns = Turns(patience=0.05)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass
