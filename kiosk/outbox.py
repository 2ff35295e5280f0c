"""Check-ins that the hub has not answered yet, on disk before the guest is welcomed (DESIGN 4)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection
from sqlite3 import Error as DatabaseError

from devices.contract import codec
from devices.contract.cards import LeasedSeat
from devices.contract.commands import Span
from devices.contract.messages import CheckInEvent, Run
from kiosk.database import Database
from kiosk.flights import Waiting
from kiosk.schema import insert_event

KEPT = timedelta(days=7)
"""Answered events stay this long, so that a hub restored from a backup can be given them again."""

FILLING = 0.8
"""From this share of the bound on, a person is called."""

RUNS = 16
_PRUNED_AT_ONCE = 5_000
_MOST_SPANS = 100

_RUNS = """
WITH RECURSIVE runs (boot) AS (
    SELECT min(boot) FROM events
    UNION ALL
    SELECT (SELECT min(boot) FROM events WHERE boot > runs.boot) FROM runs WHERE runs.boot IS NOT NULL
)
SELECT boot, (SELECT min(seq) FROM events WHERE boot = runs.boot), (SELECT max(seq) FROM events WHERE boot = runs.boot)
FROM runs WHERE boot IS NOT NULL
ORDER BY (SELECT place FROM events WHERE boot = runs.boot ORDER BY seq DESC LIMIT 1) DESC LIMIT ?
"""
"""Walks along the index of (boot, seq), so that it costs as little with 400,000 events as with ten."""


class OutboxFull(Exception):
    """So many events wait for the hub that no more may be taken on: the guest must be sent to a person."""

    code = "outbox_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many events are held at most: those that wait for an answer, and answered ones, which also have an age."""

    unanswered: int = 200_000
    answered: int = 200_000
    kept: timedelta = KEPT


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits: the newest ``seq`` of this boot, how many are unanswered, and since when the oldest is (UTC)."""

    max_seq: int
    unanswered: int
    oldest_at: datetime | None


class Outbox:
    """Events in the order (boot, seq); a row is cleared by the hub's own reply alone, never by the broker."""

    def __init__(self, database: Database, boot: str, bounds: Bounds | None = None) -> None:
        """Take the kiosk's database and the id of this boot."""
        self._database = database
        self._boot = boot
        self._bounds = bounds or Bounds()
        self._unanswered = 0
        self._counted_in = -1  # the database's generation

    def record(self, make: Callable[[int], CheckInEvent], given: LeasedSeat | None = None) -> CheckInEvent:
        """Give the event its number, commit it durably and return it; ``given`` is the leased seat it names.

        Raises OutboxFull, and sqlite3.Error when the disk refuses even after the room kept for this was given up.
        """
        try:
            return self._record(make, given)
        except DatabaseError as problem:
            if not self._database.make_room(problem):
                raise
        return self._record(make, given)

    def waiting(self, limit: int, after: int = 0) -> Sequence[Waiting]:
        """Return the oldest unanswered events whose place comes after ``after``."""
        query = "SELECT place, id, payload FROM events WHERE answered_at IS NULL AND place > ? ORDER BY place LIMIT ?"
        with self._database.read() as connection:
            return [Waiting(*row) for row in connection.execute(query, (after, limit))]

    def settle(self, answered: Mapping[str, int | None], at: datetime) -> None:
        """Mark events as answered by the hub; unknown ids are harmless. Undone by a power cut, they are sent again.

        The value is the round trip in milliseconds, from the first sending to the answer, None where it is not known.
        """
        with self._database.write(durable=False) as connection:
            before = self._count(connection)
            found = connection.executemany(
                "UPDATE events SET answered_at = ?, round_trip_ms = ? WHERE id = ? AND answered_at IS NULL",
                [(codec.format_time(at), round_trip_ms, event) for event, round_trip_ms in answered.items()],
            )
            self._unanswered = before - found.rowcount

    def reopen(self) -> None:
        """Let every kept event wait again: the hub came back with another database."""
        with self._database.write() as connection:
            connection.execute("UPDATE events SET answered_at = NULL WHERE answered_at IS NOT NULL")
            self._counted_in = -1

    def requeue(self, boot: str, first: int, last: int) -> Sequence[Span]:
        """Let the events ``first`` to ``last`` of a run wait again; return what is not here, 100 spans at most (I9)."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE events SET answered_at = NULL"
                " WHERE boot = ? AND seq BETWEEN ? AND ? AND answered_at IS NOT NULL",
                (boot, first, last),
            )
            self._counted_in = -1
            query = "SELECT seq FROM events WHERE boot = ? AND seq BETWEEN ? AND ? ORDER BY seq"
            return _gaps((row[0] for row in connection.execute(query, (boot, first, last))), first, last)

    def prune(self, now: datetime | None) -> None:
        """Forget answered events that are too old or too many; without a trusted ``now`` none is too old."""
        with self._database.read() as connection:
            query = "SELECT count(*) FROM events WHERE answered_at IS NOT NULL"
            (count,) = connection.execute(query).fetchone()
        excess = count - self._bounds.answered
        while excess > 0:
            self._forget("answered_at IS NOT NULL", (), min(excess, _PRUNED_AT_ONCE))
            excess -= _PRUNED_AT_ONCE
        oldest = codec.format_time(now - self._bounds.kept) if now else ""
        while self._forget("answered_at < ?", (oldest,), _PRUNED_AT_ONCE):
            pass

    def keep_room(self) -> None:
        """See to the room kept free for the worst day; call it now and then."""
        self._database.keep_room()

    def arrived_at(self, lookup: str) -> datetime | None:
        """Return when this kiosk first let the bearer of a code in; None when it never did."""
        query = "SELECT at FROM events WHERE lookup = ? AND admits = 1 ORDER BY place LIMIT 1"
        with self._database.read() as connection:
            row = connection.execute(query, (lookup,)).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def seat_given(self, lookup: str, *, unanswered: bool = False) -> LeasedSeat | None:
        """Return the leased seat that this kiosk gave to the bearer of a code; the hub may not know of it yet.

        ``unanswered``: only where the hub has not said yet that it knows.
        """
        query = (
            "SELECT seat_card FROM events WHERE lookup = ? AND admits = 1 AND seat_card IS NOT NULL"
            " AND (answered_at IS NULL OR NOT ?) ORDER BY place LIMIT 1"
        )
        with self._database.read() as connection:
            row = connection.execute(query, (lookup, unanswered)).fetchone()
        return codec.load_card(row[0], LeasedSeat) if row else None

    def seats_given(self, meeting: str) -> frozenset[str]:
        """Return the labels of the leased seats of a meeting that this kiosk has given away."""
        query = "SELECT seat FROM events WHERE meeting = ? AND seat IS NOT NULL"
        with self._database.read() as connection:
            return frozenset(row[0] for row in connection.execute(query, (meeting,)))

    def backlog(self) -> Backlog:
        """Return how much waits for the hub."""
        query = "SELECT at FROM events WHERE answered_at IS NULL ORDER BY place LIMIT 1"
        with self._database.read() as connection:
            (last,) = connection.execute("SELECT max(seq) FROM events WHERE boot = ?", (self._boot,)).fetchone()
            oldest = connection.execute(query).fetchone()
            count = self._count(connection)
        return Backlog(last or 0, count, datetime.fromisoformat(oldest[0]) if oldest else None)

    def filling(self) -> bool:
        """Say whether so much waits that a person must see to the way to the hub.

        Does not wait for a commit that is under way: every screen asks this, the first of a scan too.
        """
        if self._counted_in != self._database.generation:
            with self._database.read() as connection:
                self._count(connection)
        return self._unanswered >= FILLING * self._bounds.unanswered

    def runs(self) -> Sequence[Run]:
        """Return the newest 16 runs and the numbers of their first and last event that are kept here."""
        with self._database.read() as connection:
            return [Run(boot=boot, first=first, last=last) for boot, first, last in connection.execute(_RUNS, (RUNS,))]

    def _record(self, make: Callable[[int], CheckInEvent], given: LeasedSeat | None) -> CheckInEvent:
        with self._database.write() as connection:
            waiting = self._count(connection)
            if waiting >= self._bounds.unanswered:
                raise OutboxFull(f"{waiting} events wait for the hub, which is the most this kiosk may hold")
            (last,) = connection.execute("SELECT max(seq) FROM events WHERE boot = ?", (self._boot,)).fetchone()
            event = make((last or 0) + 1)
            kept = connection.execute("SELECT payload FROM events WHERE id = ?", (event.id,)).fetchone()
            if kept:  # a commit that was reported as failed, and is on disk all the same
                return codec.decode(kept[0], CheckInEvent)
            insert_event(connection, event, codec.encode(event), given)
            self._unanswered = waiting + 1
        return event

    def _count(self, connection: Connection) -> int:
        """Return how many wait; counted once for each connection, because counting 200,000 takes a while."""
        if self._counted_in != self._database.generation:
            query = "SELECT count(*) FROM events WHERE answered_at IS NULL"
            (self._unanswered,) = connection.execute(query).fetchone()
            self._counted_in = self._database.generation
        return self._unanswered

    def _forget(self, condition: str, values: tuple[str, ...], most: int) -> bool:
        """Delete some answered rows that meet a condition, the oldest first; say whether there may be more."""
        chosen = f"SELECT place FROM events WHERE {condition} ORDER BY answered_at LIMIT {most}"  # noqa: S608 - ours
        with self._database.read() as connection:
            places = connection.execute(chosen, values).fetchall()
        if places:  # an empty transaction would cost nothing, but a lock
            with self._database.write(durable=False) as connection:
                connection.executemany("DELETE FROM events WHERE place = ? AND answered_at IS NOT NULL", places)
        return len(places) == most


def _gaps(held: Iterable[int], first: int, last: int) -> list[Span]:
    found: list[Span] = []
    expected = first
    for number in held:
        if number > expected:
            found.append(Span(first=expected, last=number - 1))
            if len(found) == _MOST_SPANS:
                return found
        expected = number + 1
    if expected <= last:
        found.append(Span(first=expected, last=last))
    return found
