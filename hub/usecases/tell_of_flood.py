"""A device sends far more than a device does: the technician hears of it once (fault 34)."""

from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call, for_suspicion
from hub.usecases.quarantine import Unusable, quarantine

REASON = "flood"


def tell_of_flood(tx: Transaction, device: str, dropped: int, who: Deciding) -> None:
    """Call the technician about ``device``, of which so many messages were dropped; what they were was not read."""
    detail = f"{dropped} messages were dropped unread, because so many of this device waited"
    quarantine(tx, Unusable(device=device, leaf="", reason=REASON, detail=detail), now=who.at, ids=who.ids)
    call(tx, for_suspicion(device, REASON, who.ids, who.at))
