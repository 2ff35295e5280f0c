"""What is left of allowances, one row for each that is not full, for all processes."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from hub.store.account_tables import allowances
from hub.store.work import Upsert, Work

_a = allowances.c
_BEGIN = Upsert(allowances)
_PUT = Upsert(allowances, "who")
_GET = select(_a.full_at).where(_a.who == bindparam("the_who"))
_LOCK = _GET.with_for_update()
_FULL = select(_a.who).where(_a.full_at < bindparam("now", type_=_a.full_at.type)).with_for_update(skip_locked=True)
_FORGET = delete(allowances).where(_a.who.in_(_FULL))  # who takes of one at this moment is not waited for


class SqlAllowances:
    """Fills ``hub.account_ports.Allowances``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def full_at(self, who: str, now: datetime) -> datetime:
        """Return when somebody's allowance is full again; nobody else takes of it before the end."""
        self._work.put(_BEGIN, {"who": who, "full_at": now})  # a row that is not there cannot be locked
        row = self._work.row(_LOCK if self._work.locks_rows else _GET, {"the_who": who})
        found: datetime = row.full_at if row is not None else now
        return found

    def put(self, who: str, full_at: datetime) -> None:
        """Keep when it is full again."""
        self._work.put(_PUT, {"who": who, "full_at": full_at})

    def forget(self, now: datetime) -> None:
        """Drop what is full: it says nothing any more."""
        self._work.run(_FORGET, {"now": now})
