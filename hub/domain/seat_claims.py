"""Guests whom a kiosk told a seat by its own word: their seats are settled before anybody else's (R4, decision 54).

The kiosk leased it, or had it on a roster that may be old: the hub may have moved the guest since, or given it away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

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

    ``here`` is false when who moves has not come yet: the seat was only kept for them. ``stays``: nobody else is meant;
    who was told this seat has another one already, and keeps that.
    """

    seat: str
    keeps: str
    moves: str
    here: bool = True
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of the claims. ``displaced`` are invitations that need another seat than they held or were told."""

    clashes: list[Clash] = field(default_factory=list)
    displaced: list[str] = field(default_factory=list)


def settle(
    plan: SeatingPlan,
    claims: Iterable[Claim],
    sitting: set[str],
    since: Mapping[str, Order],
    planned: Mapping[str, str] = MappingProxyType({}),
    heard: Mapping[str, Order] = MappingProxyType({}),
) -> Settled:
    """Give each claimed seat to whom it was told, where that can be; ``plan`` is changed accordingly.

    ``sitting`` are the invitations whose guests sit on their seats already; those who are given theirs here join them.
    ``since`` is the order in which they came to these, ``planned`` the seats that people gave (label by invitation),
    ``heard`` when guests who sit were last told their seat. Who sits stays, wherever else they were told a seat, and so
    does a guest whose seat a person planned (R96); one who was told the other seat last is a clash. Any other seat that
    is only kept gives way. Of two guests on one seat the one scanned earlier keeps it.
    """
    settled = Settled()
    orders, last = dict(since), dict(heard)
    for claim in sorted(claims, key=lambda claim: claim.order):
        guest, seat, kept = claim.invitation, claim.seat, plan.held.get(claim.invitation)
        if guest in sitting:
            if kept not in {None, seat} and (guest not in last or last[guest] <= claim.order):
                settled.clashes.append(Clash(seat, "", guest, stays=True))
            continue
        if kept not in {None, seat} and kept == planned.get(guest):
            settled.clashes.append(Clash(seat, "", guest, stays=True))
        elif not _give(plan, claim, sitting, orders, settled):
            continue
        sitting.add(guest)
        orders[guest] = last[guest] = claim.order
    return settled


def _give(plan: SeatingPlan, claim: Claim, sitting: set[str], orders: Mapping[str, Order], settled: Settled) -> bool:
    """Give a guest who sits nowhere the seat they were told; False where it is not there or somebody keeps it."""
    guest, seat = claim.invitation, claim.seat
    if seat not in plan.floor.numbers:
        settled.clashes.append(Clash(seat, "", guest))
        settled.displaced.append(guest)
        return False
    holder = plan.holders.get(seat)
    if holder is not None and holder != guest:
        if holder in sitting and orders[holder] < claim.order:
            settled.clashes.append(Clash(seat, holder, guest))
            settled.displaced.append(guest)
            return False
        plan.release(seat)
        settled.clashes.append(Clash(seat, guest, holder, here=holder in sitting))
        settled.displaced.append(holder)
        sitting.discard(holder)
    kept = plan.held.get(guest)
    if kept is not None and kept != seat:
        plan.release(kept)
    plan.assign(seat, guest)
    return True
