"""What is wrong in the rooms, and what was."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select

from hub.domain.conditions import Cause, Condition, Note, SubjectKind
from hub.store import room_tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_c = t.conditions.c
_OPEN = select(t.conditions).where(_c.over_at.is_(None)).order_by(_c.opened_at, _c.id)
_GET = select(t.conditions).where(_c.id == bindparam("the_id"))
_OPEN_LOCKED = _OPEN.with_for_update()
_SINCE = bindparam("moment", type_=_c.opened_at.type)
_LATELY = (
    select(t.conditions)
    .where(or_(_c.over_at.is_(None), _c.over_at > _SINCE))
    .order_by(_c.opened_at.desc(), _c.id.desc())
)
_OF = _LATELY.where(among(_c.subject, "subjects"))
_LATEST = _LATELY.limit(bindparam("most"))
_FORGET = delete(t.conditions).where(_c.over_at < _SINCE)
_PUT = Upsert(t.conditions, "id")


class SqlConditions:
    """Fills ``hub.room_ports.Conditions``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def open(self) -> Sequence[Condition]:
        """Return the open ones, the oldest first; in a writing transaction nobody else changes them before the end."""
        return [_condition(row) for row in self._work.rows(_OPEN_LOCKED if self._work.locks_rows else _OPEN)]

    def get(self, condition: str) -> Condition | None:
        """Return one, over or not. Whoever changes it takes it from ``open``, which keeps others from doing so."""
        row = self._work.row(_GET, {"the_id": condition})
        return _condition(row) if row is not None else None

    def save(self, condition: Condition) -> None:
        """Add or change one. A second open one of the same cause and subject raises Refused (I5)."""
        row = {name: getattr(condition, name) for name in Condition.__dataclass_fields__}
        told = {"key": condition.key, "cause": condition.cause.value, "about": condition.about.value}
        notes = [{"at": one.at.isoformat(), "by": one.by, "text": one.text} for one in condition.notes]
        self._work.put(_PUT, row | told | {"notes": notes})

    def of_subjects(self, subjects: Collection[str], since: datetime) -> Sequence[Condition]:
        """Return those about these subjects that were open at some time since an instant, the newest first."""
        rows = self._work.rows(_OF, {"subjects": sorted(subjects), "moment": since})
        return [_condition(row) for row in rows]

    def since(self, moment: datetime, limit: int) -> Sequence[Condition]:
        """Return all that were open at some time since an instant, the newest first."""
        return [_condition(row) for row in self._work.rows(_LATEST, {"moment": moment, "most": limit})]

    def forget(self, before: datetime) -> None:
        """Remove those that were over before an instant."""
        self._work.send(_FORGET, {"moment": before})


def _condition(row: AnyRow) -> Condition:
    told = {name: getattr(row, name) for name in Condition.__dataclass_fields__}
    notes = tuple(Note(at=datetime.fromisoformat(one["at"]), by=one["by"], text=one["text"]) for one in row.notes)
    return Condition(**told | {"cause": Cause(row.cause), "about": SubjectKind(row.about), "notes": notes})
