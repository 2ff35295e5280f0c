"""Reading an array of tables of which each has a name of its own."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from hub.venue_files.table import Table

T = TypeVar("T")


def each_once(
    tables: Iterable[Table], read: Callable[[Table], T | None], key_of: Callable[[T], Hashable], name: str
) -> tuple[T, ...]:
    """Read each table of an array and note every key that stands twice."""
    found: dict[Hashable, T] = {}
    for table in tables:
        one = read(table)
        if one is None:
            continue
        if key_of(one) in found:
            table.wrong(name, f"{table.value(name)!r} stands twice", "keep one of them")
        found.setdefault(key_of(one), one)
    return tuple(found.values())
