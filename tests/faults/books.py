"""The booking database of the storm's house: each of its meetings is booked there, and what becomes of it written back.

The hub follows it as any source; the meetings are known to it from the start, so that guests can be invited before.
"""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import URL

from devices.ids import uuid7
from hub.booking_sources.mapping import OUR_SCHEMA
from hub.booking_sources.sql import SqlSource
from hub.domain.bookings import Booking
from hub.domain.meetings import Meeting
from hub.domain.source_items import Horizon
from hub.domain.syncing import Link
from hub.ports import Transaction

NAME = "books"


def open_books(path: Path, meetings: list[Meeting]) -> None:
    """Make the database, with one booking for each meeting."""
    schema = files("hub.booking_sources").joinpath("schema_sqlite.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema)
        connection.executemany(
            "INSERT INTO yingbin_bookings (title_zh, title_en, room, starts_at, ends_at) VALUES (?, ?, ?, ?, ?)",
            [
                (one.title.zh, one.title.en, one.room, one.starts_at.isoformat(), one.ends_at.isoformat())
                for one in meetings
            ],
        )
        connection.commit()


def follow_books(tx: Transaction, path: Path, meetings: list[Meeting], now: datetime) -> None:
    """Let the hub know which meeting each entry is, as if it had followed the database all along."""
    source = SqlSource(NAME, URL.create("sqlite", database=str(path)), OUR_SCHEMA, ZoneInfo("UTC"))
    (collection,) = source.collections()
    listed = source.pull(collection, None, Horizon(since=now - timedelta(days=1), until=now + timedelta(days=90)))
    source.close()
    by_title = {one.title: one for one in meetings}
    for resource in listed.resources:
        (item,) = resource.items
        meeting = by_title[item.title]
        link = Link(
            source=NAME,
            collection=collection,
            key=resource.key,
            item=item,
            digest=item.digest(),
            version=resource.version,
            meeting=meeting.id,
            seen_at=now,
        )
        tx.sync.save_links([link])
        booking = Booking(id=uuid7(), source=NAME, key=item.booking, subject=item.title, state=item.state)
        tx.bookings.save(booking)
        tx.bookings.put_meeting(booking.id, meeting.id)
