"""A damaged database: moved out of the way, and what can still be read of its events taken into the new one."""

import logging
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devices.contract import codec
from devices.contract.cards import LeasedSeat
from devices.contract.codec import UnreadableMessage
from devices.contract.messages import CheckInEvent
from kiosk.schema import insert_event

KEPT = 3
"""Damaged files kept for a person to look at; more are not, so that they cannot fill the disk."""

_AT_ONCE = 1_000
_SOME_MILLION = 1 << 20
_FARTHEST = 1 << 24
"""More events no kiosk ever counts; a damaged page may name any number as its last."""

_MOST_FAILURES = 4_096
"""Guests wait meanwhile: after so many reads that failed, a stretch with a broken row is left behind whole."""
_LOGS = ("-wal", "-shm", "-journal")
_log = logging.getLogger(__name__)


def is_damage(problem: BaseException) -> bool:
    """Say whether an error means that the file itself is broken, not the disk, its rights, or a statement."""
    code = getattr(problem, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def damaged_files(path: Path) -> list[Path]:
    """Return the damaged databases that were moved aside, the oldest first; a person removes them when done."""
    found = path.parent.glob(f"{path.name}.damaged-*")
    return sorted((one for one in found if not one.name.endswith(_LOGS)), key=lambda one: one.stat().st_mtime_ns)


def put_aside(path: Path) -> Path:
    """Move the database and its log aside, named for when it was last written (UTC). Raises OSError."""
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    name = base = f"{path.name}.damaged-{written:%Y%m%dT%H%M%SZ}"
    number = 1
    while path.with_name(name).exists():
        number += 1
        name = f"{base}-{number}"
    aside = path.with_name(name)
    for ending in ("", *_LOGS):
        if Path(f"{path}{ending}").exists():
            Path(f"{path}{ending}").replace(f"{aside}{ending}")
    for old in damaged_files(path)[:-KEPT]:
        for ending in ("", *_LOGS):
            Path(f"{old}{ending}").unlink(missing_ok=True)
    return aside


def salvage(aside: Path, into: sqlite3.Connection) -> int:
    """Copy every event that can be read and is whole into the new database; return how many. Raises sqlite3.Error."""
    count = 0
    source = sqlite3.connect(aside, isolation_level=None)
    into.execute("BEGIN IMMEDIATE")
    try:
        for payload, answered_at, seat_card in _rows(source):
            count += _take(into, payload, answered_at, seat_card)
        into.execute("COMMIT")
    finally:
        source.close()
        if into.in_transaction:
            into.execute("ROLLBACK")
    return count


def _take(into: sqlite3.Connection, payload: object, answered_at: object, seat_card: object) -> bool:
    if not isinstance(payload, bytes):
        return False
    try:
        event = codec.decode(payload, CheckInEvent)
        given = codec.load_card(seat_card, LeasedSeat) if isinstance(seat_card, str) else None
        datetime.fromisoformat(str(answered_at))
    except UnreadableMessage as problem:
        _log.warning("a damaged event is left behind: %s", problem)
        return False
    except ValueError:
        answered_at = None  # not answered, or not readably so: the hub knows a repeat by its id
    try:
        insert_event(into, event, payload, given, str(answered_at) if answered_at else None)
    except sqlite3.IntegrityError:
        return False
    return True


def _rows(source: sqlite3.Connection) -> Iterator[tuple[Any, Any, Any]]:
    """Read all rows that can be read: a stretch that fails is halved until the broken ones alone are left out."""
    seat_card = "seat_card" if _has_seats(source) else "NULL"
    query = f"SELECT payload, answered_at, {seat_card} FROM events WHERE place BETWEEN ? AND ? ORDER BY place"  # noqa: S608
    last = min(_last_place(source), _FARTHEST)
    stretches: list[tuple[int, int]] = []
    failures = 0
    for beginning in range(1, last + 1, _AT_ONCE):
        stretches.append((beginning, min(beginning + _AT_ONCE - 1, last)))
        while stretches:
            first, end = stretches.pop()
            try:
                rows = source.execute(query, (first, end)).fetchall()
            except sqlite3.Error:
                failures += 1
                middle = (first + end) // 2
                if first < end and failures < _MOST_FAILURES:
                    stretches += [(middle + 1, end), (first, middle)]
                continue
            yield from rows


def _has_seats(source: sqlite3.Connection) -> bool:
    try:
        return any(row[1] == "seat_card" for row in source.execute("PRAGMA table_info(events)"))
    except sqlite3.Error:
        return False


def _last_place(source: sqlite3.Connection) -> int:
    """Return the newest row's place; 0 where there is no such table, a guess where it cannot be read."""
    for query in (
        "SELECT max(place) FROM events",
        "SELECT max(place) FROM events INDEXED BY events_waiting WHERE answered_at IS NULL",
    ):
        try:
            return int(source.execute(query).fetchone()[0] or 0)
        except sqlite3.Error as problem:
            if not is_damage(problem) or problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_NOTADB:
                return 0
    return _SOME_MILLION
