"""What privacy and the audit log cost, on both databases: erasing one guest, a night's purge, a row of the chain.

``python -m tests.bench privacy``. Erasing is compared with erasing among a tenth of the guests, a check-in with one
audited row with a check-in without, as all are, each pair in turns of one run.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from devices.ids import uuid7
from hub.domain.retention import RETENTION
from hub.ports import Store
from hub.store import migrate
from hub.store.sql import open_store
from hub.usecases.acting import Deciding
from hub.usecases.check_in import Desk, check_in
from hub.usecases.one_guest import erase_guest
from hub.usecases.purge_personal import purge_personal
from tests.bench.rows import Row, percentile, row
from tests.hub import postgres
from tests.hub.build import at, furnish, invited
from tests.hub.usecases.scans import KIOSKS, scan

FEW, MANY = 1_000, 10_000
ERASED = 30
SCANS = 200
_LATE = Deciding(actor="hub", at=at(10_800) + RETENTION.guests + timedelta(days=1), ids=uuid7)
_NOW = Deciding(actor="bench", at=at(0), ids=uuid7)


def rows() -> Iterator[Row]:
    """Measure on SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        yield from _measure("sqlite", *(f"sqlite:///{Path(name) / size}.db" for size in ("few", "many")))
    with postgres.running() as server:
        yield from _measure("postgresql", *(server.url(server.create(prefix="bench")) for _ in range(2)))


def _measure(database: str, few_at: str, many_at: str) -> Iterator[Row]:
    with closing(_filled(few_at, FEW)) as few, closing(_filled(many_at, MANY)) as many:
        pairs = [(_erase(few, number), _erase(many, number)) for number in range(1, ERASED + 1)]
        of_few, of_many = (percentile(each[3:], 0.5) for each in zip(*pairs, strict=True))
        yield row(f"erase_one_of_{FEW}_ms_{database}", of_few, "ms")
        yield row(f"erase_one_of_{MANY}_ms_{database}", of_many, "ms", f"erase_one_of_{FEW}_ms", of_few)
        first = ERASED + 1
        scans = [(_scan(many, number, 0), _scan(many, number + 1, 1)) for number in range(first, first + SCANS, 2)]
        plain, audited = (percentile(each[3:], 0.5) for each in zip(*scans, strict=True))
        yield row(f"check_in_ms_{database}", plain, "ms")
        yield row(f"check_in_with_audited_row_ms_{database}", audited, "ms", "check_in_ms", plain)
        pieces = _purge(many)
        yield row(f"purge_of_{MANY}_s_{database}", sum(pieces) / 1000, "s")
        yield row(f"purge_piece_p99_ms_{database}", percentile(pieces, 0.99), "ms")
        began = time.perf_counter()
        with many.read() as tx:
            left = tx.personal_data.left_behind()
        many.scrub(left)
        yield row(f"files_written_anew_s_{database}", time.perf_counter() - began, "s")


def _filled(url: str, guests: int) -> Store:
    migrate.upgrade(url)
    store = open_store(url)
    with store.write() as tx:
        furnish(tx, [invited(number) for number in range(1, guests + 1)])
    return store


def _erase(store: Store, number: int) -> float:
    began = time.perf_counter()
    with store.write() as tx:
        erase_guest(tx, f"guest-{number}", _NOW)
    return (time.perf_counter() - began) * 1000


def _scan(store: Store, number: int, audited: int) -> float:
    item = scan(number, number)
    began = time.perf_counter()
    with store.write() as tx:
        check_in(tx, [item], Desk(uuid7, KIOSKS), item.event.ts + timedelta(milliseconds=20))
        for _ in range(audited):
            tx.records.audit("bench", "bench.row", item.event.id, item.event.ts)
    return (time.perf_counter() - began) * 1000


def _purge(store: Store) -> list[float]:
    """Return the milliseconds of each piece."""
    pieces: list[float] = []
    while True:
        began = time.perf_counter()
        with store.write() as tx:
            gone = purge_personal(tx, _LATE, RETENTION)
        if not gone:
            return pieces
        pieces.append((time.perf_counter() - began) * 1000)
