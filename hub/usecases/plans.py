"""Seating plans as the last batch left them, so that a lone guest does not wait until thousands of chairs are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.domain.floor import Floor
from hub.domain.seating import SeatingPlan
from hub.ports import SeatVersion, Transaction

MOST_PLANS = 50
"""Meetings whose plans are kept in memory at most."""


@dataclass(slots=True)
class Plans:
    """For one writer: its own transactions, one after another.

    A plan is kept with the versions that the database gave at the COMMIT. It is right as long as the database still
    has these: whoever else seats a guest of the meeting, in any process, changes them.
    """

    _floors: dict[str, tuple[int, Floor]] = field(default_factory=dict)
    _plans: dict[str, tuple[SeatVersion, SeatingPlan]] = field(default_factory=dict)

    def of(self, tx: Transaction, meeting: str, version: SeatVersion) -> SeatingPlan:
        """Return a meeting's plan, with ``version`` as it is in this transaction.

        What is assigned in it must be stored. It is given away and comes back by the COMMIT alone: a transaction that
        fails leaves nothing of its plans.
        """
        known, plan = self._plans.pop(meeting, (None, None))
        if plan is None or known != version:
            taken = {one.seat: one.invitation for one in tx.seats.assignments(meeting)}
            plan = SeatingPlan.of(self._floor(tx, meeting, version.map), taken)

        def keep(positions: Mapping[tuple[str, str], int]) -> None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            given = positions.get(("seating", meeting), version.given)
            self._plans[meeting] = SeatVersion(positions.get(("seats", meeting), version.map), given), plan

        tx.feed.on_commit(keep)
        return plan

    def _floor(self, tx: Transaction, meeting: str, version: int) -> Floor:
        known, floor = self._floors.get(meeting, (None, None))
        if floor is None or known != version:
            if len(self._floors) >= MOST_PLANS:
                self._floors.clear()
            floor = Floor.of(tx.seats.of_meeting(meeting))
            self._floors[meeting] = version, floor
        return floor
