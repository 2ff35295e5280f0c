"""The audit log's chain: rows get their numbers and hashes as the last step but one of a transaction (decision 64).

Writers of several processes share one head, as the feed's share a counter (``hub.store.feed``): whoever moves it holds
its row to the COMMIT, and everything is collected first. On PostgreSQL a function of the database makes the hashes, so
that nobody holds the row over a journey.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Text, bindparam, delete, func, insert, or_, select, text, update

from hub.domain.audit_chain import Head, Linked, content, follow
from hub.store.audit_tables import audit, audit_head, audit_seals
from hub.store.work import AnyRow, Work

_a, _h, _s = audit.c, audit_head.c, audit_seals.c
_HEAD = select(_h.number, _h.hash)
_PUT_HEAD = update(audit_head).values(number=bindparam("newest"), hash=bindparam("newest_hash"))
_START = select(_s.number, _s.hash).order_by(_s.number.desc()).limit(1)
_ADD = insert(audit)
_IN_ONE = text("""
    SELECT audit_append(
        CAST(:actors AS text[]), CAST(:actions AS text[]), CAST(:subjects AS text[]),
        CAST(:moments AS timestamptz[]), CAST(:contents AS text[])
    ) AS number
""").columns(number=BigInteger)
_AFTER = select(audit).where(_a.id > bindparam("number")).order_by(_a.id).limit(bindparam("most"))
_ACTOR, _FAMILY = bindparam("the_actor", type_=Text), bindparam("family", type_=Text)
_NEWEST = (
    select(audit)
    .where(
        _a.id < bindparam("before", type_=BigInteger),
        or_(func.length(_ACTOR) == 0, _a.actor == _ACTOR),
        or_(func.length(_FAMILY) == 0, func.substr(_a.action, 1, func.length(_FAMILY) + 1) == _FAMILY + "."),
    )
    .order_by(_a.id.desc())
    .limit(bindparam("most"))
)
_FIRST_YOUNG = select(func.min(_a.id).label("id")).where(_a.at >= bindparam("before", type_=_a.at.type))
_ROW = select(_a.id, _a.hash).where(_a.id == bindparam("number"))
_SEAL = insert(audit_seals)
_REMOVE = delete(audit).where(_a.id <= bindparam("number"))


class SqlAuditChain:
    """Fills ``hub.audit_ports.AuditChain``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def head(self) -> Head:
        """Return the newest row's place, as the database keeps it beside the rows."""
        row = self._work.row(_HEAD)
        if row is None:
            raise RuntimeError("the audit log's head is missing: this database was not made by the migrations")
        return Head(row.number, row.hash)

    def start(self) -> Head:
        """Return the last seal, or the beginning."""
        row = self._work.row(_START)
        return Head(row.number, row.hash) if row else Head()

    def after(self, number: int, limit: int) -> Sequence[Linked]:
        """Return the rows behind a number, in order."""
        rows = self._work.rows(_AFTER, {"number": number, "most": limit})
        return [_linked(row) for row in rows]

    def newest(self, before: int, limit: int, actor: str = "", family: str = "") -> Sequence[Linked]:
        """Return the newest rows with smaller numbers, of one actor or one family of actions where that is given."""
        told = {"before": before, "most": limit, "the_actor": actor, "family": family}
        return [_linked(row) for row in self._work.rows(_NEWEST, told)]

    def seal(self, before: datetime, now: datetime, limit: int) -> int:
        """Remove the oldest rows, all from before an instant, at most so many; their last hash stays as a seal."""
        start, head = self.start(), self.head()
        young = self._work.row(_FIRST_YOUNG, {"before": before})
        last = min((young.id if young and young.id else head.number + 1) - 1, start.number + limit)
        row = self._work.row(_ROW, {"number": last}) if last > start.number else None
        if row is None:
            return 0
        self._work.run(_SEAL, {"number": row.id, "hash": row.hash, "sealed_at": now})
        self._work.run(_REMOVE, {"number": row.id})
        return int(row.id) - start.number


def _linked(row: AnyRow) -> Linked:
    return Linked(row.id, row.actor, row.action, row.subject, row.at, row.hash)


def write_audited(work: Work) -> None:
    """Put the transaction's rows at the end of the chain; the feed's step and the COMMIT follow at once."""
    rows = work.audited
    if not rows:
        return
    contents = [content(*row) for row in rows]
    if work.locks_rows:
        actors, actions, subjects, moments = (list(column) for column in zip(*rows, strict=True))
        told = {"actors": actors, "actions": actions, "subjects": subjects, "moments": moments, "contents": contents}
        work.ask(_IN_ONE, told)
        return
    at = SqlAuditChain(work).head()
    chained = []
    for (actor, action, subject, moment), said in zip(rows, contents, strict=True):
        at = follow(at, said)
        chained.append(
            {"id": at.number, "actor": actor, "action": action, "subject": subject, "at": moment, "hash": at.hash}
        )
    work.run(_ADD, chained)
    work.run(_PUT_HEAD, {"newest": at.number, "newest_hash": at.hash})
