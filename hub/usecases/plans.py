"""Seating plans as the last batch left them, so that a lone guest does not wait until thousands of chairs are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.domain.floor import Floor
from hub.domain.seating import SeatingPlan
from hub.ports import Transaction
from hub.seat_ports import SeatVersion

MOST_PLANS = 12
"""Meetings whose plans are kept, those used last: one with 7,000 seats takes some 15 MB."""


@dataclass(slots=True)
class Plans:
    """For one writer: its own transactions, one after another.

    A plan is kept with the versions that the database gave at the COMMIT. It is right as long as the database still
    has these: whoever else seats a guest of the meeting, in any process, changes them.
    """

    _kept: dict[str, tuple[SeatVersion, SeatingPlan]] = field(default_factory=dict)

    def of(self, tx: Transaction, meeting: str, version: SeatVersion) -> SeatingPlan:
        """Return a meeting's plan, with ``version`` as it is in this transaction.

        What is assigned in it must be stored. It is given away and comes back by the COMMIT alone: a transaction that
        fails leaves nothing of its plans.
        """
        known, plan = self._kept.pop(meeting, (None, None))
        if known is None or plan is None or known != version:
            if plan and known and known.map == version.map:
                plan.follow(tx.seats.holders(meeting))
            else:
                plan = SeatingPlan.of(Floor.of(tx.seats.of_meeting(meeting)), tx.seats.holders(meeting))
        now = plan

        def keep(positions: Mapping[tuple[str, str], int]) -> None:
            if len(self._kept) >= MOST_PLANS:
                del self._kept[next(iter(self._kept))]
            given = positions.get(("seating", meeting), version.given)
            self._kept[meeting] = SeatVersion(positions.get(("seats", meeting), version.map), given), now

        tx.feed.on_commit(keep)
        return plan
