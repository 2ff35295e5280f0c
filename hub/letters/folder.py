"""Where letters are written: a folder that only its owner may look into, because every code opens a door."""

import csv
import io
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from hub.domain.errors import InvalidInput

INDEX = "index.csv"
SHEET = "sheet.html"
LETTERS, SYMBOLS, CALENDARS = "letters", "qr", "calendar"
FOLDER_MODE, FILE_MODE = 0o700, 0o600

_PARTS = frozenset({INDEX, SHEET, LETTERS, SYMBOLS, CALENDARS})
_OURS = re.compile(r"g?\d{4,}-[0-9a-f]{8}\.(html|svg|png|ics)")
_FORMULA_SIGNS = tuple("=+-@\t\r＝＋－＠")


class LetterFolder:
    """One meeting's letters on disk. A second run replaces what the first one wrote, and nothing else."""

    def __init__(self, path: Path) -> None:
        """Keep the path; ``open`` makes it."""
        self._path = path
        self._written: set[Path] = set()

    def open(self) -> None:
        """Make the folder, or take an empty one or one of ours. Raises InvalidInput for any other."""
        try:
            self._take()
        except OSError as problem:
            raise InvalidInput(
                "--out", f"{self._path} cannot be used: {problem.strerror}", "name a folder that you may write"
            ) from problem

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write one file, readable for its owner only."""
        path = self._path / folder / name
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, FILE_MODE), "wb") as file:
            os.fchmod(file.fileno(), FILE_MODE)
            file.write(content)
        self._written.add(path)

    def write_index(self, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """Write the operator's list. A cell that a spreadsheet would take for a formula gets a quotation mark."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
        self.write("", INDEX, out.getvalue().encode("utf-8-sig"))

    def sweep(self) -> int:
        """Delete letters of an earlier run that this one did not write again; return how many files."""
        stale = [
            path
            for folder in (LETTERS, SYMBOLS, CALENDARS)
            for path in (self._path / folder).iterdir()
            if path not in self._written and _OURS.fullmatch(path.name)
        ]
        for path in stale:
            path.unlink()
        return len(stale)

    def _take(self) -> None:
        self._path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if any(entry.name not in _PARTS for entry in self._path.iterdir()):
            raise InvalidInput("--out", f"{self._path} holds other files", "name an empty or a new folder")
        if stat.S_IMODE(self._path.stat().st_mode) != FOLDER_MODE:
            self._path.chmod(FOLDER_MODE)
        for name in (LETTERS, SYMBOLS, CALENDARS):
            (self._path / name).mkdir(mode=FOLDER_MODE, exist_ok=True)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell
