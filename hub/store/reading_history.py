"""Tells what a point said, from readings, minutes and hours."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from hub.domain.history import UNIT_S, History, Level, Spot, fold, step_of
from hub.domain.history_steps import EACH, MOST_SPOTS, choose
from hub.store import room_tables as t
from hub.store.slots import BLOCK, FINER, MEASURES, RANKS, TABLES, slots, stepped, within
from hub.store.types import Milliseconds
from hub.store.work import AnyRow, Work

_QUALITIES = {rank: quality for quality, rank in RANKS.items()}
_r, _u = t.readings.c, t.unrolled.c
_KEPT_FROM = select(t.kept_from)
_EACH = select(_r.at, _r.value, _r.text, _r.quality).where(*within(t.readings)).order_by(_r.slot, _r.at)
_FEW = select(func.count().label("n")).select_from(
    select(_r.at).where(*within(t.readings)).limit(bindparam("limit")).subquery("some")
)
_STEPPED = {level: stepped(level, *within(TABLES[level])) for level in Level}
_OLDEST_CHANGED = select(func.min(_u.at).label("at")).where(
    _u.level == bindparam("of_level"),
    _u.at >= bindparam("start", type_=Milliseconds()),
    _u.at < bindparam("end", type_=Milliseconds()),
    _u.block == bindparam("of_block"),
)


class ReadingHistory:
    """Part of ``SqlReadings``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work
        self._kept_from: dict[Level, datetime] = {}

    def tell(self, number: int | None, start: datetime, end: datetime, step_s: int | None) -> History:
        """Return the history of a point, by its number; None: it has never said anything. Raises InvalidInput."""
        self._kept_from = {Level(row.level): row.at for row in self._work.rows(_KEPT_FROM)}
        level, step = choose(start, end, step_s, self._kept_from)
        if number is None:
            return History(level=level, step_s=step, spots=())
        if level is Level.READINGS and (step_s == EACH or (step_s is None and self._are_few(number, start, end))):
            return History(level=level, step_s=EACH, spots=self._each(number, start, end))
        start, end = step_of(start, step), step_of(end + timedelta(seconds=step, microseconds=-1), step)
        return History(level=level, step_s=step, spots=fold(self._stepped(level, number, start, end, step), step))

    def _are_few(self, number: int, start: datetime, end: datetime) -> bool:
        row = self._work.row(_FEW, {"limit": MOST_SPOTS + 1} | _span(Level.READINGS, number, start, end))
        return row is not None and row.n <= MOST_SPOTS

    def _each(self, number: int, start: datetime, end: datetime) -> list[Spot]:
        return [_spot(row) for row in self._work.rows(_EACH, _span(Level.READINGS, number, start, end))]

    def _stepped(self, level: Level, number: int, start: datetime, end: datetime, step_s: int) -> list[Spot]:
        """Return a span in steps; what is not rolled up yet comes from the next finer level."""
        if start >= end:
            return []
        rolled = end if level is Level.READINGS else self._rolled_until(level, number, start, end)
        rows = self._work.rows(_STEPPED[level], {"step_ms": step_s * 1000} | _span(level, number, start, rolled))
        spots = [
            Spot(at=row.at, **{name: getattr(row, name) for name in MEASURES[:-1]}, text=row.text or "") for row in rows
        ]
        return spots if rolled == end else spots + self._stepped(FINER[level], number, rolled, end, step_s)

    def _rolled_until(self, level: Level, number: int, start: datetime, end: datetime) -> datetime:
        """Return the beginning of the first minute or hour of a span that is not rolled up, else the span's end."""
        until, finer = end, level
        while finer is not Level.READINGS:
            since = max(start, self._kept_from.get(FINER[finer], start))  # what came later than that is never told
            span = {"of_level": finer.value, "of_block": number // BLOCK, "start": since, "end": end}
            row = self._work.row(_OLDEST_CHANGED, span)
            if row is not None and row.at is not None:
                until = min(until, step_of(row.at, UNIT_S[level]))
            finer = FINER[finer]
        return max(until, start)


def _span(level: Level, number: int, start: datetime, end: datetime) -> dict[str, object]:
    return {"slots": slots(level, start, end), "of_point": number, "start": start, "end": end}


def _spot(row: AnyRow) -> Spot:
    n = row.value is not None
    value = row.value
    return Spot(
        at=row.at,
        n=int(n),
        words=int(not n),
        least=value,
        most=value,
        total=value,
        last=value,
        text=row.text or "",
        quality=_QUALITIES[row.quality],
    )
