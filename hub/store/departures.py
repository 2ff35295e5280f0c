"""Who was noted as having left."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, delete, select

from hub.domain.departures import Departure
from hub.store import incident_tables as t
from hub.store.types import among
from hub.store.work import Upsert, Work

_d = t.departures.c
_OF = select(t.departures).where(among(_d.meeting, "meetings")).order_by(_d.person)
_PUT = Upsert(t.departures, "person")
_DROP = delete(t.departures).where(_d.person == bindparam("who"))


class SqlDepartures:
    """Fills ``hub.incident_ports.Departures``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def of_meetings(self, meetings: Collection[str]) -> Sequence[Departure]:
        """Return who was noted as having left these meetings, by person."""
        if not meetings:
            return []
        return [
            Departure(person=row.person, meeting=row.meeting, left_at=row.left_at, by=row.by)
            for row in self._work.rows(_OF, {"meetings": list(meetings)})
        ]

    def put(self, one: Departure) -> None:
        """Note that a person left; a later note takes the place of an earlier one."""
        row = {"person": one.person, "meeting": one.meeting, "left_at": one.left_at, "by": one.by}
        self._work.put(_PUT, [row])

    def drop(self, person: str) -> None:
        """Take that back."""
        self._work.run(_DROP, {"who": person})
