"""Rolls readings up into minutes and hours, and throws away what is old, in pieces for which no check-in waits long."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Insert, bindparam, delete, func, insert, select, tuple_, type_coerce
from sqlalchemy.dialects import postgresql, sqlite

from hub.domain.history import Level
from hub.store import room_tables as t
from hub.store.slots import BLOCK, FINER, MEASURES, SLOT_MS, TABLES, UNIT_MS, stepped
from hub.store.types import EPOCH, Milliseconds, milliseconds
from hub.store.work import Upsert, Work

GRACE = timedelta(seconds=5)
"""So long a minute or hour waits, once it is over, for readings that are under way."""

PIECE = 5_000
"""Rows removed in one transaction."""

_HOUR_MS = UNIT_MS[Level.HOUR]
_u = t.unrolled.c
_SPAN = (_u.level == bindparam("of_level"), _u.at == bindparam("start", type_=Milliseconds()))
_NEXT = (
    select(_u.at, _u.block)
    .where(_u.level == bindparam("of_level"), _u.at < bindparam("before", type_=Milliseconds()))
    .order_by(_u.at, _u.block)
    .limit(1)
)
_OLDEST = select(func.min(_u.at).label("at")).where(_u.level == bindparam("of_level"))
_TAKE = delete(t.unrolled).where(*_SPAN, _u.block == bindparam("of_block"))
_CHANGED = insert(t.unrolled)
_KEPT_FROM = select(t.kept_from.c.at).where(t.kept_from.c.level == bindparam("of_level"))
_KEEP_FROM = Upsert(t.kept_from, "level", only_if="excluded.at > kept_from.at")


def _roll_up(level: Level, dialect: str) -> Insert:
    """Return what makes a level's rows of one span, for a block of points, from the finer one's."""
    source, into = TABLES[FINER[level]].c, TABLES[level]
    span = stepped(
        FINER[level],
        source.slot == bindparam("of_slot"),
        source.point.between(bindparam("first"), bindparam("last")),
        source.at >= bindparam("from_at", type_=Milliseconds()),
        source.at < bindparam("until_at", type_=Milliseconds()),
    )
    made = span.add_columns(bindparam("into_slot", type_=BigInteger).label("slot"))
    make = (postgresql if dialect == "postgresql" else sqlite).insert(into)
    filled = make.from_select(["point", "at", *MEASURES, "slot"], made)
    return filled.on_conflict_do_update(  # type: ignore[no-any-return]  # from_select forgets its kind
        index_elements=["slot", "point", "at"], set_={name: make.excluded[name] for name in MEASURES}
    )


def _key(level: Level) -> tuple[ColumnElement[Any], ...]:
    c = TABLES[level].c
    return c.slot, c.point, type_coerce(c.at, BigInteger).label("at")


_ROLL_UP = {level: {dialect: _roll_up(level, dialect) for dialect in ("sqlite", "postgresql")} for level in FINER}
_OLD = {level: TABLES[level].c.slot < bindparam("cut") for level in Level}
_LAST_OF_PIECE = {
    level: select(*_key(level)).where(_OLD[level]).order_by(*_key(level)).offset(bindparam("skip")).limit(1)
    for level in Level
}
_REMOVE_ALL = {level: delete(TABLES[level]).where(_OLD[level]) for level in Level}
_REMOVE_TO = {
    level: delete(TABLES[level]).where(
        tuple_(*TABLES[level].primary_key.columns) <= tuple_(*map(bindparam, ("slot", "point", "at")))
    )
    for level in Level
}


class ReadingUpkeep:
    """Part of ``SqlReadings``. One process at a time does this (a timer is in one's hand)."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def roll_up(self, now: datetime) -> bool:
        """Roll up one block of points in the oldest minute, else hour, that has changed and is over.

        Returns False when there is none. The rows are made anew from all of the finer ones, so neither a late reading
        nor a repeated one is ever counted twice.
        """
        for level in FINER[Level.HOUR], Level.HOUR:
            over = now - GRACE - timedelta(milliseconds=UNIT_MS[level] - 1)
            row = self._work.row(_NEXT, {"of_level": level.value, "before": over})
            if row is not None:
                self._roll_up(level, row.at, row.block)
                return True
        return False

    def forget(self, level: Level, before: datetime) -> int:
        """Remove some of a level's oldest rows; those that are not rolled up yet stay. Returns how many went."""
        cut = min([before, *self._unrolled()])
        slot = milliseconds(cut) // max(_HOUR_MS, SLOT_MS[level]) * max(_HOUR_MS, SLOT_MS[level]) // SLOT_MS[level]
        last = self._work.row(_LAST_OF_PIECE[level], {"cut": slot, "skip": PIECE - 1})
        gone = (
            self._work.run(_REMOVE_ALL[level], {"cut": slot})
            if last is None
            else self._work.run(_REMOVE_TO[level], {"slot": last.slot, "point": last.point, "at": last.at})
        ).rowcount
        if gone:
            kept_from = EPOCH + timedelta(milliseconds=slot * SLOT_MS[level])
            self._work.put(_KEEP_FROM, {"level": level.value, "at": kept_from})
        return gone

    def _unrolled(self) -> list[datetime]:
        rows = [self._work.row(_OLDEST, {"of_level": level.value}) for level in FINER]
        return [row.at for row in rows if row is not None and row.at is not None]

    def _roll_up(self, level: Level, at: datetime, block: int) -> None:
        # The marks go first: one of a transaction that commits after this stays, and the span is rolled up again.
        self._work.run(_TAKE, {"of_level": level.value, "start": at, "of_block": block})
        kept = self._work.row(_KEPT_FROM, {"of_level": FINER[level].value})
        if kept is not None and at < kept.at:
            return  # what came so late stands alone: the others of its span are gone
        slot = milliseconds(at) // SLOT_MS[FINER[level]]
        values = {"of_slot": slot, "from_at": at, "until_at": at + timedelta(milliseconds=UNIT_MS[level])}
        values |= {"into_slot": milliseconds(at) // SLOT_MS[level], "step_ms": UNIT_MS[level]}
        values |= {"first": block * BLOCK, "last": block * BLOCK + BLOCK - 1}
        self._work.run(_ROLL_UP[level][self._work.dialect], values)
        if level is not Level.HOUR:
            hour = EPOCH + timedelta(milliseconds=milliseconds(at) // _HOUR_MS * _HOUR_MS)
            self._work.run(_CHANGED, {"level": Level.HOUR.value, "at": hour, "block": block})
