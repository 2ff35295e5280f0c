"""What the schema is made of: the kinds of columns, and how what holds them is named."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Identity, Index, Integer, MetaData
from sqlalchemy import text as sql

from hub.store.types import TEXT, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def key(name: str, *more: ForeignKey) -> Column[str]:
    """Return a text column of the primary key."""
    return Column(name, TEXT, *more, primary_key=True)


def text(name: str, *more: ForeignKey) -> Column[str]:
    """Return a text column that always holds something, if only the empty text."""
    return Column(name, TEXT, *more, nullable=False)


def maybe(name: str, *more: ForeignKey) -> Column[str | None]:
    """Return a text column that may hold nothing."""
    return Column(name, TEXT, *more)


def words(name: str, *, nullable: bool = False) -> tuple[Column[str], Column[str]]:
    """Return the two columns of a text in both languages."""
    return Column(f"{name}_zh", TEXT, nullable=nullable), Column(f"{name}_en", TEXT, nullable=nullable)


def flag(name: str) -> Column[bool]:
    """Return a true-or-false column."""
    return Column(name, Boolean, nullable=False)


def number(name: str) -> Column[int]:
    """Return a column for whole numbers of up to 63 bits."""
    return Column(name, BigInteger, nullable=False)


def count_key(name: str) -> Column[int]:
    """Return a column of the primary key for whole numbers that we give ourselves."""
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def serial(name: str) -> Column[int]:
    """Return the primary key whose numbers the database gives."""
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)


def instants(*names: str, nullable: bool = False) -> Sequence[Column[Any]]:
    """Return columns for aware instants."""
    return [Column(name, UtcDateTime, nullable=nullable) for name in names]


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Return the rule that a column holds one of these words. For words that stay; those that grow are not listed."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def unique_where(*columns: Column[Any], condition: str, sqlite: str | None = None) -> None:
    """Add a unique index over the rows that meet a condition.

    SQLite uses such an index only for queries with the very words of the condition: ``sqlite``, where it is put
    differently there.
    """
    name = "_".join(["uq", columns[0].table.name, *(column.name for column in columns)])
    Index(name, *columns, unique=True, sqlite_where=sql(sqlite or condition), postgresql_where=sql(condition))


def index_where(*columns: Column[Any], condition: str) -> None:
    """Add an index over the few rows that meet a condition; only queries with its very words use it."""
    name = "_".join(["ix", columns[0].table.name, *(column.name for column in columns)])
    Index(name, *columns, sqlite_where=sql(condition), postgresql_where=sql(condition))
