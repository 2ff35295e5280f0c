"""The history of readings, on both databases: what can be added, how long a chart takes, what is in the way of a door.

``YINGBIN_BENCH_READING_DAYS=3 python -m tests.bench readings`` fills three days of 100 points at 1 Hz, 26 million rows;
the default is a quarter of a day.
"""

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import psycopg

from hub.device_ports import DeviceRecord
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.history import Level
from hub.domain.readings import Reading
from hub.ports import Store
from hub.store import migrate
from hub.store.sql import open_store
from hub.store.types import milliseconds
from tests.bench.bases import timed
from tests.bench.rows import Row, percentile, row
from tests.hub import postgres

DAYS = float(os.environ.get("YINGBIN_BENCH_READING_DAYS", "0.25"))
POINTS = 1_000
FILLED = 100
BATCHES = (250, 1_000)
ADDED = 60_000
_FROM = datetime(2026, 12, 1, tzinfo=UTC)
_SECONDS = int(DAYS * 86_400)
_NOW = _FROM + timedelta(seconds=_SECONDS)
_FILL = """
INSERT INTO readings (slot, point, at, value, quality)
SELECT s.n / 60, p.n, s.n * 1000, 20 + (s.n * 31 + p.n * 17) % 100 / 10.0, 2 FROM {seconds} s, {points} p
ORDER BY s.n / 60, p.n, s.n
"""
_MARK = "INSERT INTO unrolled (level, at, block) SELECT 'minute', s.n * 60000, 0 FROM {minutes} s"


def rows() -> Iterator[Row]:
    """Measure on SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "bench.db"
        yield from _measure("sqlite", f"sqlite:///{path}", lambda: _fill_sqlite(path))
    with postgres.running() as server:
        url = server.url(server.create(prefix="bench"))
        yield from _measure("postgresql", url, lambda: _fill_postgresql(url))


def _measure(database: str, url: str, fill: Callable[[], float]) -> Iterator[Row]:
    migrate.upgrade(url)
    store = open_store(url)
    _furnish(store)
    for size in BATCHES:
        yield row(f"readings_per_s_by_{size}_{database}", _add(store, size), "1/s")
    store.close()
    yield row(f"readings_mb_per_million_{database}", fill() / (_SECONDS * FILLED), "MB per million readings")
    store = open_store(url)
    rolled = _roll_up(store)
    yield row(f"roll_up_ms_{database}", percentile(rolled, 0.5), f"ms for a minute of {FILLED} points")
    yield row(f"roll_up_max_ms_{database}", max(rolled), "ms")
    for name, span in (("10_min", 600), ("3_h", 10_800), ("24_h", 86_400), ("7_d", 604_800)):
        charts = [timed(partial(_chart, store, point, span)) for point in range(FILLED)]
        yield row(f"chart_{name}_ms_{database}", percentile(charts, 0.5), "ms")
        yield row(f"chart_{name}_p99_ms_{database}", percentile(charts, 0.99), "ms")
    yield from _forget(store, database)
    store.close()


def _furnish(store: Store) -> None:
    with store.write() as tx:
        tx.field_devices.save(FieldDevice(id="node", publisher="p", identity="i", name="n", announced_at=_FROM))
        tx.field_devices.save_points(
            Point(id=f"node.p{number:03}", device="node", key=f"p{number:03}", component="sensor", name="p")
            for number in range(POINTS)
        )
        tx.readings.add([Reading(point=f"node.p{number:03}", at=_NOW, value=0.0) for number in range(POINTS)])


_again = count(1)


def _add(store: Store, size: int) -> float:
    """Add a minute of all points, after all that is filled; returns how many in a second."""
    begin = _NOW + timedelta(minutes=next(_again))
    readings = [
        Reading(point=f"node.p{number:03}", at=begin + timedelta(seconds=second), value=20.0 + second)
        for second in range(ADDED // POINTS)
        for number in range(POINTS)
    ]

    def add() -> None:
        for start in range(0, len(readings), size):
            with store.write() as tx:
                tx.readings.add(readings[start : start + size])

    return ADDED / timed(add) * 1000


def _roll_up(store: Store) -> list[float]:
    """Roll up what was filled; returns how many milliseconds each transaction took."""
    took: list[float] = []

    def once() -> None:
        with store.write() as tx:
            over.append(not tx.readings.roll_up(_NOW))

    over = [False]
    while not over[-1]:
        took.append(timed(once))
    return took


def _chart(store: Store, number: int, span_s: int) -> None:
    with store.read() as tx:
        tx.readings.history(f"node.p{number:03}", _NOW - timedelta(seconds=span_s), _NOW)


def _forget(store: Store, database: str) -> Iterator[Row]:
    """Throw everything away without a pause; beside it a small durable commit again and again, as at a door."""
    over, pieces, gone = threading.Event(), list[float](), list[int]()

    def clear() -> None:
        while not gone or gone[-1]:
            with store.write() as tx:
                began = time.perf_counter()  # it has its turn by now, and holds it until after the commit
                gone.append(tx.readings.forget(Level.READINGS, _NOW))
            pieces.append((time.perf_counter() - began) * 1000)
        over.set()

    def at_the_door() -> None:
        with store.write() as tx:
            tx.devices.save(DeviceRecord(id="kiosk-1", seen_at=_NOW))

    alone = [timed(at_the_door) for _ in range(200)]
    clearer = threading.Thread(target=clear)
    clearer.start()
    beside = []
    while not over.wait(0.01):
        beside.append(timed(at_the_door))
    clearer.join()
    yield row(f"forgotten_rows_{database}", sum(gone), "readings")
    yield row(f"forget_ms_{database}", percentile(pieces, 0.5), "ms a piece")
    yield row(f"forget_max_ms_{database}", max(pieces), "ms a piece")
    yield row(f"commit_alone_p99_ms_{database}", percentile(alone, 0.99), "ms")
    wait = percentile(beside, 0.99)
    yield row(f"commit_beside_forgetting_p99_ms_{database}", wait, "ms", "commit_alone_p99_ms", percentile(alone, 0.99))
    yield row(f"commit_beside_forgetting_max_ms_{database}", max(beside), "ms")


def _fill_sqlite(path: Path) -> float:
    """Fill the days before now, oldest first; returns the bytes that took."""
    connection = sqlite3.connect(path)
    before = path.stat().st_size
    for start in range(0, _SECONDS, 3600):
        first = milliseconds(_FROM) // 1000 + start
        last = milliseconds(_FROM) // 1000 + min(start + 3600, _SECONDS) - 1
        connection.execute(_FILL.format(seconds=_series(first, last), points=_series(1, FILLED)))
        connection.execute(_MARK.format(minutes=_series(first // 60, last // 60)))
        connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return float(path.stat().st_size - before)


def _series(first: int, last: int) -> str:
    one_more = f"SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}"  # noqa: S608 - our own numbers
    return f"(WITH RECURSIVE s(n) AS ({one_more}) SELECT n FROM s)"  # noqa: S608


def _fill_postgresql(url: str) -> float:
    """Fill the days before now, oldest first; returns the bytes that took."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:

        def size() -> float:
            found = connection.execute("SELECT pg_total_relation_size('readings')").fetchone()
            return float(found[0]) if found else 0.0

        before = size()
        first = milliseconds(_FROM) // 1000
        last = first + _SECONDS - 1
        points = f"(SELECT generate_series(1, {FILLED}) AS n)"
        for start in range(first, last, 3600):
            seconds = f"(SELECT generate_series({start}::bigint, {min(start + 3599, last)}) AS n)"
            connection.execute(_FILL.format(seconds=seconds, points=points))
        minutes = f"(SELECT generate_series({first // 60}::bigint, {last // 60}) AS n)"
        connection.execute(_MARK.format(minutes=minutes))
        connection.execute("VACUUM ANALYZE readings")
        return size() - before
