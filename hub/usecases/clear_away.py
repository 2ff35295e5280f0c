"""What is kept for a time only goes when that is over: requests after a day, business cards after the house's term.

Conditions of rooms go after a quarter of a year, and so does what booking sources said of entries that are gone there,
with the guests that it named (reference C.6.6, rule 11).
"""

from datetime import datetime, timedelta

from devices.contract.topics import HUB
from hub.domain.requests import KEPT
from hub.ports import Transaction

CONDITIONS_KEPT = timedelta(days=90)
TOMBSTONES_KEPT = timedelta(days=90)


def clear_away(tx: Transaction, cards_kept: timedelta, now: datetime) -> int:
    """Remove what is kept no longer; returns how many business cards went (R95, I13, I14)."""
    tx.requests.forget(now - KEPT)
    tx.conditions.forget(now - CONDITIONS_KEPT)
    tx.sync.forget(now - TOMBSTONES_KEPT)
    gone = tx.business_cards.purge(now - cards_kept)
    if gone:
        tx.records.audit(HUB, "business_card.purge", f"{gone} cards", now)
    return gone
