"""What is only ever added to: quarantine and audit."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from hub.ports import Audited, Quarantined
from hub.store import tables as t
from hub.store.types import writable
from hub.store.work import Upsert, Work

MOST_QUARANTINED = 10_000
"""Rows kept in the quarantine; beyond them the oldest go (I13). Each holds 16 KiB at most."""

_q = t.quarantine.c
_KEEP = Upsert(
    t.quarantine,
    "device",
    "leaf",
    "reason",
    "body",
    changes={"times": "quarantine.times + excluded.times", "last_at": "excluded.last_at"},
)
_TIMES = select(_q.times).where(
    _q.device == bindparam("of_device"),
    _q.leaf == bindparam("on_leaf"),
    _q.reason == bindparam("for_reason"),
    _q.body == bindparam("of_body"),
)
_NEWEST = select(t.quarantine).order_by(_q.last_at.desc(), _q.id.desc()).limit(bindparam("most"))
_TOO_MANY = delete(t.quarantine).where(
    _q.id.in_(select(_q.id).order_by(_q.last_at.desc(), _q.id.desc()).limit(1_000).offset(bindparam("most")))
)
_a = t.audit.c
_AUDITED = (
    select(t.audit)
    .where(_a.subject == bindparam("of_subject"), _a.at >= bindparam("moment", type_=_a.at.type))
    .order_by(_a.at.desc(), _a.id.desc())
    .limit(bindparam("most"))
)
_COUNTED = (
    select(func.count())
    .select_from(t.audit)
    .where(
        _a.action == bindparam("of_action"),
        _a.at >= bindparam("moment", type_=_a.at.type),
        _a.at < bindparam("end", type_=_a.at.type),
    )
)


class SqlRecords:
    """Fills ``hub.ports.Records``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work
        self._trimmed = False

    def quarantine(self, item: Quarantined) -> None:
        """Keep input that could not be used. Characters no database keeps stand as U+FFFD; the payload is whole."""
        if not self._trimmed:
            self._trimmed = True
            self._work.run(_TOO_MANY, {"most": MOST_QUARANTINED - 1})
        self._work.put(
            _KEEP,
            {
                "id": item.id,
                "received_at": item.received_at,
                "device": writable(item.device),
                "leaf": writable(item.leaf),
                "reason": writable(item.reason),
                "detail": writable(item.detail),
                "field": writable(item.field),
                "payload": item.payload,
                "body": _body(item),
                "times": item.times,
                "last_at": item.last_at or item.received_at,
            },
        )

    def quarantined_times(self, item: Quarantined) -> int:
        """Return how often the very same input was quarantined, this transaction's included."""
        what = {"of_device": writable(item.device), "on_leaf": writable(item.leaf)}
        row = self._work.row(_TIMES, {**what, "for_reason": writable(item.reason), "of_body": _body(item)})
        return row.times if row else 0

    def quarantined(self, limit: int) -> Sequence[Quarantined]:
        """Return the newest quarantined input."""
        return [
            Quarantined(
                id=row.id,
                received_at=row.received_at,
                device=row.device,
                leaf=row.leaf,
                reason=row.reason,
                detail=row.detail,
                field=row.field,
                payload=bytes(row.payload),
                times=row.times,
                last_at=row.last_at,
            )
            for row in self._work.rows(_NEWEST, {"most": limit})
        ]

    def audit(self, actor: str, action: str, subject: str, at: datetime) -> None:
        """Note who changed what (I12). It is written as the transaction ends (``hub.store.audit``)."""
        self._work.audited.append((writable(actor), writable(action), writable(subject), at))

    def audited(self, subject: str, since: datetime, limit: int) -> Sequence[Audited]:
        """Return what was done to one thing since an instant, the newest first."""
        rows = self._work.rows(_AUDITED, {"of_subject": subject, "moment": since, "most": limit})
        return [Audited(row.actor, row.action, row.subject, row.at) for row in rows]

    def counted(self, action: str, since: datetime, until: datetime) -> int:
        """Count how often something was done in a time."""
        row = self._work.row(_COUNTED, {"of_action": action, "moment": since, "end": until})
        return int(row[0]) if row is not None else 0


def _body(item: Quarantined) -> str:
    """Return what tells the same input from another: the hash of its bytes, or of what was said about it."""
    return hashlib.sha256(item.payload or item.detail.encode("utf-8", "surrogatepass")).hexdigest()
