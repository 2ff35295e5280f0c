"""The first sheet of an XLSX workbook as text cells. Nothing is evaluated: a formula comes out as its own text."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from hub.domain.errors import InvalidInput

MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes that a workbook may have once unpacked; an archive cannot give more than it declares."""
MOST_PARTS = 2_000
MOST_COLUMNS = 200
MOST_LINES = 1_048_576
"""Excel's own limit of rows."""

_UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ArithmeticError,
    struct.error,
    zlib.error,
)
"""What openpyxl and zipfile are known to raise on damaged, encrypted or hostile workbooks."""


def workbook_rows(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield line numbers and cells of the first sheet. Raises InvalidInput when the workbook cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and dates that no guest list needs
            yield from _rows(data)
    except InvalidInput:
        raise
    except _UNREADABLE as problem:
        detail = f"{type(problem).__name__}: {str(problem)[:200]}"
        raise InvalidInput(
            "file",
            f"is no readable XLSX workbook ({detail})",
            "open it in Excel and save it again, or save it as CSV UTF-8",
        ) from problem


def _rows(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    _check_size(data)
    # Not data_only: a formula must be seen to be refused, and its stored result may be anything.
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the declared size may be a lie
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > MOST_LINES:
                raise InvalidInput("file", f"has more than {MOST_LINES} lines", "delete the empty lines at its end")
            if len(row) > MOST_COLUMNS:
                raise InvalidInput(
                    "file", f"has more than {MOST_COLUMNS} columns in line {number}", "keep only the guests' columns"
                )
            yield number, tuple(_text(value) for value in row)
    finally:
        book.close()


def _check_size(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise InvalidInput(
            "file",
            f"would unpack to {unpacked >> 20} MB in {len(parts)} parts; {MOST_UNPACKED >> 20} MB are the limit",
            "save only the list, without pictures and other sheets",
        )


def _text(value: object) -> str:
    """Write a cell as a person reads it: whole numbers without a point, so that a telephone number stays one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return str(value)
    return f"={getattr(value, 'text', '') or ''}"  # array and data-table formulas are objects
