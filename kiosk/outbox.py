"""Check-ins that the hub has not answered yet, on disk before the guest is welcomed (DESIGN 4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from devices.contract import codec
from devices.contract.messages import CheckInEvent
from kiosk.database import Database

KEPT = timedelta(days=7)
"""Answered events stay this long, so that a hub restored from a backup can be given them again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event that still waits for the hub's answer, as the bytes that go on the wire."""

    id: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits: the newest ``seq`` of this boot, how many are unanswered, and since when the oldest is (UTC)."""

    max_seq: int
    unanswered: int
    oldest_at: datetime | None


class Outbox:
    """Events in the order (boot, seq); a row is cleared by the hub's own reply alone, never by the broker."""

    def __init__(self, database: Database, boot: str) -> None:
        """Take the kiosk's database and the id of this boot."""
        self._database = database
        self._boot = boot

    def record(self, make: Callable[[int], CheckInEvent]) -> CheckInEvent:
        """Give the event its number, commit it durably and return it. Raises sqlite3.Error when the disk refuses."""
        with self._database.write() as connection:
            (last,) = connection.execute("SELECT max(seq) FROM events WHERE boot = ?", (self._boot,)).fetchone()
            event = make((last or 0) + 1)
            connection.execute(
                "INSERT INTO events (id, boot, seq, at, lookup, admits, payload) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    event.id,
                    event.boot,
                    event.seq,
                    codec.format_time(event.ts),
                    event.lookup,
                    event.verdict.admits,
                    codec.encode(event),
                ),
            )
        return event

    def waiting(self, limit: int) -> Sequence[Waiting]:
        """Return the oldest unanswered events."""
        query = "SELECT id, payload FROM events WHERE answered_at IS NULL ORDER BY place LIMIT ?"
        with self._database.read() as connection:
            return [Waiting(*row) for row in connection.execute(query, (limit,))]

    def settle(self, answered: Mapping[str, int | None], at: datetime) -> None:
        """Mark events as answered by the hub; unknown ids are harmless.

        The value is the round trip in milliseconds, from the first sending to the answer, None where it is not known.
        """
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE events SET answered_at = ?, round_trip_ms = ? WHERE id = ? AND answered_at IS NULL",
                [(codec.format_time(at), round_trip_ms, event) for event, round_trip_ms in answered.items()],
            )

    def reopen(self) -> None:
        """Let every kept event wait again: the hub came back with another database."""
        with self._database.write() as connection:
            connection.execute("UPDATE events SET answered_at = NULL")

    def prune(self, now: datetime) -> None:
        """Forget events answered more than seven days ago."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM events WHERE answered_at < ?", (codec.format_time(now - KEPT),))

    def arrived_at(self, lookup: str) -> datetime | None:
        """Return when this kiosk first let the bearer of a code in; None when it never did."""
        query = "SELECT min(at) FROM events WHERE lookup = ? AND admits = 1"
        with self._database.read() as connection:
            (at,) = connection.execute(query, (lookup,)).fetchone()
        return datetime.fromisoformat(at) if at else None

    def backlog(self) -> Backlog:
        """Return how much waits for the hub."""
        with self._database.read() as connection:
            (last,) = connection.execute("SELECT max(seq) FROM events WHERE boot = ?", (self._boot,)).fetchone()
            count, oldest = connection.execute(
                "SELECT count(*), min(at) FROM events WHERE answered_at IS NULL"
            ).fetchone()
        return Backlog(last or 0, count, datetime.fromisoformat(oldest) if oldest else None)
