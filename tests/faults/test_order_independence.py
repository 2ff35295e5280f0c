"""Any order, repetition and grouping of the same events gives the same admissions, classes and counts (I6).

Each history runs once in the order of the doors, in one batch, and once shuffled, with repetitions, in batches. Most
are undone instead of committed, which is many times as fast; some are committed batch by batch. A longer run:
``YINGBIN_HISTORIES=100000 make test ARGS="tests/faults/test_order_independence.py"``.
"""

import contextlib
import os
from random import Random

import pytest

from hub.domain.check_ins import Scan
from hub.ports import Store, Transaction
from hub.store.sql import open_store
from hub.usecases.judging import Incoming
from tests.faults import histories

HISTORIES = int(os.environ.get("YINGBIN_HISTORIES", "1000"))
ON_POSTGRESQL = max(50, HISTORIES // 20)
SHUFFLES = 1


class Undo(Exception):
    """Ends a piece of work without a trace."""


def differing(store: Store, seeds: range) -> list[int]:
    """Return the seeds of the histories that do not come out the same."""
    found = []
    for seed in seeds:
        chance = Random(seed)
        history = histories.draw(chance)
        orders = [[list(history.events)], *(histories.shuffled(history, chance) for _ in range(SHUFFLES))]
        with contextlib.suppress(Undo), store.write() as tx:
            histories.prepare(tx, history)
            if len({_outcome(tx, history, batches) for batches in orders}) > 1:
                found.append(seed)
            raise Undo
    return found


def _outcome(tx: Transaction, history: histories.History, batches: list[list[Incoming]]) -> str:
    said = ""
    with contextlib.suppress(Undo), tx.savepoint():
        desk = histories.desk()
        for batch in batches:
            histories.take(tx, batch, desk)
        said = histories.projection(tx, history)
        raise Undo
    return said


@pytest.mark.timeout(60 + HISTORIES)
def test_a_thousand_histories_come_out_the_same_in_any_order(sqlite_store: Store) -> None:
    """Seats aside, which are given to who comes first, stay given and are never given twice."""
    assert differing(sqlite_store, range(HISTORIES)) == []


@pytest.mark.postgresql
@pytest.mark.timeout(60 + HISTORIES)
def test_on_postgresql_too(postgresql_url: str) -> None:
    """Another database, the same rules."""
    with contextlib.closing(open_store(postgresql_url)) as store:
        assert differing(store, range(ON_POSTGRESQL)) == []


@pytest.mark.parametrize("seed", range(10))
def test_batches_that_are_each_committed_come_out_the_same(store: Store, seed: int) -> None:
    """What a batch finds of earlier ones was read from the disk."""
    chance = Random(seed)
    history = histories.draw(chance)
    with store.write() as tx:
        histories.prepare(tx, history)
    expected = ""
    with contextlib.suppress(Undo), store.write() as tx:
        expected = _outcome(tx, history, [list(history.events)])
        raise Undo
    desk = histories.desk()
    for batch in histories.shuffled(history, chance):
        with store.write() as tx:
            histories.take(tx, batch, desk)
    with store.read() as tx:
        assert histories.projection(tx, history) == expected


def test_the_comparison_sees_a_hub_that_goes_by_arrival(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the total order the first to be heard of would be the first who came."""
    monkeypatch.setattr(Scan, "order", lambda _: 0)
    assert len(differing(sqlite_store, range(30))) > 5
