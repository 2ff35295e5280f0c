from pathlib import Path
from random import Random

import apsw
import pytest

from tests.faults.power.disk import SECTOR, Disk, Link, Operation, Sync, SyncFolder, Truncate, Write
from tests.faults.power.recording import Recorder

OLD, NEW = b"o" * 4 * SECTOR, b"n" * 4 * SECTOR


def found(*operations: Operation, times: int = 300) -> list[dict[str, bytes]]:
    """Cut a disk with one old file so many times after these operations."""
    disk = Disk({"a": OLD})
    for operation in operations:
        disk.take(operation)
    return [disk.cut(Random(seed)) for seed in range(times)]


def test_what_was_synced_is_always_there() -> None:
    """Else SQLite could promise nothing."""
    assert all(files == {"a": NEW} for files in found(Write(0, 0, NEW), Sync(0)))


def test_what_was_not_synced_is_kept_lost_or_torn_by_sectors() -> None:
    """All three come about."""
    contents = [files["a"] for files in found(Write(0, 0, NEW))]
    assert {OLD, NEW} <= set(contents)
    mixed = [content for content in contents if content not in {OLD, NEW}]
    assert any(set(content) == set(b"on") for content in mixed)
    assert all(len(content) == len(OLD) for content in mixed)


def test_a_torn_write_touches_nothing_beside_it() -> None:
    """SQLite counts on that (powersafe overwrite)."""
    for files in found(Write(0, 100, b"n" * 1_000)):
        assert files["a"][:100] + files["a"][1_100:] == b"o" * (len(OLD) - 1_000)


def test_of_two_files_one_may_be_written_and_the_other_not() -> None:
    """A disk keeps no order that nobody asked for."""
    operations = (Link("b", 1), SyncFolder(), Sync(1), Write(0, 0, NEW), Write(1, 0, NEW))
    pairs = {(files["a"] == NEW, files["b"] == NEW) for files in found(*operations)}
    assert pairs == {(False, False), (True, False), (False, True), (True, True)}


def test_a_name_is_made_or_deleted_for_certain_only_with_the_folder() -> None:
    """As on ext4."""
    assert {"a" in files for files in found(Link("a", None))} == {True, False}
    assert {"a" in files for files in found(Link("a", None), SyncFolder())} == {False}
    assert {"b" in files for files in found(Link("b", 1))} == {True, False}


def test_a_truncation_may_be_lost_too() -> None:
    """Until the file is synced."""
    assert {len(files["a"]) for files in found(Truncate(0, 512))} == {512, len(OLD)}
    assert {len(files["a"]) for files in found(Truncate(0, 512), Sync(0))} == {512}


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_nothing_that_sqlite_writes_escapes_the_recorder(tmp_path: Path, mode: str) -> None:
    """Played back without a cut, the list of operations gives the very files, byte for byte."""
    recorder = Recorder({})
    connection = apsw.Connection(str(tmp_path / "a.db"), vfs=recorder.name)
    connection.execute(f"PRAGMA journal_mode={mode}; PRAGMA wal_autocheckpoint=20; CREATE TABLE t (a)").fetchall()
    for number in range(60):
        connection.execute("INSERT INTO t VALUES (randomblob(?))", (number * 300,))
        connection.execute("DELETE FROM t WHERE rowid % 7 = 0")
    connection.execute("VACUUM")
    disk = Disk({})
    for operation in recorder.operations:
        disk.take(operation)
    there = {path.name: path.read_bytes() for path in tmp_path.iterdir() if not path.name.endswith("-shm")}
    assert disk.uncut() == there
    connection.close()
    recorder.unregister()
