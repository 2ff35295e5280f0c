"""Small helpers for tests that import files: who acts, and files in memory."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from itertools import count

import openpyxl

from hub.demo import demo_files
from hub.domain.meetings import Meeting
from hub.guest_lists import GuestList, read
from hub.ports import Store
from hub.usecases import import_guests, import_venue
from hub.usecases.acting import Acting
from hub.usecases.guest_rows import GuestRow
from hub.usecases.venue_plan import known_house
from hub.venue_files import load
from tests.hub.build import T0

SITE_KEY = b"s" * 32


def acting(seed: int = 0) -> Acting:
    """Return an actor with ids and random bits that can be foretold: ids end in a running number."""
    numbers = count(seed * 1_000_000 + 1)
    return Acting(
        actor="tester",
        at=T0,
        ids=lambda: f"0193a000-0000-7000-8000-{next(numbers):012x}",
        bits=lambda size: (next(numbers) * 0x9E3779B97F4A7C15F39CC0605CEDC835) % (1 << size),
        site_key=SITE_KEY,
    )


def listed(text: str, encoding: str = "utf-8") -> GuestList:
    """Read a guest list from text."""
    return read(text.encode(encoding))


def rows(*lines: str, header: str = "姓名,单位,邮箱") -> Sequence[GuestRow]:
    """Read good rows below a header."""
    found = listed("\n".join((header, *lines)))
    assert not found.findings, found.findings
    return found.rows


def workbook(lines: Iterable[Sequence[object]]) -> bytes:
    """Write an XLSX with one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("guests")
    for line in lines:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """Return a workbook whose first sheet is this XML, whatever it is."""
    plain = zipfile.ZipFile(io.BytesIO(workbook([["姓名"], ["王伟"]])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in plain.namelist():
            content = xml.encode() if name == "xl/worksheets/sheet1.xml" else plain.read(name)
            changed.writestr(name, content)
    return out.getvalue()


def demo_venue(store: Store, actor: Acting | None = None) -> Meeting:
    """Import the demo's venue and return its meeting."""
    with store.write() as tx:
        reading = load(demo_files().venue, known_house(tx))
        assert import_venue.import_venue(tx, reading.file, actor or acting()).kept
        return tx.meetings.all()[0]


def import_rows(
    store: Store, meeting: Meeting, found: Sequence[GuestRow], *, good_rows: bool = False, seed: int = 1
) -> import_guests.Plan:
    """Import rows in one transaction."""
    with store.write() as tx:
        return import_guests.import_guests(
            tx, meeting, found, acting(seed), good_rows=good_rows, track=lambda things: things
        )
