import threading
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.domain.audit_chain import Break, Broken, Head, Verifier
from hub.ports import Store
from hub.store import migrate
from hub.store.engine import open_database
from hub.store.sql import open_store
from hub.store.tables import meta
from tests.hub import postgres
from tests.hub.build import at

PAST_THE_TRIGGERS = {
    "sqlite": ("DROP TRIGGER audit_unchanged", "DROP TRIGGER audit_kept", "DROP TRIGGER audit_head_grows"),
    "postgresql": ("ALTER TABLE audit DISABLE TRIGGER USER", "ALTER TABLE audit_head DISABLE TRIGGER USER"),
}


def _note(store: Store, first: int, last: int) -> None:
    for number in range(first, last + 1):
        with store.write() as tx:
            tx.records.audit("Li", f"step.{number}", "王" * 3, at(number))


def _verify(store: Store, *kept: Head) -> Broken | None:
    with store.read() as tx:
        verifier = Verifier(tx.audit_chain.start(), kept)
        while rows := tx.audit_chain.after(verifier.at.number, 2):
            verifier.walk(rows)
            if verifier.broken:
                break
        return verifier.end(tx.audit_chain.head())


def _run(store: Store, *statements: str) -> None:
    engine = store._database.writer  # type: ignore[attr-defined]  # past the store, as an intruder would
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _tamper(store: Store, *statements: str) -> None:
    """Change the database as its owner can, who takes the triggers away first."""
    engine = store._database.writer  # type: ignore[attr-defined]  # past the store, as an intruder would
    _run(store, *PAST_THE_TRIGGERS[engine.dialect.name], *statements)
    if engine.dialect.name == "postgresql":
        _run(store, *(one.replace("DISABLE", "ENABLE") for one in PAST_THE_TRIGGERS["postgresql"]))


def test_rows_are_chained_in_the_order_in_which_they_were_noted(store: Store) -> None:
    """Several of one transaction, and of several; what is undone leaves neither row nor gap."""
    with store.write() as tx:
        tx.records.audit("Li", "a", "x", at(1))
        tx.records.audit("Li", "b", "NUL \x00 and half a pair \ud83d", at(2))
        with suppress(ZeroDivisionError), tx.savepoint():
            tx.records.audit("Li", "undone", "x", at(3))
            raise ZeroDivisionError
    with suppress(ZeroDivisionError), store.write() as tx:
        tx.records.audit("Li", "undone", "x", at(3))
        raise ZeroDivisionError
    _note(store, 3, 4)
    with store.read() as tx:
        rows = tx.audit_chain.after(0, 9)
        assert [(one.number, one.action) for one in rows] == [(1, "a"), (2, "b"), (3, "step.3"), (4, "step.4")]
        assert tx.audit_chain.head() == Head(4, rows[3].hash)
        assert [one.number for one in tx.audit_chain.after(1, 2)] == [2, 3]
    assert _verify(store) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET subject = 'x' WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET number = 1",
        "INSERT INTO audit_seals (number, hash, sealed_at) VALUES (2, 'made up', '2026-12-01 01:00:00+00:00')",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(store: Store, statement: str) -> None:
    """Whatever program asks: it is only added to."""
    _note(store, 1, 3)
    with pytest.raises(DBAPIError, match="only added to"):
        _run(store, statement)
    assert _verify(store) is None


@pytest.mark.postgresql
def test_postgresql_refuses_to_empty_the_log_at_once(postgresql_url: str) -> None:
    """TRUNCATE fires no trigger for rows."""
    with psycopg.connect(postgresql_url) as connection, pytest.raises(psycopg.Error, match="only added to"):
        connection.execute("TRUNCATE audit")


Breach = tuple[int, str, list[str]]
BREACHES: list[Breach] = [
    (2, "not what was written", ["UPDATE audit SET actor = 'Wu' WHERE id = 2"]),
    (2, "not what was written", ["UPDATE audit SET at = '2026-12-02 01:00:00+00:00' WHERE id = 2"]),
    (3, "missing", ["DELETE FROM audit WHERE id = 3"]),
    (1, "missing", ["DELETE FROM audit WHERE id < 3"]),
    (5, "missing", ["DELETE FROM audit WHERE id = 5"]),
    (
        2,
        "not what was written",
        [
            "UPDATE audit SET id = 99 WHERE id = 2",
            "UPDATE audit SET id = 2 WHERE id = 3",
            "UPDATE audit SET id = 3 WHERE id = 99",
        ],
    ),
    (
        6,
        "not what was written",
        [
            "INSERT INTO audit SELECT 6, actor, action, subject, at, hash FROM audit WHERE id = 5",
        ],
    ),
    (5, "missing at the end", ["DELETE FROM audit WHERE id > 4"]),
]


@pytest.mark.parametrize(("number", "words", "statements"), BREACHES, ids=[str(n) for n in range(len(BREACHES))])
def test_the_first_row_that_was_tampered_with_is_named(
    store: Store, number: int, words: str, statements: list[str]
) -> None:
    """Edited, deleted, swapped, inserted, cut off: in the database itself, with its triggers out of the way."""
    _note(store, 1, 5)
    assert _verify(store) is None
    _tamper(store, *statements)
    broken = _verify(store)
    assert broken is not None
    assert (broken.number, words in broken.problem) == (number, True), broken


def test_a_log_cut_off_together_with_its_head_is_seen_by_a_head_kept_elsewhere(store: Store) -> None:
    """The database alone cannot show it; what was written down yesterday does."""
    _note(store, 1, 5)
    with store.read() as tx:
        kept = tx.audit_chain.head()
    _tamper(
        store,
        "DELETE FROM audit WHERE id > 3",
        "UPDATE audit_head SET number = 3, hash = (SELECT hash FROM audit WHERE id = 3)",
    )
    assert _verify(store) is None
    broken = _verify(store, kept)
    assert broken is not None
    assert broken.number == 4


@pytest.mark.parametrize("night", [5, 7], ids=["long-after-a-head", "at-a-head"])
def test_young_rows_that_were_sealed_away_are_seen_by_a_head_kept_elsewhere(store: Store, night: int) -> None:
    """The database lets whoever may write there seal what they like, and then delete it: no trigger is in the way."""
    _note(store, 1, night)
    with store.read() as tx:
        kept = tx.audit_chain.head()
    _note(store, night + 1, 9)
    _run(
        store, "INSERT INTO audit_seals SELECT id, hash, at FROM audit WHERE id = 7", "DELETE FROM audit WHERE id <= 7"
    )
    assert _verify(store) is None
    assert _verify(store, kept) == Broken(1, Break.REMOVED, 7)


def test_what_is_past_its_term_goes_and_leaves_a_seal_from_which_the_chain_verifies(store: Store) -> None:
    """In pieces, the oldest first, and never a row that is younger or stands behind one."""
    _note(store, 1, 4)
    with store.write() as tx:
        tx.records.audit("Li", "late", "from long ago", at(2))
    _note(store, 6, 9)
    with store.write() as tx:
        assert tx.audit_chain.seal(at(4), at(100), 2) == 2
        assert tx.audit_chain.seal(at(4), at(100), 2) == 1
        assert tx.audit_chain.seal(at(4), at(100), 2) == 0
    assert _verify(store) is None
    with store.read() as tx:
        assert tx.audit_chain.start().number == 3
        assert [one.number for one in tx.audit_chain.after(0, 99)] == [4, 5, 6, 7, 8, 9]
    _tamper(store, "DELETE FROM audit WHERE id = 4")
    assert _verify(store) == Broken(4, Break.MISSING)
    with store.write() as tx:
        assert tx.audit_chain.seal(at(99), at(100), 99) == 6, "the whole log may go"
    assert _verify(store) is None
    _note(store, 10, 11)
    assert _verify(store) is None


def test_an_existing_log_is_chained_in_its_order_without_gaps(tmp_path: Path) -> None:
    """The migration: numbers that were never kept leave none, and not one row is lost."""
    _migrated(f"sqlite:///{tmp_path}/older.db")


@pytest.mark.postgresql
def test_an_existing_log_is_chained_on_postgresql_as_well(postgresql_server: postgres.Server) -> None:
    """There numbers have gaps: a transaction that was undone took some."""
    _migrated(postgresql_server.url(postgresql_server.create()))


def _migrated(url: str) -> None:
    database = open_database(url, create=True)
    rows = [(number, f"step.{number}", at(number).isoformat(" ", "microseconds")) for number in (1, 2, 5, 6, 9)]
    with database.writer.begin() as connection:
        migrate._run_migrations(connection, "0034")
        connection.execute(meta.insert(), {"key": "incarnation", "value": "old"})
        for number, action, moment in rows:
            add = "INSERT INTO audit (id, actor, action, subject, at) VALUES (:id, '李', :action, 'x', :at)"
            connection.execute(text(add), {"id": number, "action": action, "at": moment})
    database.close()
    migrate.upgrade(url)
    store = open_store(url)
    with store.read() as tx:
        found = [(one.number, one.action, one.at) for one in tx.audit_chain.after(0, 99)]
    assert found == [(number, row[1], at(row[0])) for number, row in enumerate(rows, 1)]
    assert _verify(store) is None
    _note(store, 10, 11)
    assert _verify(store) is None
    store.close()


@pytest.mark.postgresql
def test_writers_of_several_processes_make_one_chain(postgresql_url: str) -> None:
    """Each with connections of its own, all at once: no fork, no gap, no row lost."""
    stores = [open_store(postgresql_url) for _ in range(4)]
    threads = [threading.Thread(target=_note, args=(one, 1, 50)) for one in stores for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _verify(stores[0]) is None
    with stores[0].read() as tx:
        assert tx.audit_chain.head().number == 400
    for one in stores:
        one.close()


def test_both_databases_make_the_same_hashes(sqlite_store: Store, request: pytest.FixtureRequest) -> None:
    """One is made by the program, one by PostgreSQL's own function: a log can move from one to the other."""
    other = open_store(request.getfixturevalue("postgresql_url"))
    for store in (sqlite_store, other):
        _note(store, 1, 3)
    with sqlite_store.read() as one, other.read() as two:
        assert one.audit_chain.head() == two.audit_chain.head()
    other.close()


def test_the_newest_rows_are_found_by_who_and_by_kind(store: Store) -> None:
    """Those of a family are those before whose dot its whole name stands."""
    with store.write() as tx:
        for number, (actor, action) in enumerate((("Li", "task.done"), ("Wu", "tasks.x"), ("Li", "task.take"))):
            tx.records.audit(actor, action, f"thing-{number}", at(number))
    with store.read() as tx:
        found = {
            (actor, family): [one.subject for one in tx.audit_chain.newest(2**62, 9, actor, family)]
            for actor in ("", "Li", "%")
            for family in ("", "task", "t_sk")
        }
        newest = tx.audit_chain.newest(2**62, 2)
        assert [one.subject for one in tx.audit_chain.newest(newest[-1].number, 9)] == ["thing-0"]
    assert found["", ""] == ["thing-2", "thing-1", "thing-0"]
    assert found["", "task"] == found["Li", "task"] == found["Li", ""] == ["thing-2", "thing-0"]
    assert [rows for (actor, family), rows in found.items() if "%" in actor or "_" in family] == [[]] * 5
