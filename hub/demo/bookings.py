"""The demo's booking database: a SQLite file in our own schema, as another program would keep it beside the hub.

The sales team's part is played here: they enter bookings, and move one while guests arrive. The hub follows the file.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hub import booking_sources
from hub.demo.summary import Summary
from hub.ports import Store, Transaction
from hub.source_settings import SourceConfig, SourceKind

NAME = "bookings"
ZONE = ZoneInfo("Asia/Shanghai")
MOVED = "SALES-2"
MOVED_BY = timedelta(hours=1)

_SCHEMA = Path(booking_sources.__file__).parent / "schema_sqlite.sql"
_ENTER = """
    INSERT INTO yingbin_bookings (uid, booking, title_zh, title_en, room, starts_at, ends_at, state, client)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_BOOKINGS = (
    ("SALES-1", "客户洽谈", "Client talks", "贵宾休息室", 0, time(16), 1.5, "definite", "腾云科技"),
    (MOVED, "供应商评审", "Supplier review", "茶歇厅", 0, time(16, 30), 1, "option_sent", "远山物流"),
    ("SALES-3", "新品培训", "Product training", "启明厅", 3, time(9), 6, "definite", "启明集团"),
)
"""Name, titles, room, days from the launch, start, hours, how firm, and for whom. All are invented."""

Booked = Mapping[str, tuple[str, datetime, datetime]]
"""What is booked, by its name at the source: the room's name, from when, and until when."""


def source_in(folder: Path) -> SourceConfig:
    """Return the settings by which the hub follows the demo's file."""
    address = f"sqlite:///{_file(folder)}"
    return SourceConfig(name=NAME, kind=SourceKind.SQL, zone=ZONE.key, every_s=1.0, address=address)


def begin(folder: Path) -> None:
    """Make the file, with nothing in it yet."""
    with closing(sqlite3.connect(_file(folder))) as file:
        file.executescript(_SCHEMA.read_text(encoding="utf-8"))


def enter(folder: Path, day: date) -> None:
    """Let the sales team enter what is booked around the day of the launch."""
    with closing(sqlite3.connect(_file(folder))) as file:
        for uid, zh, en, room, days, at, hours, state, client in _BOOKINGS:
            start = datetime.combine(day + timedelta(days=days), at, ZONE)
            times = (start.isoformat(), (start + timedelta(hours=hours)).isoformat())
            file.execute(_ENTER, (uid, uid, zh, en, room, *times, state, client))
        file.commit()


def move(folder: Path) -> str:
    """Let the sales team move one by an hour; returns what they did, for the terminal."""
    with closing(sqlite3.connect(_file(folder))) as file:
        row = file.execute("SELECT starts_at, ends_at FROM yingbin_bookings WHERE uid = ?", (MOVED,)).fetchone()
        start, end = (datetime.fromisoformat(at) + MOVED_BY for at in row)
        change = "UPDATE yingbin_bookings SET starts_at = ?, ends_at = ? WHERE uid = ?"
        file.execute(change, (start.isoformat(), end.isoformat(), MOVED))
        file.commit()
    return f"the sales team moves the supplier review to {start:%H:%M} in their booking database; see the page /desk"


def is_followed(folder: Path, store: Store) -> bool:
    """Say whether the hub has everything as the file has it now."""
    with store.read() as tx:
        return _known(tx) == _booked(folder)


def check_bookings(summary: Summary, tx: Transaction, folder: Path) -> None:
    """See that the hub has what the file has, read from both sides, and was never refused by it."""
    booked = _booked(folder)
    summary.check("bookings followed", _known(tx), booked)
    troubles = [one.problem for one in tx.sync.pulls() if one.failures] + [one.bad.problem.en for one in tx.sync.bad()]
    summary.check("troubles with the booking database", troubles, [])
    summary.row("bookings followed from another database", len(booked))


def _booked(folder: Path) -> Booked:
    with closing(sqlite3.connect(_file(folder))) as file:
        rows = file.execute("SELECT uid, room, starts_at, ends_at FROM yingbin_bookings").fetchall()
    return {uid: (room, datetime.fromisoformat(start), datetime.fromisoformat(end)) for uid, room, start, end in rows}


def _known(tx: Transaction) -> Booked:
    rooms = {room.key: room.name.zh for room in tx.meetings.rooms()}
    meetings = {one.id: one for one in tx.meetings.all()}
    links = tx.sync.linked(list(meetings))
    return {
        link.item.uid: (rooms[meetings[key].room], meetings[key].starts_at, meetings[key].ends_at)
        for key, link in links.items()
        if not meetings[key].cancelled
    }


def _file(folder: Path) -> Path:
    return folder / "bookings.db"
