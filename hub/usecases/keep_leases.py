"""What seating does to leased seats: leaves them alone, ends those that are given, recalls when seats run short."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from hub.domain.seat_claims import Claim
from hub.domain.seat_leases import SeatLease, fair_share, lease_key, too_many
from hub.domain.seating import SeatingPlan
from hub.ports import Transaction


@dataclass(frozen=True, slots=True)
class Leases:
    """A meeting's leased seats while guests are seated around them."""

    meeting: str
    plan: SeatingPlan
    found: Sequence[SeatLease]
    kiosks: int

    def follow(self, tx: Transaction, claims: Iterable[Claim], *, short: bool) -> None:
        """Write down what the seating means for the leases. ``short``: somebody was left without a seat.

        A seat that a kiosk says it gave away is leased no more, whoever sits on it in the end: the kiosk gives it once.
        """
        if not self.found:
            return
        used = {(claim.device, claim.seat) for claim in claims}
        over = {one for one in self.found if one.seat in self.plan.holders or (one.device, one.seat) in used}
        left = [one for one in self.found if one not in over]
        end_leases(tx, self.meeting, over)
        self.plan.lease(one.seat for one in left)
        share = 0 if short else fair_share(self.plan.ordinary_left(), self.kiosks)
        for device, seats in too_many(self.plan.floor, left, share).items():
            recall_leases(tx, self.meeting, device, seats)


def end_leases(tx: Transaction, meeting: str, leases: Collection[SeatLease]) -> None:
    """Let seats be leased no more. Kiosks that were not told to stop are told now."""
    tx.leases.end(meeting, {one.seat for one in leases})
    told = {one.device for one in leases if not one.recalled}
    tx.feed.touch(("lease", lease_key(device, meeting)) for device in sorted(told))


def recall_leases(tx: Transaction, meeting: str, device: str, seats: Collection[str]) -> None:
    """Tell a kiosk to give these seats away no more; they are free once it knows (hub.usecases.lease_seats)."""
    tx.leases.recall(meeting, seats)
    tx.feed.touch([("lease", lease_key(device, meeting)), ("arrivals", meeting)])
