"""What is left of an allowance is the same to every process that asks, on both databases."""

import threading
from datetime import datetime, timedelta

from hub.domain.allowances import Allowance
from hub.ports import Store
from hub.store.sql import open_store
from hub.usecases.allow import Limit, give_back, take, take_each
from tests.hub.build import T0

HOUR = timedelta(hours=1)
LIMIT = Limit("tries", Allowance(20, HOUR))
WIDE = Limit("tries of all", Allowance(1_000, HOUR))


def test_an_allowance_is_kept_given_back_and_forgotten_once_it_is_full(store: Store) -> None:
    """Others' are others'; a row that says nothing any more does not stay."""
    with store.write() as tx:
        assert [take(tx, LIMIT, "x", T0).given for _ in range(21)] == [1] * 20 + [0]
        assert take(tx, LIMIT, "y", T0).given == 1
        give_back(tx, [(LIMIT, "x")], T0)
        assert [take(tx, LIMIT, "x", T0).given for _ in range(2)] == [1, 0]
    with store.write() as tx:
        tx.allowances.forget(T0 + HOUR / 2)
        assert tx.allowances.full_at("none", T0) == T0
        assert take(tx, LIMIT, "x", T0).given == 0, "y's is full again and gone, x's is not"
        tx.allowances.forget(T0 + 2 * HOUR)
        assert take(tx, LIMIT, "x", T0).given == 1


def test_whose_it_is_cannot_be_read_from_the_row(store: Store) -> None:
    """An address of the house's network would be found among 2^32 at once if it were hashed without a key."""
    seen = []
    with store.write() as tx:
        kept = tx.allowances.put

        def put(who: str, full_at: datetime) -> None:
            seen.append(who)
            kept(who, full_at)

        tx.allowances.put = put  # type: ignore[method-assign]
        take(tx, LIMIT, "10.0.0.9", T0)
        salt = tx.staff.code_salt()
    assert len(seen) == 1
    assert "10.0.0.9" not in seen[0]
    assert len(salt) >= 16
    assert len(seen[0]) == 64


def test_who_is_refused_uses_up_nothing_that_others_share(store: Store) -> None:
    """Fifty wrong passwords from one address leave the name to everybody else."""
    with store.write() as tx:
        waits = [take_each(tx, [(LIMIT, "x at home"), (WIDE, "x")], T0) for _ in range(50)]
        assert [bool(wait) for wait in waits] == [False] * 20 + [True] * 30
        left = 0
        while take(tx, WIDE, "x", T0).given:
            left += 1
        assert left == 1_000 - 20


def test_many_who_ask_at_once_get_no_more_than_there_is(database_url: str) -> None:
    """Four threads; on PostgreSQL each over a store of its own, as processes of the hub are (SQLite has but one)."""
    apart = database_url.startswith("postgresql")
    stores = [open_store(database_url) for _ in range(4 if apart else 1)]
    with stores[0].write() as tx:
        tx.staff.code_salt()
    given: list[int] = []

    def ask(store: Store) -> None:
        for _ in range(15):
            with store.write() as tx:
                given.append(take(tx, LIMIT, "x", T0).given)

    threads = [threading.Thread(target=ask, args=(stores[number % len(stores)],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in stores:
        one.close()
    assert (len(given), sum(given)) == (60, 20)
