"""The hub's migrations under trial: on an empty file, and on a database of the oldest schema with guests in it."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hub.domain.errors import HubError
from hub.store import migrate
from hub.store.engine import open_database
from hub.store.sql import open_store
from hub.store.tables import metadata
from tests.faults.power.disk import Files
from tests.faults.power.hub import FILE, check, fill, open_raw, recording, state_of, url_of
from tests.faults.power.recording import Recorder
from tests.faults.power.trial import Damaged, Session, Step, lay_out

OLD = "0001"
Columns = Mapping[str, Sequence[str]]


def old_files(scratch: Path) -> Files:
    """Make a database of the oldest schema, with as much as it can hold of what a new one has in it."""
    with TemporaryDirectory(dir=scratch) as name, TemporaryDirectory(dir=scratch) as newer:
        migrate.upgrade(url_of(Path(newer)))
        store = open_store(url_of(Path(newer)))
        fill(store)
        store.close()
        _make_empty(Path(name))
        connection = sqlite3.connect(Path(name) / FILE, isolation_level=None)
        connection.execute("ATTACH ? AS newer", [str(Path(newer) / FILE)])
        connection.execute("BEGIN")
        for table, columns in old_columns(connection).items():
            listed = ", ".join(f'"{column}"' for column in columns)
            connection.execute(f'DELETE FROM main."{table}"')  # noqa: S608 - names of our own
            connection.execute(f'INSERT INTO main."{table}" ({listed}) SELECT {listed} FROM newer."{table}"')  # noqa: S608 - same
        connection.execute("COMMIT")
        connection.close()
        return {FILE: (Path(name) / FILE).read_bytes()}


def old_columns(connection: sqlite3.Connection) -> Columns:
    """Return the columns of each table of a database, Alembic's own left out."""
    tables = [name for (name,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
    return {
        table: [column[1] for column in connection.execute(f'PRAGMA main.table_info("{table}")')]
        for table in tables
        if table != "alembic_version"
    }


def _make_empty(folder: Path) -> None:
    database = open_database(url_of(folder), create=True)
    with database.writer.begin() as connection:
        migrate._run_migrations(connection, OLD)
    database.close()


class Migration:
    """Fills ``Subject`` for ``python -m hub migrate``, on an empty file or on one of the oldest schema.

    What counts as one state: everything that the old schema holds, whichever of the two versions it stands in; the
    schema itself is checked apart. After every tenth cut the migration is run again and must end in the newest schema.
    """

    def __init__(self, scratch: Path, *, rewrite: Callable[[str], str] = str) -> None:
        """Keep a folder to work in while recording; ``rewrite`` is the seeded mutant."""
        self._scratch = scratch
        self._rewrite = rewrite
        with TemporaryDirectory(dir=scratch) as name:
            _make_empty(Path(name))
            connection = sqlite3.connect(Path(name) / FILE)
            self._old = old_columns(connection)
            connection.close()

    def record(self, start: Files, chance: Random) -> Session:
        """Migrate once."""
        with TemporaryDirectory(dir=self._scratch) as name:
            folder = Path(name)
            lay_out(folder, start)
            before = self.reopen(folder, chance)
            lay_out(folder, start)
            recorder = Recorder(start)
            with recording(recorder, self._rewrite):
                migrate.upgrade(url_of(folder))
                done_at = len(recorder.operations)
            state = self.reopen(folder, chance)
        return Session(start, before, recorder.operations, [Step("migrate", done_at, state)])

    def reopen(self, folder: Path, chance: Random) -> str:
        """Look which schema there is, and whether all of it is; sometimes migrate again."""
        revision, state = self._look(folder)
        if chance.random() < 0.1 and revision != migrate.head():
            try:
                migrate.upgrade(url_of(folder))
            except HubError as problem:
                raise Damaged(f"migrating again from {revision} failed: {problem}") from problem
            again, found = self._look(folder)
            if again != migrate.head() or (revision == OLD and found.partition(" ")[2] != state.partition(" ")[2]):
                raise Damaged(f"migrating again led from {revision} {state} to {again} {found}")
        return state

    def _look(self, folder: Path) -> tuple[str | None, str]:
        connection = open_raw(folder)
        try:
            check(connection)
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables - {"alembic_version"}:
                return None, "empty"
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("none",)
            wanted = set(self._old if revision == OLD else metadata.tables)
            if wanted != tables - {"alembic_version"}:
                raise Damaged(f"schema {revision} has not its tables: {wanted ^ tables}")
            return revision, f"{revision} {state_of(connection.execute, self._old)}"
        except sqlite3.Error as problem:
            raise Damaged(repr(problem)) from problem
        finally:
            connection.close()
