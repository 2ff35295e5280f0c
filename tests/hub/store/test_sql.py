import contextlib
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import insert, text

from hub.domain.check_ins import CheckIn
from hub.domain.errors import InvalidInput, Refused
from hub.ports import Quarantined, Store, StoreUnavailable, Transaction
from hub.store import tables
from hub.store.sql import SqlStore, SqlTransaction, open_store
from tests.hub.build import at, check_in, furnished, invited, task


def _events(store: Store) -> set[str]:
    with store.read() as tx:
        return set(tx.check_ins.known([f"ev-{number}" for number in range(1, 10)]))


def _fail(tx: Transaction) -> None:
    tx.check_ins.add([check_in(1)])
    tx.tasks.raise_all([task()])
    tx.records.quarantine(Quarantined(id="q", received_at=at(0), device="d", leaf="l", reason="r", detail=""))
    raise ZeroDivisionError


def _pass_over_a_refusal(tx: Transaction) -> None:
    tx.check_ins.add([check_in(2)])
    with contextlib.suppress(Refused):
        tx.check_ins.add([check_in(1)])


def test_a_raised_error_leaves_nothing(store: Store) -> None:
    """All of a transaction is kept, or none."""
    furnished(store)
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        _fail(tx)
    assert _events(store) == set()
    with store.read() as tx:
        assert tx.tasks.open() == []
        assert tx.records.quarantined(9) == []


def test_a_savepoint_undoes_only_what_happened_inside(store: Store) -> None:
    """One bad event of a batch does not take the others with it, nor what waited to be written before it."""
    one, two = invited(1), invited(2)
    with furnished(store, guests=0).write() as tx:
        tx.guests.add(one.guest, one.invitation)
        tx.guests.add(two.guest, two.invitation)
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            _fail(tx)
        with tx.savepoint():
            tx.check_ins.add([check_in(2)])
        with pytest.raises(Refused), tx.savepoint():
            tx.guests.add(two.guest, two.invitation)
    assert _events(store) == {"ev-2"}
    with store.read() as tx:
        assert tx.guests.of_meeting("m-launch") == [one, two]
        assert tx.records.quarantined(9) == []


def test_savepoints_nest(store: Store) -> None:
    """The inner one is undone with the outer one."""

    def fail_outside(tx: Transaction) -> None:
        with tx.savepoint():
            tx.check_ins.add([check_in(1)])
        raise ZeroDivisionError

    with furnished(store).write() as tx:
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            fail_outside(tx)
        tx.check_ins.add([check_in(2)])
    assert _events(store) == {"ev-2"}


def test_a_refusal_that_is_passed_over_spoils_the_whole_transaction(store: Store) -> None:
    """PostgreSQL would answer COMMIT with a silent ROLLBACK: events lost that were answered. Both say so aloud."""
    with furnished(store).write() as tx:
        tx.check_ins.add([check_in(1)])
    with pytest.raises(RuntimeError, match="outside a savepoint"), store.write() as tx:
        _pass_over_a_refusal(tx)
    assert _events(store) == {"ev-1"}


def test_a_refusal_passed_over_inside_a_savepoint_spoils_only_that(store: Store) -> None:
    """The savepoint is undone and says so."""
    with furnished(store).write() as tx:
        tx.check_ins.add([check_in(1)])
        with pytest.raises(RuntimeError, match="outside a savepoint"), tx.savepoint():
            _pass_over_a_refusal(tx)
    assert _events(store) == {"ev-1"}


def test_who_looks_sees_what_is_committed_and_changes_nothing(store: Store) -> None:
    """A page that only reads can break nothing."""
    furnished(store)
    with store.read() as tx, pytest.raises(RuntimeError, match="looking only"):
        tx.check_ins.add([check_in(1)])
    assert _events(store) == set()


def test_a_second_transaction_in_one_thread_is_a_mistake_said_at_once(store: Store) -> None:
    """On one connection it would wait for itself."""
    with store.write(), pytest.raises(RuntimeError, match="open already"), store.read():
        pass
    with store.read() as tx:
        assert tx.tasks.open() == []


def test_threads_share_a_store(store: Store) -> None:
    """The writer, the clock and the web pages of one process."""
    furnished(store, guests=40)
    failed: list[Exception] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 10):
                with store.write() as tx:
                    tx.check_ins.add([check_in(number)])
                with store.read() as tx:
                    assert tx.check_ins.known([f"ev-{number}"])
        except Exception as problem:  # noqa: BLE001 - shown below
            failed.append(problem)

    threads = [threading.Thread(target=work, args=[first]) for first in (1, 11, 21, 31)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with store.read() as tx:
        assert len(tx.check_ins.known([f"ev-{number}" for number in range(1, 41)])) == 40


@pytest.mark.parametrize("text", ["half a pair \ud83d", "\udfff"])
def test_text_no_database_can_keep_is_invalid_input(store: Store, text: str) -> None:
    """Not a crash of the driver."""
    with pytest.raises(InvalidInput, match="no database can keep it"), store.write() as tx:
        tx.meetings.by_key(text)


def test_a_number_beyond_63_bits_is_invalid_input(store: Store) -> None:
    """Not a crash of the driver."""
    furnished(store)
    with pytest.raises(InvalidInput), store.write() as tx:
        tx.check_ins.add([check_in(1, mono_ms=2**63)])


def test_the_incarnation_stays_while_the_database_does(database_url: str) -> None:
    """Kiosks send everything again when it changes."""
    found = set()
    for _ in range(2):
        store = open_store(database_url)
        with store.read() as tx:
            found.add(tx.feed.incarnation())
        store.close()
    assert len(found) == 1
    assert len(found.pop()) == 36


@pytest.mark.postgresql
@pytest.mark.parametrize("more", [[], [check_in(2)]], ids=["at the commit", "in the middle"])
def test_a_lost_connection_is_said_and_the_next_transaction_works(postgresql_url: str, more: list[CheckIn]) -> None:
    """PostgreSQL restarts during the event: nothing of the broken transaction is kept, and nobody restarts the hub."""
    store = open_store(postgresql_url)
    furnished(store)

    def lose(tx: Transaction) -> None:
        tx.check_ins.add([check_in(1)])
        _end_all_connections(postgresql_url)
        tx.check_ins.add(more)

    with pytest.raises(StoreUnavailable), store.write() as tx:
        lose(tx)
    assert _events(store) == set()
    _end_all_connections(postgresql_url)
    with store.write() as tx:
        tx.check_ins.add([check_in(3)])
    assert _events(store) == {"ev-3"}
    store.close()


def _end_all_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _full_at_commit(store: SqlStore) -> None:
    with store.write() as tx:
        tx.check_ins.add([check_in(1)])
        tx._work.driver.execute("PRAGMA max_page_count = 1")
        for number in range(200):
            tx._work.run(insert(tables.meta), {"key": str(number), "value": "x" * 4_000})


def _full_in_savepoint(store: SqlStore) -> None:
    with store.write() as tx:
        tx.check_ins.add([check_in(1)])
        tx._work.driver.execute("PRAGMA max_page_count = 1")
        with contextlib.suppress(StoreUnavailable), tx.savepoint():
            for number in range(200):
                tx._work.run(insert(tables.meta), {"key": str(number), "value": "x" * 4_000})


@pytest.mark.parametrize("fill", [_full_at_commit, _full_in_savepoint])
def test_a_full_disk_keeps_nothing_and_heals_when_there_is_room(
    sqlite_url: str, fill: Callable[[SqlStore], None]
) -> None:
    """SQLite ends the whole transaction by itself then; what followed would commit row by row if it were let."""
    store = open_store(sqlite_url)
    furnished(store)
    with pytest.raises(StoreUnavailable, match="full"):
        fill(store)
    assert _events(store) == set()
    with store.write() as tx:
        tx.check_ins.add([check_in(2)])
        pages = tx._work.driver.execute("PRAGMA max_page_count").fetchone()[0]
    assert _events(store) == {"ev-2"}
    assert isinstance(pages, int)
    assert pages > 1_000_000  # a new connection: nothing is known of the old one's state
    store.close()


def _break_the_table(tx: SqlTransaction) -> None:
    tx._work.run(text("ALTER TABLE guests RENAME TO others"))


def _break_the_guest(tx: SqlTransaction) -> None:
    one = invited(2)
    tx.guests.add(replace(one.guest, email=None), one.invitation)  # type: ignore[arg-type]  # a mistake in the program


@pytest.mark.parametrize("break_something", [_break_the_table, _break_the_guest])
def test_an_error_of_the_database_names_no_guest(
    database_url: str, break_something: Callable[[SqlTransaction], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Drivers quote the whole row that they could not store; errors are logged, and logs are kept."""
    store = open_store(database_url)
    furnished(store, guests=0)
    one = invited(1)
    guest = replace(one.guest, name="Canary", phone="+86 555 0199")

    def fail(tx: SqlTransaction) -> None:
        break_something(tx)
        tx.guests.add(guest, one.invitation)

    with pytest.raises(Exception, match=r"guests|email") as raised, store.write() as tx:
        fail(tx)
    store.close()
    said = "".join([*traceback.format_exception(raised.value), caplog.text])
    assert "Canary" not in said
    assert "0199" not in said
