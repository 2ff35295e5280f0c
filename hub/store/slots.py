"""How the tables of history are cut into slots, and how their rows are brought into steps."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Table, bindparam, cast, func, select, type_coerce

from hub.domain.history import UNIT_S, Level
from hub.domain.readings import Quality
from hub.store import room_tables as t
from hub.store.types import Milliseconds, among_numbers, milliseconds

DAY_MS = 86_400_000
TABLES = {Level.READINGS: t.readings, Level.MINUTE: t.readings_by_minute, Level.HOUR: t.readings_by_hour}
SLOT_MS = {Level.READINGS: 60_000, Level.MINUTE: DAY_MS, Level.HOUR: 30 * DAY_MS}
FINER = {Level.HOUR: Level.MINUTE, Level.MINUTE: Level.READINGS}
UNIT_MS = {level: seconds * 1000 for level, seconds in UNIT_S.items()}
BLOCK = 128
"""Points whose numbers are so close are rolled up together: few enough that no writer waits long."""

RANKS = {Quality.RESTORED: 0, Quality.STALE: 1, Quality.LIVE: 2}
"""How qualities are kept; of two readings of one point and instant the one with the higher stays."""

MEASURES = ("n", "words", "least", "most", "total", "last", "text")


def slots(level: Level, start: datetime, end: datetime) -> list[int]:
    """Return the slots that a span touches; ``end`` is not in it."""
    first, last = (milliseconds(moment) // SLOT_MS[level] for moment in (start, end))
    return [*range(first, last + 1)]


def within(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for one point's rows in a span: ``slots``, ``point``, ``start``, ``end`` (not in it)."""
    c = table.c
    return (
        among_numbers(c.slot, "slots"),
        c.point == bindparam("of_point"),
        c.at >= bindparam("start", type_=Milliseconds()),
        c.at < bindparam("end", type_=Milliseconds()),
    )


def stepped(level: Level, *where: ColumnElement[bool]) -> Select[Any]:
    """Return the question for a level's rows, brought into steps of ``step_ms``: point, at and MEASURES, by both."""
    source = TABLES[level]
    ms = type_coerce(source.c.at, BigInteger)
    begins = (ms - ms % bindparam("step_ms", type_=BigInteger)).label("begins")
    grouped = (
        select(source.c.point, begins, func.max(ms).label("newest"), *_measures(level))
        .where(*where, *([source.c.quality == RANKS[Quality.LIVE]] if level is Level.READINGS else []))
        .group_by(source.c.point, "begins")
        .subquery("grouped")
    )
    last = source.alias("newest_one")
    its_slot = grouped.c.newest // SLOT_MS[level]
    found = (last.c.slot == its_slot) & (last.c.point == grouped.c.point)
    return (
        select(
            grouped.c.point,
            type_coerce(grouped.c.begins, Milliseconds).label("at"),
            *(grouped.c[name] for name in MEASURES[:5]),
            (last.c.value if level is Level.READINGS else last.c.last).label("last"),
            last.c.text.label("text"),
        )
        .join_from(grouped, last, found & (type_coerce(last.c.at, BigInteger) == grouped.c.newest))
        .order_by(grouped.c.point, grouped.c.begins)
    )


def _measures(level: Level) -> list[ColumnElement[Any]]:
    c = TABLES[level].c
    made: tuple[ColumnElement[Any], ...]
    if level is Level.READINGS:
        n, words = func.count(c.value), func.count() - func.count(c.value)
        made = (n, words, func.min(c.value), func.max(c.value), func.sum(c.value))
    else:
        counts = (cast(func.sum(each), BigInteger) for each in (c.n, c.words))
        made = (*counts, func.min(c.least), func.max(c.most), func.sum(c.total))
    return [measure.label(name) for measure, name in zip(made, MEASURES[:5], strict=True)]
