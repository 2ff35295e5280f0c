import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, delete, inspect, make_url, text, update

from hub.domain.tasks import Outcome, TaskState
from hub.domain.words import Words
from hub.store import migrate
from hub.store.engine import open_database
from hub.store.errors import CannotOpen, WrongSchema
from hub.store.sql import open_store
from hub.store.tables import feed_head, meta, metadata
from tests.hub import postgres


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database without anything in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    server: postgres.Server = request.getfixturevalue("postgresql_server")
    return server.url(server.create())


def _change(url: str, *statements: str) -> None:
    database = open_database(url)
    with database.writer.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.close()


def test_an_empty_database_gets_the_schema_and_a_repetition_changes_nothing(empty_url: str) -> None:
    """Its incarnation is made once."""
    for _ in range(2):
        migrate.upgrade(empty_url)
        assert migrate.current(empty_url) == migrate.head()
        migrate.check(empty_url)
        store = open_store(empty_url)
        with store.read() as tx:
            assert tx.feed.head() == 0
        store.close()
        incarnation = _incarnation(empty_url)
    migrate.upgrade(empty_url)
    assert _incarnation(empty_url) == incarnation


def _incarnation(url: str) -> str:
    store = open_store(url)
    with store.read() as tx:
        found = tx.feed.incarnation()
    store.close()
    return found


def test_a_database_marked_as_restored_has_another_incarnation(empty_url: str) -> None:
    """By it kiosks know that they must send everything again (fault 22)."""
    migrate.upgrade(empty_url)
    before = _incarnation(empty_url)
    migrate.mark_restored(empty_url)
    assert _incarnation(empty_url) not in {"", before}


def test_only_the_incarnation_that_is_known_is_renewed(empty_url: str) -> None:
    """Two processes notice the restored backup; the second must not rename what the first has renamed."""
    migrate.upgrade(empty_url)
    before = _incarnation(empty_url)
    store = open_store(empty_url)
    for name in ("first", "second"):
        store.renew_incarnation(before, name)
    store.close()
    assert _incarnation(empty_url) == "first"


def test_tasks_that_were_done_before_guests_were_asked_are_closed(empty_url: str) -> None:
    """And what was open stays open, with all that was known of it."""
    _to_version(empty_url, "0006")
    add = """
        INSERT INTO tasks (id, kind, dedupe, created_at, due_at, state, facts, accepted_by) VALUES
        ('a', 'help', 'a', '2026-12-01 01:00:00+00:00', '2026-12-01 01:03:00+00:00', 'new', '{"note": "x"}', 'Li'),
        ('b', 'help', 'b', '2026-12-01 01:00:00+00:00', '2026-12-01 01:03:00+00:00', 'accepted', '{"note": "x"}', 'Li'),
        ('c', 'help', 'c', '2026-12-01 01:00:00+00:00', '2026-12-01 01:03:00+00:00', 'done', '{"note": "x"}', 'Li')
    """
    _change(empty_url, add)
    migrate.upgrade(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        assert [(one.id, one.state, one.facts["note"], one.rounds) for one in tx.tasks.open()] == [
            ("a", TaskState.NEW, "x", 0),
            ("b", TaskState.ACCEPTED, "x", 0),
        ]
        closed = tx.tasks.get("c")
    store.close()
    assert closed is not None
    assert (closed.state, closed.outcome, closed.accepted_by) == (TaskState.CLOSED, Outcome.FINISHED, "Li")


def test_what_was_wrong_with_an_entry_before_it_was_said_in_two_languages_is_kept(empty_url: str) -> None:
    """It stands in both until the entry is read again."""
    _to_version(empty_url, "0033")
    add = """
        INSERT INTO booking_bad (source, collection, key, occurrence, field, problem, remedy, title, raw, since) VALUES
        ('pms', 'all', 'b-1', '', 'ends', 'ends before it starts', 'mend it', 'Board', '', '2026-12-01 01:00:00+00:00')
    """
    _change(empty_url, add)
    migrate.upgrade(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        kept = [(one.bad.problem, one.bad.remedy) for one in tx.sync.bad()]
    store.close()
    assert kept == [(Words("ends before it starts", "ends before it starts"), Words("mend it", "mend it"))]


def _to_version(url: str, version: str) -> None:
    """Make a database as an older program left it."""
    database = open_database(url, create=True)
    with database.writer.begin() as connection:
        migrate._run_migrations(connection, version)
        connection.execute(meta.insert(), {"key": "incarnation", "value": "old"})
    database.close()


def test_two_databases_have_two_incarnations(tmp_path: Path) -> None:
    """Kiosks tell by it that the hub's memory is another one."""
    found = set()
    for name in ("a", "b"):
        migrate.upgrade(f"sqlite:///{tmp_path}/{name}.db")
        found.add(_incarnation(f"sqlite:///{tmp_path}/{name}.db"))
    assert len(found) == 2


def test_the_migrations_make_exactly_the_tables_the_program_speaks_of(empty_url: str) -> None:
    """As far as Alembic compares."""
    migrate.upgrade(empty_url)
    engine = create_engine(make_url(empty_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_migrations_make_the_same_rules_the_program_speaks_of(
    empty_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What Alembic leaves out: names, keys, checks, conditions of unique indexes, collations.

    Defaults aside: SQLite cannot add a column that is never empty without one, and the program names every column.
    """
    migrate.upgrade(empty_url)
    if empty_url.startswith("sqlite"):
        direct_url = f"sqlite:///{tmp_path}/direct.db"
    else:
        server: postgres.Server = request.getfixturevalue("postgresql_server")
        direct_url = server.url(server.create())
    migrated, direct = create_engine(empty_url), create_engine(direct_url)
    metadata.create_all(direct)
    for table in metadata.tables:
        assert _rules(migrated, table) == _rules(direct, table)
    migrated.dispose()
    direct.dispose()


def _rules(engine: Engine, table: str) -> dict[str, object]:
    look = inspect(engine)
    lists: dict[str, Callable[[str], Sequence[object]]] = {
        "foreign keys": look.get_foreign_keys,
        "unique": look.get_unique_constraints,
        "checks": look.get_check_constraints,
        "indexes": look.get_indexes,
    }
    rules: dict[str, object] = {name: sorted(_plain(rule) for rule in find(table)) for name, find in lists.items()}
    rules["key"] = look.get_pk_constraint(table)
    rules["columns"] = {column["name"]: _column(column) for column in look.get_columns(table)}
    return rules


def _plain(rule: object) -> str:
    """Write a rule out with its conditions, which are objects, in words."""
    if isinstance(rule, dict):
        return str({name: _plain(part) for name, part in sorted(rule.items())})
    return str(rule)


def _column(column: object) -> str:
    assert isinstance(column, dict)
    kind = column["type"]
    return f"{kind!r} {getattr(kind, 'collation', '')} {column['nullable']}"


def test_an_empty_database_is_not_served_and_the_command_is_named(empty_url: str) -> None:
    """A clear word instead of "no such table"."""
    if empty_url.startswith("sqlite"):
        sqlite3.connect(empty_url.removeprefix("sqlite:///")).execute("PRAGMA user_version = 1").connection.close()
    assert migrate.current(empty_url) is None
    for work in (open_store, migrate.check):
        with pytest.raises(WrongSchema, match="is empty: run python -m hub migrate"):
            work(empty_url)


def test_an_older_schema_is_not_served_and_the_command_is_named(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update of the program."""
    migrate.upgrade(empty_url)
    older = migrate.head()
    monkeypatch.setattr(migrate, "head", lambda: "9999")
    for work in (open_store, migrate.check):
        with pytest.raises(WrongSchema, match=rf"older schema {older}.* needs 9999: run python -m hub migrate"):
            work(empty_url)


def test_a_newer_schema_is_neither_served_nor_touched(empty_url: str) -> None:
    """After a step back to an older program."""
    migrate.upgrade(empty_url)
    _change(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    for work in (open_store, migrate.check, migrate.upgrade):
        with pytest.raises(WrongSchema, match=r"newer Yingbin \(schema 9999\)"):
            work(empty_url)
    assert migrate.current(empty_url) == "9999"


def test_versions_are_told_from_their_files_names_as_alembic_tells_them() -> None:
    """A file whose name has another number than the version inside would be run again and again, or never."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert migrate.head() == scripts.get_current_head()
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"v{script.revision}_")


def test_a_hub_that_starts_again_does_not_wait_for_alembic(sqlite_url: str) -> None:
    """Guests stand at the door (DESIGN 9: two seconds)."""
    code = (
        "import sys; from hub.store import migrate; from hub.store.sql import open_store; "
        "migrate.upgrade(sys.argv[1]); open_store(sys.argv[1]).close(); print('alembic' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code, sqlite_url], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_a_missing_file_is_not_made_by_looking(tmp_path: Path) -> None:
    """A slip in the address must not start an empty venue."""
    for work in (open_store, migrate.check, migrate.current):
        with pytest.raises(CannotOpen, match="run python -m hub migrate"):
            work(f"sqlite:///{tmp_path}/missing.db")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_migration_leaves_the_database_as_it_was(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a schema is worse than none; SQLite too can undo tables."""

    def fail() -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(migrate, "uuid7", fail)
    with pytest.raises(ZeroDivisionError):
        migrate.upgrade(empty_url)
    assert migrate.current(empty_url) is None
    monkeypatch.undo()
    migrate.upgrade(empty_url)
    migrate.check(empty_url)


@pytest.mark.postgresql
def test_several_processes_may_migrate_at_once(postgresql_server: postgres.Server) -> None:
    """Containers start together; one does it, the others find it done."""
    url = postgresql_server.url(postgresql_server.create())
    together = threading.Barrier(4)

    def work() -> None:
        together.wait(30)
        migrate.upgrade(url)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result()
    migrate.check(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert len(connection.execute(meta.select()).all()) == 1
        assert len(connection.execute(feed_head.select()).all()) == 1
    engine.dispose()


def test_a_folder_with_a_percent_sign_is_no_trouble(tmp_path: Path) -> None:
    """Alembic reads settings through a parser that knows %."""
    folder = tmp_path / "100%s"
    folder.mkdir()
    migrate.upgrade(f"sqlite:///{folder}/hub.db")
    migrate.check(f"sqlite:///{folder}/hub.db")


def test_a_lost_counter_is_said_and_not_worked_around(sqlite_url: str) -> None:
    """A feed that starts again at one would hide changes from every kiosk."""
    database = open_database(sqlite_url)
    with database.writer.begin() as connection:
        connection.execute(delete(feed_head))
        connection.execute(update(meta).values(value="x"))
    database.close()
    store = open_store(sqlite_url)
    with pytest.raises(RuntimeError, match="counter is missing"), store.write() as tx:
        tx.feed.touch([("guest", "a")])
    store.close()
