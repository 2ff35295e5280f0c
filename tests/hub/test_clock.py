from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest

from devices.clock import SystemClock
from devices.ids import uuid7
from hub import rounds as hub_rounds
from hub.clock import Timekeeper
from hub.domain.timers import Timer
from hub.ports import Store, Transaction
from hub.usecases.acting import Deciding


@pytest.fixture
def fired() -> list[str]:
    """Return what the rule ``note`` was called about."""
    return []


@pytest.fixture
def told() -> Event:
    """Return what is set after each timer."""
    return Event()


@pytest.fixture
def timekeeper(
    sqlite_store: Store, told: Event, fired: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Timekeeper]:
    """Watch the time over a real store. The rule ``note`` writes down whom it was about, ``fail`` fails."""

    def note(_: Transaction, timer: Timer, __: Deciding) -> None:
        fired.append(timer.subject)

    def fail(_: Transaction, timer: Timer, __: Deciding) -> None:
        raise ValueError(timer.subject)

    monkeypatch.setattr(hub_rounds, "EVERY_S", 0.02)
    rules = {"note": note, "fail": fail}
    keeper = Timekeeper(sqlite_store, rules, clock=SystemClock(), ids=uuid7, after=told.set)
    yield keeper
    keeper.stop()


def test_everything_that_is_due_fires_in_one_turn_whatever_fails_between(
    sqlite_store: Store, timekeeper: Timekeeper, fired: list[str]
) -> None:
    """One bad rule costs the others nothing."""
    now = SystemClock().now()
    with sqlite_store.write() as tx:
        tx.timers.put(
            [
                Timer(rule="note", subject="a", due_at=now - timedelta(seconds=3)),
                Timer(rule="fail", subject="b", due_at=now - timedelta(seconds=2)),
                Timer(rule="note", subject="c", due_at=now - timedelta(seconds=1)),
                Timer(rule="note", subject="later", due_at=now + timedelta(hours=1)),
            ]
        )
    while timekeeper.turn():
        pass
    assert fired == ["a", "c"]
    assert timekeeper.counts == {"fired": 2, "failed": 1}


def test_a_running_clock_fires_what_becomes_due_and_tells_the_pages(
    sqlite_store: Store, timekeeper: Timekeeper, fired: list[str], told: Event
) -> None:
    """Without anybody asking."""
    timekeeper.start()
    with sqlite_store.write() as tx:
        tx.timers.put([Timer(rule="note", subject="soon", due_at=SystemClock().now() + timedelta(milliseconds=50))])
    assert told.wait(10)
    assert fired == ["soon"]
    assert timekeeper.alive
