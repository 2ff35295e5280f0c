"""Who alone does something for a meeting, and who knows the playbooks."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select

from hub.domain.roster import MINUTES_FROM, KnowsPlaybooks, Staffing
from hub.store import staff_tables as t
from hub.store.tables import meta
from hub.store.types import among
from hub.store.work import Upsert, Work

_STAFFING = select(t.staffing).where(among(t.staffing.c.meeting, "meetings"))
_PUT = Upsert(t.staffing, "meeting")
_KNOWN = select(t.playbooks_known)
_PUT_KNOWN = Upsert(t.playbooks_known, "staff")
_SETTING = select(meta.c.value).where(meta.c.key == bindparam("the_key"))
_PUT_SETTING = Upsert(meta, "key")
_KEY = "minutes_from"


class SqlRoster:
    """Fills ``hub.staff_ports.RosterKept``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def staffing(self, meetings: Collection[str]) -> Mapping[str, Staffing]:
        """Return who does what for these meetings."""
        return {
            row.meeting: Staffing(
                importance=row.importance,
                minutes=row.minutes,
                minutes_taker=row.minutes_taker,
                technician=row.technician,
                told_at=row.told_at,
            )
            for row in self._work.rows(_STAFFING, {"meetings": sorted(meetings)})
        }

    def save_staffing(self, meeting: str, staffing: Staffing) -> None:
        """Keep who does what for a meeting."""
        told = {"meeting": meeting, "importance": staffing.importance, "minutes": staffing.minutes}
        named = {
            "minutes_taker": staffing.minutes_taker,
            "technician": staffing.technician,
            "told_at": staffing.told_at,
        }
        self._work.put(_PUT, told | named)

    def playbooks_known(self) -> Mapping[str, KnowsPlaybooks]:
        """Return who knows which edition of the playbooks."""
        return {row.staff: KnowsPlaybooks(edition=row.edition, at=row.at) for row in self._work.rows(_KNOWN)}

    def know_playbooks(self, staff: str, known: KnowsPlaybooks) -> None:
        """Keep that a person knows an edition of the playbooks."""
        self._work.put(_PUT_KNOWN, {"staff": staff, "edition": known.edition, "at": known.at})

    def minutes_from(self) -> int:
        """Return the least importance of meetings that need a minutes-taker."""
        row = self._work.row(_SETTING, {"the_key": _KEY})
        return int(row.value) if row is not None else MINUTES_FROM

    def save_minutes_from(self, importance: int) -> None:
        """Keep that number."""
        if self.minutes_from() != importance:
            self._work.put(_PUT_SETTING, {"key": _KEY, "value": str(importance)})
