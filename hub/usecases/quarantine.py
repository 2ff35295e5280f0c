"""Something came by wire that cannot be used: keep it whole, with the reason, for a person to look at."""

from dataclasses import dataclass
from datetime import datetime

from hub.ports import Ids, Quarantined, Transaction
from hub.usecases.call_staff import for_suspicion

KEPT_BYTES = 16_384
"""Of a larger payload only the beginning is kept."""

NO_ACCIDENT = 3
"""The same unusable bytes so often are what their sender means to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """What came, from where, and why it cannot be used; ``again`` when it may be a delivery that came before."""

    device: str
    leaf: str
    reason: str
    detail: str
    field: str = ""
    payload: bytes = b""
    again: bool = False


def quarantine(tx: Transaction, item: Unusable, *, now: datetime, ids: Ids, insistent: bool = False) -> None:
    """Store unusable input; its sender is not asked for it again.

    ``insistent`` means that the sender repeats what it sends until it is answered. Then the very same bytes coming
    again and again are no accident of the way: the technician is called, for the sender holds what nobody can use.
    """
    kept = Quarantined(
        id=ids(),
        received_at=now,
        device=item.device,
        leaf=item.leaf,
        reason=item.reason,
        detail=item.detail[:500],
        field=item.field[:120],
        payload=item.payload[:KEPT_BYTES],
    )
    if item.again and tx.records.quarantined_times(kept):
        return  # the broker has no word from us that it was taken: its sender did not send it again
    tx.records.quarantine(kept)
    tx.feed.touch([("quarantine", "")])
    if insistent and tx.records.quarantined_times(kept) == NO_ACCIDENT:
        tx.tasks.raise_all([for_suspicion(item.device, item.reason, ids, now)])
        tx.feed.touch([("tasks", "")])
