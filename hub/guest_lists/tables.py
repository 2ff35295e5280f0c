"""From the bytes of a file to rows of text cells, whichever kind of file it is."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from hub.domain.errors import InvalidInput
from hub.guest_lists.encodings import decode
from hub.guest_lists.workbooks import workbook_rows

MOST_BYTES = 64 * 1024 * 1024
"""A larger file is not looked at; 100,000 guests take about 15 MB."""

LONGEST_CELL = 131_072
"""Characters. More means a quotation mark that never ends."""

_DELIMITERS = ",;\t"
_LINES_FOR_GUESS = 20
_XLSX, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of cells and the line it begins on, counted from 1 as an editor or spreadsheet shows it."""

    number: int
    cells: tuple[str, ...]


def lines(data: bytes) -> Iterator[Line]:
    """Read the rows that are not empty. The content decides what it is, not the name.

    Raises InvalidInput when the file is nothing that can be read; rows read before it stay usable to the caller.
    """
    if len(data) > MOST_BYTES:
        raise InvalidInput("file", f"is larger than {MOST_BYTES >> 20} MB", "split the list")
    for magic, problem in ((_OLD_EXCEL, "is an old Excel workbook (.xls)"), (_PDF, "is a PDF")):
        if data.startswith(magic):
            raise InvalidInput("file", problem, "save it as .xlsx or as CSV UTF-8")
    rows = workbook_rows(data) if data.startswith(_XLSX) else _text_rows(decode(data))
    for number, cells in rows:
        if any(cell and not cell.isspace() for cell in cells):
            yield Line(number, cells)


def _text_rows(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    begins = 1
    try:
        for cells in reader:
            yield begins, tuple(cells)
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise InvalidInput(
            "file",
            f"cannot be read on from line {begins}: {problem}",
            'look for a quotation mark (") that is not closed',
        ) from problem


def _delimiter(text: str) -> str:
    """Take the sign that splits most of the first lines; the comma where none does."""
    head = text.split("\n", _LINES_FOR_GUESS)[:_LINES_FOR_GUESS]
    return max(_DELIMITERS, key=lambda sign: sum(sign in line for line in head))
