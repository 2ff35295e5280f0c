"""Ten thousand bookings are followed: the first time, and ten changes afterwards, beside a tenth of them.

What a source says is made here, so this is what the hub itself needs: reading, deciding and keeping, durably. The
figures that count are the ratios: ten changes should not take longer the more bookings there are. Two things still
grow a little. Among 1,000 several of them lie on one page of a SQLite file, which is then written once. And to know
what else wants a room, its earlier holds are read in their index; among 20,000 that is 126 a day for each room here.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hub.domain.source_items import Batch
from hub.domain.words import Words
from hub.following import AT_ONCE
from hub.store import migrate
from hub.store.sql import open_store
from tests.bench.rows import Row, percentile, row
from tests.hub import postgres
from tests.hub.usecases.following import DAY, Book, Follower, item, moved

TWICE, MANY, FEW, CHANGES, ROUNDS = 20_000, 10_000, 1_000, 10, 15
"""Bookings, of which the horizon holds eighty days' worth, and how many of them change in a round."""


def rows() -> Iterator[Row]:
    """Measure on SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _rows("sqlite", [f"sqlite:///{Path(folder) / name}.db" for name in ("many", "few", "twice")])
    with postgres.running() as server:
        yield from _rows("postgresql", [server.url(server.create(prefix="bench")) for _ in range(3)])


def _rows(database: str, urls: list[str]) -> Iterator[Row]:
    first_s, many_ms = _follow(urls[0], MANY)
    _, few_ms = _follow(urls[1], FEW)
    _, twice_ms = _follow(urls[2], TWICE)
    yield row(f"bookings_first_per_s_{database}", MANY / first_s, "1/s")
    base = f"bookings_changes_of_{FEW}_ms_{database}"
    yield row(base, few_ms, f"ms for {CHANGES} changes")
    told = f"bookings_changes_of_{MANY}_ms_{database}"
    yield row(told, many_ms, f"ms for {CHANGES} changes", base, few_ms)
    yield row(f"bookings_changes_of_{TWICE}_ms_{database}", twice_ms, f"ms for {CHANGES} changes", told, many_ms)


def _follow(url: str, many: int) -> tuple[float, float]:
    """Follow so many bookings; return the seconds of the first time, and the median milliseconds of ten changes."""
    migrate.upgrade(url)
    with closing(open_store(url)) as store:
        hub, book = Follower.over(store), Book()
        for number in range(many):
            one = moved(item(f"uid-{number:05}", room=("大厅", "side-room")[number % 2]), number * 79 * DAY / many)
            book.say(f"{number:05}", replace(one, ends_at=one.starts_at + timedelta(minutes=5)))
        began = time.perf_counter()
        _take(hub, book, book.all())
        first_s = time.perf_counter() - began
        spent = []
        for turn in range(ROUNDS):
            keys = [f"{(number * 997 + turn) % many:05}" for number in range(CHANGES)]
            for key in keys:
                (known,) = book.kept[key].items
                book.say(key, replace(known, title=Words(f"{known.title.zh} {turn}", "")))
            told = Batch(cursor=str(book.number), resources=tuple(book.kept[key] for key in keys))
            began = time.perf_counter()
            _take(hub, book, told)
            spent.append((time.perf_counter() - began) * 1000)
        return first_s, percentile(spent, 0.5)


def _take(hub: Follower, book: Book, batch: Batch) -> None:
    """Take an answer as the hub's door does: held against the brake, then part by part, the cursor last."""
    assert not hub.holds(book, batch)
    for start in range(0, len(batch.resources), AT_ONCE):
        hub.part(book, replace(batch, resources=batch.resources[start : start + AT_ONCE]))
    hub.rest(book, batch)
