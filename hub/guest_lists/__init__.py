"""Guest lists as people send them: CSV in any usual encoding, or the first sheet of an XLSX workbook."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.domain.errors import InvalidInput
from hub.guest_lists.columns import Column, Header, header, names_guests, no_header
from hub.guest_lists.reading import seek_header, unused
from hub.guest_lists.rows import RowReader, given_fields
from hub.guest_lists.tables import Line, lines
from hub.usecases.findings import Finding
from hub.usecases.guest_rows import GuestRow

MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class GuestList:
    """What a list says: its usable rows, all that is wrong with the others, and how many rows there are.

    ``labels`` are the list's own words for the fields that an import may still find fault with.
    """

    rows: tuple[GuestRow, ...]
    findings: tuple[Finding, ...]
    total: int
    labels: dict[str, str]


def read(data: bytes, on_row: Callable[[int], None] | None = None) -> GuestList:
    """Read a list; ``on_row`` is told each line's number. Raises InvalidInput when the file as a whole is unusable."""
    found = lines(data)
    head, rest = _header(found)
    given = given_fields(head)
    findings = [unused(name) for name in head.unused]
    rows: list[GuestRow] = []
    total = 0
    for total, line in enumerate(rest, start=1):
        if total > MOST_ROWS:
            raise InvalidInput("file", f"has more than {MOST_ROWS:,} rows", "split the list")
        if on_row:
            on_row(line.number)
        reader = RowReader(line, head, given)
        row = reader.read()
        rows += [row] if row else []
        findings += reader.findings
    if not total:
        raise InvalidInput("file", "has a header and no guests", "add a row for each guest")
    labels = {"seat": head.label(Column.SEAT), "code": head.label(Column.CODE), "name": head.label(Column.NAME)}
    return GuestList(tuple(rows), tuple(findings), total, labels | {"id": head.label(Column.ID)})


def _header(found: Iterator[Line]) -> tuple[Header[Column], Iterator[Line]]:
    head, rest = seek_header(found, names_guests)
    if not names_guests(head.cells):
        raise no_header(head.cells)
    return header(head.cells), rest
