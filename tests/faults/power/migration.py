"""The hub's migrations under trial: on an empty file, and on a database of the oldest schema with guests in it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from alembic import command

from hub.store import migrate
from hub.store.engine import open_database
from hub.store.sql import SqlStore
from hub.store.tables import metadata
from tests.faults.power.disk import Files
from tests.faults.power.hub import FILE, check, fill, open_raw, recording, state_of, url_of
from tests.faults.power.recording import Recorder
from tests.faults.power.trial import Damaged, Session, Step, lay_out

OLD = "0001"
_NOT_YET_IN_OLD = {"signing_keys"}


def old_files(scratch: Path) -> Files:
    """Make a database of the oldest schema with the same in it."""
    with TemporaryDirectory(dir=scratch) as name:
        database = open_database(url_of(Path(name)), create=True)
        with database.writer.begin() as connection:
            command.upgrade(migrate._config(connection), OLD)
            connection.exec_driver_sql("INSERT INTO meta (key, value) VALUES ('incarnation', 'first')")
        store = SqlStore(database)
        fill(store)
        store.close()
        return {FILE: (Path(name) / FILE).read_bytes()}


class Migration:
    """Fills ``Subject`` for ``python -m hub migrate``, on an empty file or on one of the oldest schema.

    What counts as one state: everything that the old schema holds, whichever of the two versions it stands in; the
    schema itself is checked apart. After every tenth cut the migration is run again and must end in the newest schema.
    """

    def __init__(self, scratch: Path, *, rewrite: Callable[[str], str] = str) -> None:
        """Keep a folder to work in while recording; ``rewrite`` is the seeded mutant."""
        self._scratch = scratch
        self._rewrite = rewrite

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
            migrate.upgrade(url_of(folder))
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
            wanted = set(metadata.tables) - (_NOT_YET_IN_OLD if revision == OLD else set())
            if wanted != tables - {"alembic_version"}:
                raise Damaged(f"schema {revision} has not its tables: {wanted ^ tables}")
            return revision, f"{revision} {state_of(connection.execute, _NOT_YET_IN_OLD)}"
        except sqlite3.Error as problem:
            raise Damaged(repr(problem)) from problem
        finally:
            connection.close()
