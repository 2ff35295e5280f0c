"""What is to happen at an instant."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from hub.domain.timers import Timer
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_t = t.timers.c
_PUT = Upsert(t.timers, "rule", "subject")
_REMOVE = delete(t.timers).where(_t.rule == bindparam("of_rule"), among(_t.subject, "subjects"))
_NEXT = (
    select(t.timers)
    .where(_t.due_at <= bindparam("now", type_=_t.due_at.type))
    .order_by(_t.due_at, _t.rule, _t.subject)
    .limit(1)
)
_NEXT_LOCKED = _NEXT.with_for_update(skip_locked=True)
_ABOUT = select(t.timers).where(
    _t.rule == bindparam("of_rule"), _t.subject >= bindparam("first"), _t.subject < bindparam("beyond")
)
_OF_RULE = select(t.timers).where(_t.rule == bindparam("of_rule")).order_by(_t.due_at, _t.subject)


class SqlTimers:
    """Fills ``hub.time_ports.Timers``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def put(self, timers: Iterable[Timer]) -> None:
        """Set timers; one for the same rule and subject is moved."""
        rows = [
            {"rule": one.rule, "subject": one.subject, "due_at": one.due_at, "tries": one.tries}
            for one in sorted(timers, key=lambda timer: (timer.rule, timer.subject))
        ]
        if rows:
            self._work.put(_PUT, rows)

    def remove(self, rule: str, subjects: Collection[str]) -> None:
        """Take timers back."""
        if subjects:
            self._work.send(_REMOVE, {"of_rule": rule, "subjects": sorted(subjects)})

    def next_due(self, now: datetime) -> Timer | None:
        """Return the timer that is due for longest and that no other process has in hand."""
        row = self._work.row(_NEXT_LOCKED if self._work.locks_rows else _NEXT, {"now": now})
        return _timer(row) if row is not None else None

    def of_rule(self, rule: str) -> Sequence[Timer]:
        """Return all timers of a rule, the earliest first."""
        return [_timer(row) for row in self._work.rows(_OF_RULE, {"of_rule": rule})]

    def about(self, rule: str, meetings: Collection[str]) -> Sequence[Timer]:
        """Return the timers of a rule about meetings (ids) or their parts (``{meeting}/…``), the earliest first."""
        names = sorted(meetings)
        spans = [{"of_rule": rule, "first": name, "beyond": f"{name}0"} for name in names]  # "0" comes after "/"
        found = [
            _timer(row)
            for name, rows in zip(names, self._work.answers(*((_ABOUT, span) for span in spans)), strict=True)
            for row in rows
            if row.subject.partition("/")[0] == name
        ]
        return sorted(found, key=lambda timer: (timer.due_at, timer.subject))


def _timer(row: AnyRow) -> Timer:
    return Timer(rule=row.rule, subject=row.subject, due_at=row.due_at, tries=row.tries)
