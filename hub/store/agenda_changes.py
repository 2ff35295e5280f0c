"""What was done to agendas while they ran."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from hub.domain.agenda_changes import AgendaChange, AgendaStep
from hub.store import tables as t
from hub.store.rows import both, maybe_words, words
from hub.store.types import among
from hub.store.work import AnyRow, Work

_c = t.agenda_changes.c
_ADD = insert(t.agenda_changes)
_NEWEST = (
    select(t.agenda_changes)
    .where(_c.meeting == bindparam("of_meeting"))
    .order_by(_c.at.desc(), _c.id.desc())
    .limit(bindparam("most"))
)
_NOTICES = (
    select(t.agenda_changes)
    .where(among(_c.meeting, "meetings"), _c.until > bindparam("now", type_=_c.until.type))
    .order_by(_c.at, _c.id)
)


class SqlAgendaChanges:
    """Fills ``hub.agenda_ports.AgendaChanges``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def add(self, change: AgendaChange) -> None:
        """Keep what was done."""
        values = {
            "id": change.id,
            "meeting": change.meeting,
            "at": change.at,
            "by": change.by,
            "step": change.step.value,
            "part": change.part,
            "minutes": change.minutes,
            "why": change.why,
            "until": change.until,
            **both("title", change.title),
            **both("other", change.other),
        }
        self._work.run(_ADD, values)

    def newest(self, meeting: str, limit: int) -> Sequence[AgendaChange]:
        """Return what was done to a meeting's agenda, the newest first."""
        return [_change(row) for row in self._work.rows(_NEWEST, {"of_meeting": meeting, "most": limit})]

    def notices(self, meetings: Collection[str], now: datetime) -> Mapping[str, AgendaChange]:
        """Return the newest notice of a delay that still stands, by meeting."""
        if not meetings:
            return {}
        rows = self._work.rows(_NOTICES, {"meetings": sorted(meetings), "now": now})
        return {row.meeting: _change(row) for row in rows}


def _change(row: AnyRow) -> AgendaChange:
    return AgendaChange(
        id=row.id,
        meeting=row.meeting,
        at=row.at,
        by=row.by,
        step=AgendaStep(row.step),
        part=row.part,
        title=words(row, "title"),
        other=maybe_words(row, "other"),
        minutes=row.minutes,
        why=row.why,
        until=row.until,
    )
