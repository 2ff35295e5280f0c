"""One unit of work on one connection: runs statements, remembers whether one failed, collects the feed's changes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection, CursorResult, Executable, Insert, Row, Table, UpdateBase, text
from sqlalchemy.dialects import postgresql, sqlite

from hub.ports import StoreUnavailable
from hub.store.errors import refusing_unstorable, translating

Values: TypeAlias = Mapping[str, Any]
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


_MOST_QUEUED = 1_000


@dataclass(slots=True, eq=False)
class Work:
    """What the aggregates share in a transaction. ``touched`` holds the (kind, key) pairs for the feed."""

    connection: Connection
    writing: bool
    touched: dict[tuple[str, str], None] = field(default_factory=dict)
    _queue: dict[Insert, list[Values]] = field(default_factory=dict)
    _waiting: bool = False
    _spoilt: BaseException | None = None

    def later(self, insert: Insert, values: Values) -> None:
        """Insert a row before the next statement, together with others like it: one by one a guest list takes long.

        Tables get their rows in the order in which they were first named in this transaction.
        """
        rows = self._queue.setdefault(insert, [])
        rows.append(values)
        self._waiting = True
        if len(rows) >= _MOST_QUEUED:
            self.flush()

    def flush(self) -> None:
        """Insert what waits. Raises as ``run`` does."""
        if self._waiting:
            self._waiting = False
            for insert, rows in self._queue.items():
                waiting, rows[:] = rows[:], []
                if waiting:
                    self.run(insert, waiting)

    def run(
        self, statement: Executable, values: Values | Sequence[Values] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run one statement, for one or for many sets of values. Raises as ``translating`` says."""
        if not self.writing and isinstance(statement, UpdateBase):
            raise RuntimeError("this transaction is for looking only")
        self.flush()
        try:
            with translating(), refusing_unstorable():
                # For many sets psycopg opens a pipeline, which one alone need not wait for.
                one = values[0] if isinstance(values, list) and len(values) == 1 else values
                return self.connection.execute(statement, one)
        except BaseException as problem:
            self._spoilt = problem
            raise

    def rows(self, statement: Executable, values: Values | None = None) -> Sequence[AnyRow]:
        """Run a query and return all its rows."""
        result = self.run(statement, values)
        with translating():
            return result.all()

    def row(self, statement: Executable, values: Values | None = None) -> AnyRow | None:
        """Run a query and return its first row, None when there is none."""
        return next(iter(self.rows(statement, values)), None)

    def put(self, upsert: "Upsert", values: Values | Sequence[Values]) -> None:
        """Insert rows, or change those that are there."""
        self.run(upsert.on[self.connection.dialect.name], values)

    @property
    def locks_rows(self) -> bool:
        """Whether several writers may be at work, so that rows must be locked: on PostgreSQL, when writing."""
        return self.writing and self.connection.dialect.name == "postgresql"

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo the statements and touches inside when something raises there."""
        self.flush()
        touched, spoilt = dict(self.touched), self._spoilt
        with translating():
            nested = self.connection.begin_nested()
        try:
            yield
            self.check()
            self.flush()
            with translating():
                nested.commit()
        except StoreUnavailable as problem:
            self._spoilt = problem  # and stays so: the database may have given the whole transaction up
            raise
        except BaseException:
            with translating():
                nested.rollback()
            self.touched, self._spoilt, self._queue = touched, spoilt, {}
            raise

    def check(self) -> None:
        """Raise when a statement failed and the caller went on: PostgreSQL would answer COMMIT with a silent ROLLBACK.

        Raises StoreUnavailable when the database was away, RuntimeError when the mistake is the program's.
        """
        if isinstance(self._spoilt, StoreUnavailable):
            raise StoreUnavailable(str(self._spoilt))
        if self._spoilt is not None:
            raise RuntimeError("a statement failed outside a savepoint, so this transaction cannot be kept")


class Upsert:
    """INSERT that changes the row, or leaves it as it is, where the key is there already; made for both databases.

    Without ``keys`` any conflict leaves the row. ``only_if`` is SQL about the old row and ``excluded``, the new one;
    so are the values of ``changes``, which name the columns to change where it is not all of them.
    """

    def __init__(
        self, table: Table, *keys: str, only_if: str | None = None, changes: Mapping[str, str] | None = None
    ) -> None:
        """Prepare the statements; the values given later name every column."""
        condition = text(only_if) if only_if else None
        self.on: dict[str, Executable] = {}
        for name, make in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert)):
            insert = make(table)
            if not keys:
                self.on[name] = insert.on_conflict_do_nothing()
                continue
            whole = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
            told = {column: text(value) for column, value in changes.items()} if changes else whole
            self.on[name] = insert.on_conflict_do_update(index_elements=keys, set_=told, where=condition)
