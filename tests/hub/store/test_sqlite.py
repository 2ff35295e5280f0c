import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from hub.domain.errors import HubError
from hub.store import sqlite
from hub.store.engine import open_database
from hub.store.errors import AlreadyOpen, CannotOpen
from hub.store.sql import SqlStore, open_store

OPEN_AND_STAY = """
import sys
from hub.domain.errors import HubError
from hub.store.sql import open_store
try:
    store = open_store(sys.argv[1])
except HubError as problem:
    print(problem.code, problem, flush=True)
else:
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqlStore]:
    """Open a store on SQLite."""
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("busy_timeout", 5_000),
        ("mmap_size", 0),
        ("secure_delete", 1),
    ],
)
def test_the_very_connection_that_writes_is_set_for_durability(store: SqlStore, setting: str, value: object) -> None:
    """NORMAL loses acknowledged commits on a power cut; settings belong to a connection, not to the file."""
    for transaction in (store.write(), store.read()):
        with transaction as tx:
            assert tx._work.driver.execute(f"PRAGMA {setting}").fetchone()[0] == value


def test_a_reopened_connection_is_set_up_the_same(store: SqlStore) -> None:
    """After an error the connection is made anew; what was begun on the old one is not taken for kept."""
    with pytest.raises(ProgrammingError, match="closed"), store.write() as tx:
        tx._work.connection.invalidate()
    with store.write() as tx:
        assert tx._work.driver.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_readers_and_writers_of_a_process_have_one_connection(store: SqlStore) -> None:
    """With this SQLite two connections could damage the file."""
    seen = set()
    for transaction in (store.write(), store.read(), store.write()):
        with transaction as tx:
            seen.add(id(tx._work.driver))
    assert len(seen) == 1


def test_a_write_takes_the_lock_at_its_start(store: SqlStore, sqlite_url: str) -> None:
    """A deferred BEGIN could find, halfway, that somebody else has written."""
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    with store.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    with store.read():
        other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.parametrize(
    ("version", "bad"),
    [((3, 7, 0), True), ((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 54), False)],
)
def test_versions_before_3_51_3_have_the_bug(version: tuple[int, ...], *, bad: bool) -> None:
    """sqlite.org/wal.html, "the WAL-reset bug"."""
    assert sqlite.affected(version) is bad


def _start(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OPEN_AND_STAY, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def affected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat this SQLite as one with the bug, whatever it is."""
    monkeypatch.setattr("hub.store.sqlite.FIXED", (99,))


@pytest.mark.skipif(not sqlite.affected(sqlite3.sqlite_version_info), reason="this SQLite lets several processes in")
def test_a_second_process_is_told_to_stop_the_first(store: SqlStore, sqlite_url: str) -> None:
    """Two processes at one file could damage it with this SQLite."""
    with store.write() as tx:
        tx.feed.touch([("guest", "a")])
    process = _start(sqlite_url)
    said, _ = process.communicate(timeout=60)
    assert said.startswith("already_open the hub already has this database open (hub.db): stop it first")
    assert "PostgreSQL" in said


@pytest.mark.usefixtures("affected")
def test_the_same_file_under_another_name_is_the_same_database(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link or a relative path must not get around the lock."""
    first = open_store(sqlite_url)
    (tmp_path / "link.db").symlink_to("hub.db")
    monkeypatch.chdir(tmp_path)
    for address in (sqlite_url, f"sqlite:///{tmp_path}/link.db", "sqlite:///hub.db"):
        with pytest.raises(AlreadyOpen):
            open_store(address)
    first.close()
    open_store(sqlite_url).close()


@pytest.mark.skipif(not sqlite.affected(sqlite3.sqlite_version_info), reason="this SQLite lets several processes in")
def test_a_killed_process_leaves_the_database_free(sqlite_url: str) -> None:
    """After a crash the hub must start at once, not after somebody removed a file."""
    process = _start(sqlite_url)
    assert _first_line(process) == "open"
    with pytest.raises(AlreadyOpen):
        open_store(sqlite_url)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    open_store(sqlite_url).close()


def test_a_fixed_sqlite_needs_no_lock(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then a second process may look in."""
    monkeypatch.setattr("hub.store.sqlite.FIXED", (0,))
    first, second = open_store(sqlite_url), open_store(sqlite_url)
    first.close()
    second.close()


def test_a_new_database_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """It holds guests' names and numbers; so do the files beside it."""
    database = open_database(f"sqlite:///{tmp_path}/new.db", create=True)
    with database.writer.begin() as connection:
        connection.execute(text("CREATE TABLE t (a)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    database.close()
    assert {"new.db", "new.db-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory_is_refused(address: str) -> None:
    """It forgets."""
    with pytest.raises(CannotOpen, match="in a file"):
        open_database(address, create=True)


def test_a_place_without_write_ahead_log_is_refused(tmp_path: Path) -> None:
    """As on some network disks; a file from another tool in another mode cannot be switched while it is in use."""
    path = tmp_path / "busy.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE t (a)")
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN IMMEDIATE")
    database = open_database(f"sqlite:///{path}")
    try:
        with pytest.raises(Exception, match=r"locked|write-ahead log"), database.writer.connect():
            pass
    finally:
        database.close()
        other.close()


@pytest.mark.parametrize("where", ["nowhere/hub.db", "file/hub.db"])
def test_a_place_that_cannot_be_is_named(tmp_path: Path, where: str) -> None:
    """With what to do, before anything else is tried."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotOpen, match=r"nowhere|file"):
        open_database(f"sqlite:///{tmp_path}/{where}", create=True)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """Somebody points the hub at the guest list."""
    path = tmp_path / "guests.csv"
    path.write_text("name,company\n" * 200)
    with pytest.raises(HubError, match=r"guests\.csv"):
        open_store(f"sqlite:///{path}")
