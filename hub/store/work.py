"""One unit of work on one connection: runs statements, remembers whether one failed, collects the feed's changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Executable,
    Insert,
    PoolProxiedConnection,
    Table,
    Text,
    UpdateBase,
    cast,
    or_,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from hub.ports import StoreUnavailable
from hub.store.errors import refusing_unstorable, translating
from hub.store.journey import Journeys, Planned, Reply
from hub.store.prepared import AnyRow, Cursor, Prepared, Statements, Values
from hub.store.straight import Straight

__all__ = ["AnyRow", "Positions", "Upsert", "Values", "Work"]

Positions = Mapping[tuple[str, str], int]
"""The feed's positions by (kind, key)."""

_MOST_QUEUED = 1_000
_SAVEPOINT = "inside"
_PLANNED = "yingbin_planned"
_Written = tuple[Executable, Values | Sequence[Values]]


@dataclass(slots=True, eq=False)
class Work:
    """What the aggregates share in a transaction. ``touched`` holds the (kind, key) pairs for the feed.

    ``audited`` holds the audit log's new rows: actor, action, subject, at. ``committed`` is called once all of it is
    kept, with the positions that the feed gave. ``driver`` is the connection of sqlite3 or psycopg itself. The
    transaction begins with the first statement, or, on SQLite, at once; what is not committed when the connection is
    given back is undone.
    """

    connection: PoolProxiedConnection
    writing: bool
    statements: Statements
    touched: dict[tuple[str, str], None] = field(default_factory=dict)
    audited: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    committed: list[Callable[[Positions], None]] = field(default_factory=list)
    driver: Any = None
    _queue: dict[Insert, list[Values]] = field(default_factory=dict)
    _waiting: bool = False
    _deferring: bool = False
    _deferred: list[_Written] = field(default_factory=list)
    _spoilt: BaseException | None = None
    _begun: bool = False
    _way: Journeys | Straight = field(init=False)
    _depth: int = 0

    def __post_init__(self) -> None:
        """Begin, where that is no journey of its own. Raises StoreUnavailable."""
        self.driver = self.connection.dbapi_connection
        if self._apart:
            self._way = Journeys(self.driver, self.connection.info.setdefault(_PLANNED, Planned()))
        else:
            self._way = Straight(self.driver)
            self._begin()

    def commit(self) -> Callable[[], None]:
        """Send the COMMIT as the last statement inside ``together``; what is returned makes sure of it after that."""
        self.flush()
        if not self._begun:
            return lambda: None
        reply = self._say("COMMIT")
        return partial(_make_sure, reply) if isinstance(reply, Reply) else lambda: None

    def later(self, insert: Insert, values: Values) -> None:
        """Insert a row before the next statement, together with others like it: one by one a guest list takes long.

        Tables get their rows in the order in which they were first named in this transaction.
        """
        rows = self._queue.setdefault(insert, [])
        rows.append(values)
        self._waiting = True
        if len(rows) >= _MOST_QUEUED:
            self.flush()

    def defer(self) -> None:
        """Send what ``send`` is given from now on together, before the next question or with the COMMIT."""
        self._deferring = self._apart

    def send(self, statement: Executable, values: Values | Sequence[Values]) -> None:
        """Write something without looking at what it changed, now or, after ``defer``, with what follows."""
        if not self._deferring:
            self.run(statement, values)
            return
        self._deferred.append((statement, values))

    def flush(self) -> None:
        """Write what waits. Raises as ``run`` does."""
        if self._waiting:
            self._waiting = False
            for insert, rows in self._queue.items():
                waiting, rows[:] = rows[:], []
                if waiting:
                    self._execute(insert, waiting)
        if self._deferred:
            deferred, self._deferred[:] = self._deferred[:], []
            with self.together():
                for statement, values in deferred:
                    self._execute(statement, values)

    def run(self, statement: Executable, values: Values | Sequence[Values] | None = None) -> Cursor:
        """Run one statement, for one or for many sets of values. Raises as ``translating`` says."""
        self.flush()
        return self._execute(statement, values or {})[1]

    def rows(self, statement: Executable, values: Values | None = None) -> Sequence[AnyRow]:
        """Run a query and return all its rows."""
        return self.answers((statement, values or {}))[0]

    def answers(self, *questions: tuple[Executable, Values]) -> list[Sequence[AnyRow]]:
        """Run queries, none of which needs another's answer, in one go; return the rows of each."""
        self.flush()
        with self.together() if len(questions) > 1 else nullcontext():
            asked = [self._execute(*question) for question in questions]
        with translating():
            return [prepared.rows(cursor) for prepared, cursor in asked]

    def ask(self, statement: Executable, values: Values) -> Callable[[], Sequence[AnyRow]]:
        """Run one statement inside ``together``; what is returned tells its rows, after that."""
        self.flush()
        prepared, cursor = self._execute(statement, values)
        if self._apart:
            return partial(prepared.rows, cursor)
        rows = prepared.rows(cursor)  # else SQLite holds the statement open over the COMMIT
        return lambda: rows

    def row(self, statement: Executable, values: Values | None = None) -> AnyRow | None:
        """Run a query and return its first row, None when there is none."""
        return next(iter(self.rows(statement, values)), None)

    def put(self, upsert: "Upsert", values: Values | Sequence[Values]) -> None:
        """Insert rows, or change those that are there, as ``send`` does."""
        self.send(upsert.on[self.dialect], values)

    @property
    def locks_rows(self) -> bool:
        """Whether several writers may be at work, so that rows must be locked: on PostgreSQL, when writing."""
        return self.writing and self._apart

    @property
    def _apart(self) -> bool:
        """Whether the database is another process: each question is a journey there and back."""
        return self.dialect == "postgresql"

    @property
    def dialect(self) -> str:
        """Return the database's kind: ``sqlite`` or ``postgresql``."""
        return self.statements.dialect.name

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send the statements inside without waiting for the answer of each; mistakes are raised at the end.

        Inside another one they go with the others.
        """
        self._depth += 1
        try:
            with self._remembering(), translating(), refusing_unstorable():
                yield
        except BaseException:
            with suppress(Exception):
                self._arrive()  # so that nothing is left on its way
            raise
        with self._remembering(), translating():
            self._arrive()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo the statements, touches and audit rows inside when something raises there."""
        self.flush()
        self._begin()
        touched, committed, spoilt = dict(self.touched), self.committed[:], self._spoilt
        audited = self.audited[:]
        self._say(f"SAVEPOINT {_SAVEPOINT}")
        try:
            yield
            self.check()
            self.flush()
            self._say(f"RELEASE SAVEPOINT {_SAVEPOINT}")
        except StoreUnavailable as problem:
            self._spoilt = problem  # and stays so: the database may have given the whole transaction up
            raise
        except BaseException:
            self._say(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            self._say(f"RELEASE SAVEPOINT {_SAVEPOINT}")
            self.touched, self.committed, self._spoilt = touched, committed, spoilt
            self.audited = audited
            self._queue, self._deferred = {}, []
            raise

    def check(self) -> None:
        """Raise when a statement failed and the caller went on: PostgreSQL would answer COMMIT with a silent ROLLBACK.

        Raises StoreUnavailable when the database was away, RuntimeError when the mistake is the program's.
        """
        if isinstance(self._spoilt, StoreUnavailable):
            raise StoreUnavailable(str(self._spoilt))
        if self._spoilt is not None:
            raise RuntimeError("a statement failed outside a savepoint, so this transaction cannot be kept")

    def _arrive(self) -> None:
        self._depth -= 1
        if not self._depth:
            self._way.go()

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._say(begin_words(self.dialect, writing=self.writing))

    def _say(self, words: str) -> Cursor:
        with self.together():
            return self._way.send(words)

    def _execute(self, statement: Executable, values: Values | Sequence[Values]) -> tuple[Prepared, Cursor]:
        many = [values] if isinstance(values, Mapping) else values
        if not self.writing and isinstance(statement, UpdateBase):
            raise RuntimeError("this transaction is for looking only")
        try:  # what is only needed when something fails is only entered then: a guest waits for a dozen of these
            prepared = self.statements.of(statement, many[0])
            self._begin()
            reply = self._way.send(prepared.sql, [prepared.parameters(each) for each in many])
            if not self._depth:
                self._way.go()
        except BaseException:
            with self._remembering(), translating(), refusing_unstorable():
                raise
        return prepared, reply

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        try:
            yield
        except BaseException as problem:
            self._spoilt = problem
            raise


def begin_words(dialect: str, *, writing: bool) -> str:
    """Say how a transaction begins: for writing with the lock on SQLite, for looking with one moment's view."""
    if dialect == "sqlite":
        return "BEGIN IMMEDIATE" if writing else "BEGIN"
    return "BEGIN ISOLATION LEVEL READ COMMITTED" if writing else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


def _make_sure(reply: Reply) -> None:
    if reply.did != "COMMIT":
        raise StoreUnavailable(f"the database answered the COMMIT with {reply.did}")


class Upsert:
    """INSERT that changes the row, or leaves it as it is, where the key is there already; made for both databases.

    Without ``keys`` any conflict leaves the row. ``only_if`` is SQL about the old row and ``excluded``, the new one;
    so are the values of ``changes``, which name the columns to change where it is not all of them. Where neither is
    given, a row that is already so is not written again: that would cost a page of each of its indexes.
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
            whole: dict[str, ColumnElement[Any]] = {
                column.name: insert.excluded[column.name] for column in table.c if column.name not in keys
            }
            told = {column: text(value) for column, value in changes.items()} if changes else whole
            where = condition if only_if or changes else _differs(table, whole)
            self.on[name] = insert.on_conflict_do_update(index_elements=keys, set_=told, where=where)


def _differs(table: Table, new: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """Return SQL that says whether a row would change. PostgreSQL does not compare JSON, but its text it does."""
    pairs = [(table.c[name], value) for name, value in new.items()]
    return or_(
        *(
            cast(old, Text).is_distinct_from(cast(value, Text))
            if isinstance(old.type, JSON)
            else old.is_distinct_from(value)
            for old, value in pairs
        )
    )
