import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.messages import CheckInEvent
from devices.ids import uuid7
from kiosk import salvage, schema
from kiosk.database import Database
from kiosk.outbox import Outbox
from kiosk.roster import Roster
from tests.kiosk.cards import MORNING, usual_page
from tests.kiosk.events import event

BOOT = uuid7()
FIRST_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE events (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, boot TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL,
    lookup TEXT NOT NULL, admits INTEGER NOT NULL, payload BLOB NOT NULL, answered_at TEXT, round_trip_ms INTEGER,
    UNIQUE (boot, seq)
);
CREATE INDEX events_waiting ON events (place) WHERE answered_at IS NULL;
CREATE INDEX events_arrivals ON events (lookup) WHERE admits = 1;
CREATE TABLE roster (
    kind TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
"""
"""The tables of the first release, as they stand on kiosks in the field."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a database."""
    return tmp_path / "kiosk.sqlite3"


@pytest.fixture
def open_database(path: Path) -> Iterator[Callable[[], Database]]:
    """Give a function that opens the database, again and again."""
    opened: list[Database] = []

    def open_it() -> Database:
        for earlier in opened:
            earlier.close()
        opened.append(Database(path))
        opened[-1].open()
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()


def filled(database: Database, count: int) -> list[CheckInEvent]:
    """Record some events."""
    outbox = Outbox(database, BOOT)
    return [outbox.record(partial(event, boot=BOOT)) for _ in range(count)]


def test_a_file_of_the_first_release_is_brought_up_to_date_in_place(
    path: Path, open_database: Callable[[], Database]
) -> None:
    """Its events wait as before, and the new columns are there; a second opening changes nothing more."""
    old = sqlite3.connect(path)
    old.executescript(FIRST_SCHEMA)
    kept = event(1, BOOT)
    old.execute(
        "INSERT INTO events (id, boot, seq, at, lookup, admits, payload) VALUES (?, ?, 1, ?, ?, 1, ?)",
        (kept.id, BOOT, codec.format_time(kept.ts), kept.lookup, codec.encode(kept)),
    )
    old.execute("INSERT INTO roster VALUES ('guest', 'a', 3, 'sealed')")
    old.commit()
    old.close()
    for _ in range(2):
        database = open_database()
        outbox = Outbox(database, BOOT)
        assert [one.id for one in outbox.waiting(9)] == [kept.id]
        assert outbox.seats_given("launch") == frozenset()
        assert Roster(database).fingerprint() == "1-3"
        with database.read() as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    assert outbox.record(partial(event, boot=BOOT)).seq == 2


def test_a_file_of_a_later_release_is_used_as_it_is(path: Path, open_database: Callable[[], Database]) -> None:
    """A kiosk that went back to the release before still serves: steps only add."""
    filled(open_database(), 1)
    with open_database().write() as connection:
        connection.execute("PRAGMA user_version = 99")
    database = open_database()
    filled(database, 1)
    with database.read() as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)
    assert not database.damaged
    assert path.exists()


class Failing:
    """A connection whose next commit fails as a dying disk makes it fail."""

    def __init__(self, real: sqlite3.Connection, code: int) -> None:
        self._real = real
        self._code = code
        self.used_after = 0
        self.failed = False

    def execute(self, sql: str, *values: Any) -> object:  # noqa: ANN401 - what SQLite takes
        """Fail at COMMIT; count what is asked of it afterwards."""
        self.used_after += self.failed
        if sql == "COMMIT":
            self.failed = True
            problem = sqlite3.OperationalError("disk I/O error")
            problem.sqlite_errorcode = self._code
            raise problem
        return self._real.execute(sql, *values)

    def close(self) -> None:
        """Close the real one."""
        self._real.close()


def test_a_connection_that_failed_to_commit_is_never_used_again(open_database: Callable[[], Database]) -> None:
    """After a failed fsync only what the disk says counts (fault 19): the next use opens the file anew."""
    database = open_database()
    filled(database, 1)
    real = database._connection
    assert real is not None
    failing = Failing(real, sqlite3.SQLITE_IOERR_FSYNC)
    database._connection = failing  # type: ignore[assignment]  # it stands in for a connection on a dying disk
    generation = database.generation
    with pytest.raises(sqlite3.OperationalError):
        filled(database, 1)
    assert failing.failed
    assert failing.used_after == 0
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        real.execute("SELECT 1")
    assert [one.seq for one in filled(database, 2)] == [2, 3]
    assert database.generation == generation + 1


@pytest.mark.parametrize("where", ["header", "middle", "end"])
def test_a_damaged_file_is_moved_aside_and_its_events_are_saved(
    path: Path, open_database: Callable[[], Database], where: str
) -> None:
    """Most unanswered events are read out of the ruins, and the roster is fetched anew (fault 20)."""
    database = open_database()
    events = filled(database, 300)
    Roster(database).apply(usual_page())
    Outbox(database, BOOT).settle({events[0].id: None}, MORNING)
    database.close()
    size = path.stat().st_size
    start = {"header": 0, "middle": size // 2 // 4096 * 4096, "end": size - 8192}[where]
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * (100 if where == "header" else 4096))
    database = open_database()
    assert database.damaged
    (aside,) = salvage.damaged_files(path)
    assert re.fullmatch(r"kiosk\.sqlite3\.damaged-\d{8}T\d{6}Z", aside.name)
    assert Roster(database).cursor() == 0
    waiting = {one.id for one in Outbox(database, BOOT).waiting(999)}
    assert waiting <= {one.id for one in events}
    if where != "header":
        assert len(waiting) > 200
    assert filled(database, 1)
    aside.unlink()
    assert not open_database().damaged


def test_damage_found_while_running_is_repaired_at_the_next_use(
    path: Path, open_database: Callable[[], Database]
) -> None:
    """The scan that meets it goes to a person; the one after it is kept."""
    database = open_database()
    filled(database, 300)
    with database.read() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))
    with database.read() as connection:
        connection.execute("PRAGMA cache_size = 0")
        connection.execute("PRAGMA shrink_memory")
    with pytest.raises(sqlite3.DatabaseError):
        filled(database, 1)
    assert filled(database, 1)
    assert database.damaged


def test_only_the_newest_damaged_files_are_kept(path: Path, open_database: Callable[[], Database]) -> None:
    """A disk that breaks every night does not fill itself up."""
    for _ in range(salvage.KEPT + 2):
        open_database().close()
        path.write_bytes(b"no database at all, but long enough to be looked at" * 100)
        open_database()
    assert len(salvage.damaged_files(path)) == salvage.KEPT


@pytest.mark.parametrize("left", [0, 40, 5_000])
def test_a_cut_log_opens_and_keeps_what_is_whole(
    tmp_path: Path, open_database: Callable[[], Database], left: int
) -> None:
    """A power cut in the middle of a write leaves a prefix of the log (fault 21)."""
    database = open_database()
    events = filled(database, 20)
    for name in ("kiosk.sqlite3", "kiosk.sqlite3-wal"):
        shutil.copy(tmp_path / name, tmp_path / f"cut-{name}")
    database.close()
    cut = tmp_path / "cut-kiosk.sqlite3"
    log = tmp_path / "cut-kiosk.sqlite3-wal"
    log.write_bytes(log.read_bytes()[: left or None] if left else b"")
    reopened = Database(cut)
    reopened.open()
    waiting = [one.id for one in Outbox(reopened, BOOT).waiting(99)]
    assert waiting == [one.id for one in events][: len(waiting)]
    assert not reopened.damaged
    assert filled(reopened, 1)
    reopened.close()


_SYNCS = """
import sys
from pathlib import Path
from typing import Any
from devices.contract.messages import *
from devices.ids import uuid7
from kiosk.database import Database
from kiosk.outbox import Outbox
from kiosk.roster import Roster
from tests.kiosk.cards import MORNING, guest_item, page, usual_page
from tests.kiosk.events import event
boot = uuid7()
database = Database(Path(sys.argv[1]))
database.open()
outbox, roster = Outbox(database, boot), Roster(database)
roster.apply(usual_page())
print("BEGIN", file=sys.stderr, flush=True)
for number in range(50):
    kept = outbox.record(lambda seq: event(seq, boot))
    outbox.settle({kept.id: 1}, MORNING)
    roster.apply(page(guest_item(4 + number), cursor=3 + number))
print("IDLE", file=sys.stderr, flush=True)
for _ in range(20):
    outbox.backlog(), outbox.runs(), outbox.filling(), roster.fingerprint()
    roster.apply(page(cursor=roster.cursor()))
    outbox.keep_room()
    outbox.prune(MORNING)
print("END", file=sys.stderr, flush=True)
"""


def test_the_disk_is_made_to_wait_once_for_each_check_in_and_never_while_idle(tmp_path: Path) -> None:
    """Cards wear out by syncs (fault 24): the kernel's own count, with answer and roster page for each check-in."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: the syncs cannot be counted")
    traced = subprocess.run(
        [
            strace,
            "-f",
            "-e",
            "trace=fsync,fdatasync,write",
            "-s",
            "40",
            sys.executable,
            "-c",
            _SYNCS,
            tmp_path / "k.db",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    ).stderr
    _, _, rest = traced.partition('"BEGIN')
    scans, _, rest = rest.partition('"IDLE')
    idle, _, _ = rest.partition('"END')
    syncs = [len(re.findall(r"f(?:data)?sync\(", part)) for part in (scans, idle)]
    assert 50 <= syncs[0] <= 50 + 3  # and one checkpoint of the log
    assert syncs[1] == 0


def test_a_file_that_is_damaged_all_over_keeps_no_guest_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may name any number as its last and fail at every row: salvaging gives up in time, with what is whole."""
    monkeypatch.setattr(salvage, "_last_place", lambda _: 1 << 60)
    monkeypatch.setattr(salvage, "_FARTHEST", 5_000)
    monkeypatch.setattr(salvage, "_MOST_FAILURES", 50)
    asked = 0

    class Broken:
        """Reads no stretch that reaches past place 3,000."""

        def execute(self, _: str, stretch: tuple[int, int] = (0, 0)) -> sqlite3.Cursor:
            """Fail, or find one row."""
            nonlocal asked
            asked += 1
            if stretch[1] > 3_000:
                raise sqlite3.DatabaseError("database disk image is malformed")
            return sqlite3.connect(":memory:").execute("SELECT 1, 2, 3")

    rows = list(salvage._rows(Broken()))  # type: ignore[arg-type]
    assert len(rows) == 3
    assert asked < 120
