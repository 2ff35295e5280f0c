"""Statements made ready once: SQLAlchemy writes the SQL and knows the types, then the driver is asked directly.

Of the 80 to 150 µs that SQLAlchemy takes for one small statement the database needs 10. A guest waits for a dozen.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Dialect, Executable, Insert, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows

_NAMED = re.compile(r"%\((\w+)\)s")
Values: TypeAlias = Mapping[str, Any]
AnyRow: TypeAlias = Any
"""A named tuple of one row's columns."""


class Cursor(Protocol):
    """What came of a statement, as far as anybody looks at it."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """Return each column's name and type."""

    @property
    def rowcount(self) -> int:
        """Return how many rows were found or changed."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows."""


class Prepared:
    """One statement in one database's words."""

    def __init__(self, statement: Executable, keys: Iterable[str] | None, dialect: Dialect) -> None:
        """Write the SQL. ``keys`` are the columns that an INSERT or UPDATE will be given."""
        options = {"render_postcompile": True}
        written = statement.compile(  # type: ignore[attr-defined]  # every executable here is a clause
            dialect=dialect, column_keys=None if keys is None else list(keys), compile_kwargs=options
        )
        assert isinstance(written, SQLCompiler)  # noqa: S101 - a mistake of ours, found by the first use
        self.sql = written.string
        used = written.positiontup or []
        if not written.positional:
            used = list(dict.fromkeys(_NAMED.findall(self.sql)))
            numbers = {name: f"${number}" for number, name in enumerate(used, 1)}
            self.sql = _NAMED.sub(lambda found: numbers[found[1]], self.sql).replace("%%", "%")
        binds = {name: written.binds[name] for name in used}
        self._names: Sequence[str] = used
        self._fixed = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        writers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
        self._writers = {name: write for name, write in writers.items() if write is not None}
        types = [column.type for column in statement.exported_columns] if isinstance(statement, ReturnsRows) else []
        self._types = [type_.dialect_impl(dialect) for type_ in types]
        self._dialect = dialect
        self._make: Callable[[Iterable[Any]], AnyRow] | None = None
        self._readers: list[tuple[int, Callable[[Any], Any]]] = []

    def parameters(self, values: Values) -> Sequence[Any]:
        """Put values into the driver's form and order. Raises KeyError for one missing, ValueError for a naive time."""
        found = {**self._fixed, **values}
        for name, write in self._writers.items():
            found[name] = write(found[name])
        return [found[name] for name in self._names]

    def rows(self, cursor: Cursor) -> list[AnyRow]:
        """Return all rows that a cursor found, with the values as the columns' types say."""
        make = self._make or self._learn(cursor.description or ())
        if not self._readers:
            return [make(row) for row in cursor.fetchall()]
        found = []
        for row in cursor.fetchall():
            values = list(row)
            for at, read in self._readers:
                values[at] = read(values[at])
            found.append(make(values))
        return found

    def _learn(self, columns: Sequence[Sequence[Any]]) -> Callable[[Iterable[Any]], AnyRow]:
        """Find out, from the first answer, how rows are called and read."""
        processors = (
            type_.result_processor(self._dialect, column[1]) for type_, column in zip(self._types, columns, strict=True)
        )
        self._readers = [(at, read) for at, read in enumerate(processors) if read is not None]
        names = [column[0] for column in columns]
        row = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024 - its fields are known only now
        self._make = row._make
        return row._make


class Statements:
    """The prepared statements of one database, by the statement itself. Threads may share it."""

    def __init__(self, dialect: Dialect) -> None:
        """Begin with none."""
        self.dialect = dialect
        self._known: dict[tuple[Executable, tuple[str, ...] | None], Prepared] = {}

    def of(self, statement: Executable, values: Values) -> Prepared:
        """Return a statement made ready, for the columns that are given where it writes."""
        fills = isinstance(statement, Update) or (isinstance(statement, Insert) and statement.select is None)
        keys = tuple(values) if fills else None
        found = self._known.get((statement, keys))
        if found is None:
            found = self._known[statement, keys] = Prepared(statement, keys, self.dialect)
        return found
