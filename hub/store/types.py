"""Column types and conditions that mean the same on SQLite and PostgreSQL."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text that sorts by code point on both databases, whatever the server's locale."""

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant with its microseconds. Refuses naive times (ValueError), gives back aware UTC.

    SQLite keeps it as text with its offset, ``2026-11-21 01:02:03.000004+00:00``, which sorts by time. SQLAlchemy's own
    type would drop the offset there (reference/domain-and-booking.md C.2).
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the database's own instants where it has them."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Turn an aware time into what the database keeps. Raises ValueError on a naive one."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat(" ", "microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - the driver's own type
        """Return the aware UTC time."""
        if value is None:
            return None
        moment: datetime = value if dialect.name == "postgresql" else datetime.fromisoformat(value)
        return moment.astimezone(UTC)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Milliseconds(TypeDecorator[datetime]):
    """An instant to the millisecond, as whole milliseconds since 1970: 6 bytes on SQLite, where text takes 33.

    For the rows of which there are millions. Refuses naive times (ValueError), gives back aware UTC.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware time into a number. Raises ValueError on a naive one."""
        del dialect
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the aware UTC time."""
        del dialect
        return None if value is None else EPOCH + timedelta(milliseconds=value)


def writable(text: str) -> str:
    """Return a stranger's text as any database keeps it: NUL and halves of surrogate pairs become U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)


def milliseconds(moment: datetime) -> int:
    """Return an aware time as whole milliseconds since 1970, what is less cut off. Raises ValueError on a naive one."""
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone cannot be stored")
    return (moment - EPOCH) // _MS


class TextList(TypeDecorator[list[str]]):
    """A list of texts as one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use an array where the database has them."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(postgresql.TEXT()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> list[str] | str | None:
        """Turn the list into one parameter."""
        if value is None or dialect.name == "postgresql":
            return value
        return json.dumps(value)


class NumberList(TextList):
    """A list of whole numbers as one parameter."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use an array where the database has them."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(BigInteger()))
        return dialect.type_descriptor(Text())


class _Among(FunctionElement[bool]):
    """``column IN (…)`` whose list is one parameter: one prepared statement for every length, none too long.

    It has no type on purpose: SQLAlchemy writes ``= 1`` behind a Boolean for SQLite, which then uses no index.
    """

    inherit_cache = True
    name = "among"


@compiles(_Among, "sqlite")
def _among_in_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    column, parameter = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({parameter}))"  # noqa: S608 - both parts are SQLAlchemy's


@compiles(_Among)
def _among_in_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    column, parameter = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({parameter})"


def among(column: ColumnElement[str], parameter: str) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of the texts given as ``parameter``, a list of any length."""
    return _Among(column, bindparam(parameter, type_=TextList()))


def among_numbers(column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of the whole numbers given as ``parameter``, as ``among`` does."""
    return _Among(column, bindparam(parameter, type_=NumberList()))
