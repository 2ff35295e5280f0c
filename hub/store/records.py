"""What is only ever added to: quarantine and audit."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from hub.ports import Quarantined
from hub.store import tables as t
from hub.store.work import Work

_q = t.quarantine.c
_KEEP = insert(t.quarantine)
_NEWEST = select(t.quarantine).order_by(_q.received_at.desc(), _q.id.desc()).limit(bindparam("most"))
_AUDIT = insert(t.audit)
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


class SqlRecords:
    """Fills ``hub.ports.Records``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def quarantine(self, item: Quarantined) -> None:
        """Keep input that could not be used. Characters no database keeps stand as U+FFFD; the payload is whole."""
        self._work.later(
            _KEEP,
            {
                "id": item.id,
                "received_at": item.received_at,
                "device": _readable(item.device),
                "leaf": _readable(item.leaf),
                "reason": _readable(item.reason),
                "detail": _readable(item.detail),
                "field": _readable(item.field),
                "payload": item.payload,
            },
        )

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
            )
            for row in self._work.rows(_NEWEST, {"most": limit})
        ]

    def audit(self, actor: str, action: str, subject: str, at: datetime) -> None:
        """Note who changed what (I12)."""
        self._work.later(_AUDIT, {"actor": actor, "action": action, "subject": subject, "at": at})


def _readable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
