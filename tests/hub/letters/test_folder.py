"""Codes on disk are for their owner's eyes only, and a folder of somebody else's is left alone."""

import csv
import stat
from pathlib import Path

import pytest

from hub.domain.errors import InvalidInput
from hub.letters.folder import LetterFolder


def mode(path: Path) -> int:
    """Return a path's rights."""
    return stat.S_IMODE(path.stat().st_mode)


def opened(path: Path) -> LetterFolder:
    """Open a folder."""
    folder = LetterFolder(path)
    folder.open()
    return folder


def test_folders_and_files_are_private(tmp_path: Path) -> None:
    """Whatever the umask, and also where the folder was there before."""
    loose = tmp_path / "deep" / "out"
    loose.mkdir(parents=True)
    loose.chmod(0o755)
    folder = opened(loose)
    folder.write("qr", "0001-0193a000.svg", b"x")
    folder.write_index(("file",), [("a",)])
    assert {mode(path) for path in (loose, loose / "qr", loose / "letters", loose / "calendar")} == {0o700}
    assert {mode(path) for path in loose.rglob("*") if path.is_file()} == {0o600}


def test_a_folder_with_other_files_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    """A home, for example."""
    tmp_path.chmod(0o755)
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="holds other files"):
        opened(tmp_path)
    assert mode(tmp_path) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    """With its reason."""
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(InvalidInput, match="cannot be used"):
        opened(file)


def test_a_second_run_replaces_what_the_first_wrote_and_nothing_else(tmp_path: Path) -> None:
    """Letters of guests who are gone go too; a note somebody put there stays."""
    first = opened(tmp_path)
    for name in ("0001-0193a000.html", "0002-0193a001.html"):
        first.write("letters", name, b"old")
    (tmp_path / "letters" / "note.txt").write_text("mine")
    second = opened(tmp_path)
    second.write("letters", "0001-0193a000.html", b"new")
    assert second.sweep() == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "letters").iterdir()} == {
        "0001-0193a000.html": b"new",
        "note.txt": b"mine",
    }


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    """Codes would land elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    folder = opened(tmp_path / "out")
    (tmp_path / "out" / "qr" / "0001-0193a000.svg").symlink_to(elsewhere)
    with pytest.raises(OSError, match="symbolic"):
        folder.write("qr", "0001-0193a000.svg", b"x")
    assert not elsewhere.exists()


def test_the_index_opens_in_a_spreadsheet_and_runs_nothing(tmp_path: Path) -> None:
    """UTF-8 with its mark; a cell that looks like a formula is text."""
    opened(tmp_path).write_index(("file", "name"), [("0001-0193a000", "=cmd|x"), ("0002-0193a001", "欧阳娜")])
    data = (tmp_path / "index.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(data.decode("utf-8-sig").splitlines()))[1:] == [
        ["0001-0193a000", "'=cmd|x"],
        ["0002-0193a001", "欧阳娜"],
    ]
