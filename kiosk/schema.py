"""The tables of a kiosk's file, and how an older file is brought up to them in place.

``PRAGMA user_version`` counts the steps a file has taken; a file of a newer program is used as it is, because steps
only add.
"""

import sqlite3

from devices.contract import codec
from devices.contract.cards import LeasedSeat
from devices.contract.messages import CheckInEvent

_STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS events (
            place INTEGER PRIMARY KEY,            -- order over all boots
            id TEXT NOT NULL UNIQUE,
            boot TEXT NOT NULL,
            seq INTEGER NOT NULL,
            at TEXT NOT NULL,                     -- ISO 8601, UTC
            lookup TEXT NOT NULL,
            admits INTEGER NOT NULL,
            payload BLOB NOT NULL,
            answered_at TEXT,                     -- set by the hub's own reply alone
            round_trip_ms INTEGER,                -- from the first sending to that reply, where both were in one run
            UNIQUE (boot, seq)
        )
        """,
        "CREATE INDEX IF NOT EXISTS events_waiting ON events (place) WHERE answered_at IS NULL",
        "CREATE INDEX IF NOT EXISTS events_arrivals ON events (lookup) WHERE admits = 1",
        """
        CREATE TABLE IF NOT EXISTS roster (
            kind TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
            PRIMARY KEY (kind, key)
        ) WITHOUT ROWID
        """,
    ),
    (
        "ALTER TABLE events ADD COLUMN meeting TEXT",
        "ALTER TABLE events ADD COLUMN seat TEXT",  # label of the leased seat given away with this scan
        "ALTER TABLE events ADD COLUMN seat_card TEXT",  # that seat as the guest reads it: a LeasedSeat as JSON
        "CREATE INDEX events_seats ON events (meeting, seat) WHERE seat IS NOT NULL",
        "CREATE INDEX events_answered ON events (answered_at) WHERE answered_at IS NOT NULL",
        "CREATE INDEX roster_positions ON roster (seq)",
    ),
    # Whose slip was printed here; place is the order of printing.
    ("CREATE TABLE slips (place INTEGER PRIMARY KEY, invitation TEXT NOT NULL UNIQUE)",),
)
VERSION = len(_STEPS)

_COLUMNS = "id, boot, seq, at, lookup, admits, payload, meeting, seat, seat_card"
_INSERT = f"INSERT INTO events ({_COLUMNS}, answered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constant


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring a file up to this program's tables, in one transaction. Raises sqlite3.Error."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version >= VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in _STEPS[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def insert_event(
    connection: sqlite3.Connection,
    event: CheckInEvent,
    payload: bytes,
    given: LeasedSeat | None = None,
    answered_at: str | None = None,
) -> None:
    """Write one event's row; ``payload`` are its bytes for the wire. Raises sqlite3.Error."""
    connection.execute(
        _INSERT,
        (
            event.id,
            event.boot,
            event.seq,
            codec.format_time(event.ts),
            event.lookup,
            event.verdict.admits,
            payload,
            event.meeting,
            event.seat,
            codec.dump_card(given) if given else None,
            answered_at,
        ),
    )
