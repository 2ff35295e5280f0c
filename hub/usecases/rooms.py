"""What seating stands on: plans at hand, what the database says of them, and the seats that are leased."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hub.domain.seat_leases import SeatLease
from hub.domain.seating import SeatingPlan
from hub.ports import Transaction
from hub.seat_ports import SeatVersion
from hub.usecases.plans import Plans


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The meetings of one transaction. ``kiosks`` is how many may have seats leased."""

    plans: Plans
    versions: Mapping[str, SeatVersion]
    leases: Mapping[str, Sequence[SeatLease]]
    kiosks: int = 0

    @classmethod
    def read(cls, tx: Transaction, plans: Plans, meetings: Collection[str], kiosks: int = 0) -> "Rooms":
        """Ask the database about meetings that are locked."""
        return cls(
            plans=plans,
            versions={meeting: tx.seats.version(meeting) for meeting in meetings},
            leases={meeting: tx.leases.of_meeting(meeting) for meeting in meetings},
            kiosks=kiosks,
        )

    def plan(self, tx: Transaction, meeting: str) -> SeatingPlan:
        """Return a meeting's plan, with its leased seats set apart."""
        plan = self.plans.of(tx, meeting, self.versions[meeting])
        plan.lease(lease.seat for lease in self.leases.get(meeting, ()))
        return plan
