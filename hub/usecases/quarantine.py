"""Something came by wire that cannot be used: keep it whole, with the reason, for a person to look at."""

from dataclasses import dataclass
from datetime import datetime

from hub.ports import Ids, Quarantined, Transaction

KEPT_BYTES = 16_384
"""Of a larger payload only the beginning is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """What came, from where, and why it cannot be used."""

    device: str
    leaf: str
    reason: str
    detail: str
    field: str = ""
    payload: bytes = b""


def quarantine(tx: Transaction, item: Unusable, *, now: datetime, ids: Ids) -> None:
    """Store unusable input; its sender is not asked for it again."""
    tx.records.quarantine(
        Quarantined(
            id=ids(),
            received_at=now,
            device=item.device,
            leaf=item.leaf,
            reason=item.reason,
            detail=item.detail[:500],
            field=item.field[:120],
            payload=item.payload[:KEPT_BYTES],
        )
    )
    tx.feed.touch([("quarantine", "")])
