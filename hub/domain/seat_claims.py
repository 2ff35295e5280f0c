"""Guests whom a kiosk told a seat while the hub was away: their seats are settled before anybody else's (R4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.seating import SeatingPlan

Order = tuple[datetime, str, str, int, str]
"""A scan's place in the total order of all scans (hub.domain.check_ins)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A guest (invitation) was told a seat (label) by a kiosk, with a scan at this place in the order of all."""

    invitation: str
    seat: str
    device: str
    order: Order


@dataclass(frozen=True, slots=True)
class Clash:
    """Two guests were given one seat: who keeps it and who moves. ``keeps`` is empty where there is no such seat.

    ``here`` is false when who moves has not come yet: the seat was only kept for them.
    """

    seat: str
    keeps: str
    moves: str
    here: bool = True


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of the claims. ``displaced`` are invitations that need another seat than they held or were told."""

    clashes: list[Clash] = field(default_factory=list)
    displaced: list[str] = field(default_factory=list)


def settle(plan: SeatingPlan, claims: Iterable[Claim], sitting: set[str], since: Mapping[str, Order]) -> Settled:
    """Give each claimed seat to whom it was told, where that can be; ``plan`` is changed accordingly.

    ``sitting`` are the invitations whose guests sit on their seats already; those who are given theirs here join them.
    ``since`` is the order in which holders of claimed seats came to them. Who sits stays, wherever else they were told
    a seat later; a seat that is only kept gives way. Of two guests on one seat the one scanned earlier keeps it.
    """
    settled = Settled()
    orders = dict(since)
    for claim in sorted(claims, key=lambda claim: claim.order):
        guest, seat = claim.invitation, claim.seat
        if guest in sitting:
            continue
        if seat not in plan.floor.numbers:
            settled.clashes.append(Clash(seat, "", guest))
            settled.displaced.append(guest)
            continue
        holder = plan.holders.get(seat)
        if holder is not None and holder != guest:
            if holder in sitting and orders[holder] < claim.order:
                settled.clashes.append(Clash(seat, holder, guest))
                settled.displaced.append(guest)
                continue
            plan.release(seat)
            settled.clashes.append(Clash(seat, guest, holder, here=holder in sitting))
            settled.displaced.append(holder)
            sitting.discard(holder)
        kept = plan.held.get(guest)
        if kept is not None and kept != seat:
            plan.release(kept)
        plan.assign(seat, guest)
        sitting.add(guest)
        orders[guest] = claim.order
    return settled
