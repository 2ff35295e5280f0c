"""A tablet says that it is there, and how full its battery is: whose devices are silent is not asked (S19)."""

from datetime import datetime

from hub.ports import Transaction

TOLD_BY = 5
"""Per cent by which a battery must have changed before boards look again."""


def keep_here(tx: Transaction, person: str, tablet: str, at: datetime, power: tuple[int | None, bool | None]) -> None:
    """Keep when a person's tablet was heard of; ``tablet`` is empty for browsers that are no tablet of the house.

    ``power`` is how full its battery is (per cent) and whether it is plugged in; None where it does not say.
    """
    tx.duties.heard_of([person], at)
    known = next((one for one in tx.duties.tablets() if one.id == tablet), None) if tablet else None
    if known is None:
        return
    battery, charging = power
    tx.duties.heard_from(known.id, at, battery, charging)
    before = known.battery if known.battery is not None else -TOLD_BY
    if battery is not None and (abs(battery - before) >= TOLD_BY or charging != known.charging):
        tx.feed.touch([("receipts", "")])
