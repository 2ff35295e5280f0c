"""What the points said."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from sqlalchemy import insert, select

from hub.domain.history import History, Level
from hub.domain.readings import Quality, Reading
from hub.store import room_tables as t
from hub.store.reading_history import ReadingHistory
from hub.store.reading_upkeep import ReadingUpkeep
from hub.store.slots import BLOCK, RANKS, SLOT_MS
from hub.store.types import EPOCH, among, milliseconds
from hub.store.work import AnyRow, Upsert, Work

_l = t.latest.c
_ALL = select(t.latest)
_OF = _ALL.where(among(_l.point, "points"))
_PUT = Upsert(t.latest, "point", only_if="excluded.at >= latest.at")
_NUMBERS = select(t.point_numbers).where(among(t.point_numbers.c.point, "points"))
_NUMBER = Upsert(t.point_numbers)
_WORTH = "({0}.quality, {0}.value IS NOT NULL, coalesce({0}.value, 0), coalesce({0}.text, ''))"
_KEEP = Upsert(t.readings, "slot", "point", "at", only_if=f"{_WORTH.format('excluded')} > {_WORTH.format('readings')}")
_CHANGED = insert(t.unrolled)


class SqlReadings:
    """Fills ``hub.room_ports.Readings``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work
        self._history = ReadingHistory(work)
        self._upkeep = ReadingUpkeep(work)

    def add(self, readings: Sequence[Reading]) -> None:
        """Keep readings: the newest of each point is its latest, and all of them are history."""
        newest = {one.point: one for one in sorted(readings, key=lambda reading: reading.at)}
        rows = [
            {"point": one.point, "at": one.at, "value": one.value, "text": one.text, "quality": one.quality.value}
            for _, one in sorted(newest.items())
        ]
        if rows:
            self._work.put(_PUT, rows)
            self._remember(readings, self._numbers(newest))

    def latest(self, points: Collection[str] | None = None) -> Mapping[str, Reading]:
        """Return the newest reading of each of these points, or of all, by point."""
        rows = self._work.rows(_ALL) if points is None else self._work.rows(_OF, {"points": sorted(points)})
        return {row.point: _reading(row) for row in rows}

    def history(self, point: str, start: datetime, end: datetime, step_s: int | None = None) -> History:
        """Return what a point said from ``start`` on until before ``end``. Raises InvalidInput."""
        return self._history.tell(self._numbers([point], make=False).get(point), start, end, step_s)

    def roll_up(self, now: datetime) -> bool:
        """Bring the readings of one block of points in the oldest minute or hour that is over into one row each."""
        return self._upkeep.roll_up(now)

    def forget(self, level: Level, before: datetime) -> int:
        """Remove the oldest rows of a level, a few thousand at most."""
        return self._upkeep.forget(level, before)

    def _remember(self, readings: Sequence[Reading], numbers: Mapping[str, int]) -> None:
        rows, changed = [], set()
        for one in readings:
            number, slot = numbers[one.point], milliseconds(one.at) // SLOT_MS[Level.READINGS]
            told = {"value": one.value, "text": one.text or None, "quality": RANKS[one.quality]}
            rows.append({"slot": slot, "point": number, "at": one.at} | told)
            changed.add((slot, number // BLOCK))
        self._work.put(_KEEP, sorted(rows, key=itemgetter("slot", "point", "at")))
        slot_s = SLOT_MS[Level.READINGS] // 1000
        at = {slot: EPOCH + timedelta(seconds=slot * slot_s) for slot, _ in changed}
        marks = [{"level": Level.MINUTE.value, "at": at[slot], "block": block} for slot, block in sorted(changed)]
        self._work.send(_CHANGED, marks)

    def _numbers(self, points: Collection[str], *, make: bool = True) -> dict[str, int]:
        """Return the numbers of points; those that have none get one, where it is wanted."""
        wanted = {"points": sorted(points)}
        found = {row.point: row.number for row in self._work.rows(_NUMBERS, wanted)}
        missing = [point for point in wanted["points"] if point not in found]
        if not missing or not make:
            return found
        self._work.put(_NUMBER, [{"point": point} for point in missing])
        return {row.point: row.number for row in self._work.rows(_NUMBERS, wanted)}


def _reading(row: AnyRow) -> Reading:
    return Reading(point=row.point, at=row.at, value=row.value, text=row.text, quality=Quality(row.quality))
