"""Guests who have just come in get their seats; members of their party who have not come yet get theirs kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.domain.guests import InvitationStatus, Invited
from hub.domain.seating import NoSeat, SeatingPlan, Wish
from hub.domain.seats import SeatAssignment
from hub.ports import Transaction


@dataclass(frozen=True, slots=True)
class Seated:
    """What came of it, as invitations: for whom no seat was found, and who was given one now."""

    unseated: frozenset[str]
    moved: frozenset[str]


def seat_guests(tx: Transaction, arrivals: Sequence[Invited]) -> Seated:
    """Seat guests who came in, with their parties (R96). The caller holds the lock on their meetings."""
    seated: list[Seated] = []
    by_meeting: dict[str, list[Invited]] = {}
    for invited in arrivals:
        by_meeting.setdefault(invited.invitation.meeting, []).append(invited)
    for meeting, theirs in by_meeting.items():
        seats = tx.seats.of_meeting(meeting)
        if seats:
            taken = {one.seat: one.invitation for one in tx.seats.assignments(meeting)}
            seated.append(_seat(tx, meeting, theirs, SeatingPlan.of(seats, taken)))
    return Seated(
        unseated=frozenset().union(*(one.unseated for one in seated)),
        moved=frozenset().union(*(one.moved for one in seated)),
    )


def _seat(tx: Transaction, meeting: str, arrivals: list[Invited], plan: SeatingPlan) -> Seated:
    unseated: set[str] = set()
    came = {invited.invitation.id for invited in arrivals}
    before = dict(plan.held)
    for party in _parties(tx, meeting, arrivals):
        for invitation, seat in plan.choose([_wish(member) for member in party]).items():
            if not isinstance(seat, NoSeat):
                plan.assign(seat, invitation)
            elif invitation in came:
                unseated.add(invitation)
    given = {invitation: seat for invitation, seat in plan.held.items() if before.get(invitation) != seat}
    tx.seats.assign(
        SeatAssignment(meeting=meeting, seat=seat, invitation=invitation, occupied=invitation in came)
        for invitation, seat in given.items()
    )
    tx.seats.occupy(came & before.keys())
    return Seated(frozenset(unseated), frozenset(given))


def _parties(tx: Transaction, meeting: str, arrivals: Iterable[Invited]) -> Iterable[Sequence[Invited]]:
    """Group arrivals with everybody who is to sit with them, each party once, in the order they came."""
    names = {invited.invitation.party for invited in arrivals} - {""}
    members: dict[str, list[Invited]] = {}
    for member in tx.guests.of_parties(meeting, names) if names else ():
        if member.invitation.status is InvitationStatus.VALID:
            members.setdefault(member.invitation.party, []).append(member)
    done: set[str] = set()
    for invited in arrivals:
        party = invited.invitation.party
        if not party:
            yield [invited]
        elif party not in done:
            done.add(party)
            known = members.get(party, [])
            ids = {member.invitation.id for member in known}
            yield [*known, *(one for one in arrivals if one.invitation.party == party and one.invitation.id not in ids)]


def _wish(invited: Invited) -> Wish:
    invitation = invited.invitation
    return Wish(
        invitation=invitation.id,
        vip=invitation.vip,
        step_free=invited.guest.step_free,
        wish=invitation.seat_wish,
    )
