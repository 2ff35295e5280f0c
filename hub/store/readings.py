"""What the points said."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from hub.domain.readings import Quality, Reading
from hub.store import room_tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_l = t.latest.c
_ALL = select(t.latest)
_OF = _ALL.where(among(_l.point, "points"))
_PUT = Upsert(t.latest, "point", only_if="excluded.at >= latest.at")


class SqlReadings:
    """Fills ``hub.room_ports.Readings``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def add(self, readings: Sequence[Reading]) -> None:
        """Keep readings: the newest of each point is its latest, and all of them are history."""
        newest = {one.point: one for one in sorted(readings, key=lambda reading: reading.at)}
        rows = [
            {"point": one.point, "at": one.at, "value": one.value, "text": one.text, "quality": one.quality.value}
            for _, one in sorted(newest.items())
        ]
        if rows:
            self._work.put(_PUT, rows)

    def latest(self, points: Collection[str] | None = None) -> Mapping[str, Reading]:
        """Return the newest reading of each of these points, or of all, by point."""
        rows = self._work.rows(_ALL) if points is None else self._work.rows(_OF, {"points": sorted(points)})
        return {row.point: _reading(row) for row in rows}


def _reading(row: AnyRow) -> Reading:
    return Reading(point=row.point, at=row.at, value=row.value, text=row.text, quality=Quality(row.quality))
