"""A database that keeps the house's bookings, as a source: of our own schema, or of any that a mapping describes."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import URL, Connection, Engine

from hub.booking_ports import Capabilities, Looked, SourceAway, SourceWrong, WriteRefused, Written
from hub.booking_sources.mapping import ChangeKind, Mapping
from hub.booking_sources.sql_changes import Look
from hub.booking_sources.sql_engine import make_engine, reading, writing
from hub.booking_sources.sql_look import look_at
from hub.booking_sources.sql_outcomes import write_outcome
from hub.booking_sources.sql_rows import RowReader
from hub.booking_sources.sql_shape import Shape, checked, look_up
from hub.domain.source_items import Batch, Horizon, WriteBack

ALL = "bookings"
"""The one collection of a database."""


class SqlSource:
    """Fills ``BookingSource`` from a database. ``zone`` is that of times which name none."""

    def __init__(self, name: str, address: URL, mapping: Mapping, zone: ZoneInfo) -> None:
        """Take where it is and how it is read; connects to nothing yet."""
        self._name, self._address, self._mapping = name, address, mapping
        self._reader = RowReader(name, mapping, zone)
        self._engine: Engine | None = None
        self._shape: Shape | None = None

    @property
    def name(self) -> str:
        """Return the name by which the settings know it."""
        return self._name

    @property
    def can(self) -> Capabilities:
        """Say what it can do: it tells changes alone where there is a log of them."""
        deltas = self._mapping.changes.kind is ChangeKind.LOG
        return Capabilities(deltas=deltas, writes=bool(self._mapping.outcomes), conditional=True)

    def collections(self) -> Sequence[str]:
        """Return the one collection."""
        return (ALL,)

    def pull(self, collection: str, cursor: str | None, horizon: Horizon) -> Batch:
        """Return what changed since ``cursor``, or everything. Raises SourceAway, SourceWrong, CursorLost."""
        del collection
        try:
            with reading(self._opened()) as connection:
                return Look(connection, self._checked(connection), self._reader, horizon).answer(cursor)
        except (SourceAway, SourceWrong):
            self._shape = None  # looked up anew, for the tables may be others by then
            raise

    def push(self, collection: str, told: WriteBack) -> Written:
        """Keep in the side table what became of a meeting.

        Raises SourceAway, SourceWrong, WrittenMeanwhile, TargetGone, WriteRefused.
        """
        del collection
        if not self._mapping.outcomes:
            raise WriteRefused("the mapping names no table for outcomes")
        with reading(self._opened()) as connection:
            shape = self._checked(connection)
        if not shape.has_outcomes:
            self._shape = None
            raise WriteRefused(
                f"there is no table {self._mapping.outcomes} as docs/booking-database.md has it: make it"
            )
        horizon = Horizon(since=told.ends_at, until=told.ends_at)
        try:
            with writing(self._opened()) as connection:
                return Written(write_outcome(Look(connection, shape, self._reader, horizon), told))
        except SourceWrong as problem:
            self._shape = None
            raise WriteRefused(f"nothing can be written to {self._mapping.outcomes}: {problem}") from None

    def look(self) -> Iterator[Looked]:
        """Look at the settings and the database, changing nothing. Never raises."""
        yield from look_at(self._opened, self._mapping, self._reader)

    def close(self) -> None:
        """Give the connection back."""
        if self._engine is not None:
            self._engine.dispose()

    def _opened(self) -> Engine:
        if self._engine is None:
            self._engine = make_engine(self._address)
        return self._engine

    def _checked(self, connection: Connection) -> Shape:
        if self._shape is None:
            self._shape = checked(look_up(connection, self._mapping))
        return self._shape
