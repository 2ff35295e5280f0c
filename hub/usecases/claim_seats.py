"""A kiosk told a guest a seat by its own word: the guest sits on it, and a clash calls a person (R4, decision 54)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.check_ins import CheckIn, arrival
from hub.domain.guests import Invited
from hub.domain.seat_claims import Claim, Clash, Order, settle
from hub.domain.seating import SeatingPlan
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, raise_task
from hub.ports import Ids, Transaction
from hub.usecases.call_staff import door_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """The claims of a batch on one meeting's seats, settled in its plan.

    ``before`` is who held which seat, by invitation, where there are claims of other seats than that. ``present`` are
    guests of whom the claims tell that they are in the room, ``displaced`` those who need another seat than they held
    or were told.
    """

    before: Mapping[str, str]
    claims: tuple[Claim, ...] = ()
    present: frozenset[str] = frozenset()
    displaced: tuple[Invited, ...] = ()
    clashes: tuple[Clash, ...] = ()


def settle_claims(tx: Transaction, plan: SeatingPlan, meeting: str, told: Sequence[CheckIn]) -> Claimed:
    """Give guests the seats that kiosks told them, in the plan; the caller writes them down."""
    claims = tuple(
        Claim(invitation=one.invitation, seat=one.seat, device=one.scan.device, order=one.scan.order())
        for one in told
        if one.seat and one.invitation
    )
    if all(plan.held.get(claim.invitation) == claim.seat for claim in claims):
        return Claimed(before={})  # the roster was right, as nearly always: everybody is told what the hub has
    before = dict(plan.held)
    sat = frozenset(one.invitation for one in tx.seats.assignments(meeting) if one.occupied)
    claimants = tx.guests.by_invitation({claim.invitation for claim in claims})
    planned = {invitation: one.invitation.seat_wish for invitation, one in claimants.items()}
    since, heard = _since(tx, plan, claims, sat), _heard(tx, plan, claims, sat)
    settled = settle(plan, claims, set(sat), since, planned, heard)
    displaced = tx.guests.by_invitation(settled.displaced) if settled.displaced else {}
    return Claimed(
        before=before,
        claims=claims,
        present=frozenset(claim.invitation for claim in claims) | (sat & displaced.keys()),
        displaced=tuple(displaced.values()),
        clashes=tuple(_worth_a_task(settled.clashes, displaced)),
    )


def clash_tasks(tx: Transaction, clashes: Sequence[Clash], ids: Ids, now: datetime) -> list[Task]:
    """Call the receptionist for each guest who has to leave a seat they were told, naming both and the new seat."""
    if not clashes:
        return []
    invitations = {name for clash in clashes for name in (clash.keeps, clash.moves) if name}
    guests = tx.guests.by_invitation(invitations)
    seats = tx.seats.of_invitations(invitations)
    admissions = tx.check_ins.admissions(invitations)
    doors = tx.meetings.doors()
    tasks = []
    for clash in clashes:
        moved = guests[clash.moves]
        admission, seat = admissions.get(clash.moves), seats.get(clash.moves)
        facts = {
            "name": moved.guest.name,
            "salutation_zh": moved.guest.salutation.zh,
            "salutation_en": moved.guest.salutation.en,
            "title": moved.guest.title,
            "company": moved.guest.company,
            "told": clash.seat,
            "other": guests[clash.keeps].guest.name if clash.keeps else "",
            "seat": seat.label if seat else "",
            **({"stays": "yes"} if clash.stays else {}),
            **(door_facts(admission.device, doors) if admission else {}),
        }
        meeting = moved.invitation.meeting
        tasks.append(
            raise_task(TaskKind.SEAT_CONFLICT, clash.moves, task_id=ids(), at=now, meeting=meeting, facts=facts)
        )
    return tasks


def _since(tx: Transaction, plan: SeatingPlan, claims: Iterable[Claim], sat: frozenset[str]) -> dict[str, Order]:
    """Return with which scan the holders of claimed seats came to them: the first that told it, else their arrival."""
    holders = {plan.holders[claim.seat]: claim.seat for claim in claims if claim.seat in plan.holders}
    orders: dict[str, Order] = {}
    for invitation, events in _history(tx, holders.keys() & sat).items():
        told = arrival(one.scan for one in events if one.seat == holders[invitation])
        first = told or arrival(one.scan for one in events)
        if first is not None:
            orders[invitation] = first.order()
    return orders


def _heard(tx: Transaction, plan: SeatingPlan, claims: Iterable[Claim], sat: frozenset[str]) -> dict[str, Order]:
    """Return with which scan claimants who sit were last told their seat: it named it, or the hub answered at once."""
    elsewhere = {claim.invitation for claim in claims if plan.held.get(claim.invitation) != claim.seat}
    told = {
        invitation: [one.scan.order() for one in events if one.seat == plan.held[invitation] or not one.offline]
        for invitation, events in _history(tx, elsewhere & sat).items()
    }
    return {invitation: max(orders) for invitation, orders in told.items() if orders}


def _history(tx: Transaction, invitations: Collection[str]) -> Mapping[str, Sequence[CheckIn]]:
    return tx.check_ins.of_invitations(invitations) if invitations else {}


def _worth_a_task(clashes: Iterable[Clash], displaced: Mapping[str, Invited]) -> Iterable[Clash]:
    """Leave out who has not come and whose seat the house had only kept: the next one is as good."""
    for clash in clashes:
        if clash.here or displaced[clash.moves].invitation.seat_wish == clash.seat:
            yield clash
