"""A tablet says that it is there, and how full its battery is: whose devices are silent is not asked (S19)."""

from dataclasses import replace
from datetime import datetime

from hub.ports import Transaction

TOLD_BY = 5
"""Per cent by which a battery must have changed before boards look again."""


def keep_here(
    tx: Transaction,
    person: str,
    tablet: str,
    battery: int | None,
    charging: bool | None,
    at: datetime,  # noqa: FBT001
) -> None:
    """Keep when a person's tablet was heard of, and its battery (per cent); ``tablet`` is empty for other browsers."""
    tx.duties.heard_of([person], at)
    known = next((one for one in tx.duties.tablets() if one.id == tablet), None) if tablet else None
    if known is None:
        return
    tx.duties.save_tablet(replace(known, seen_at=at, battery=battery, charging=charging))
    before = known.battery if known.battery is not None else -TOLD_BY
    if battery is not None and (abs(battery - before) >= TOLD_BY or charging != known.charging):
        tx.feed.touch([("receipts", "")])
