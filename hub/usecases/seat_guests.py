"""Guests who have just come in get their seats; members of their party who have not come yet get theirs kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.domain.guests import InvitationStatus, Invited
from hub.domain.seating import NoSeat, SeatingPlan, Wish
from hub.domain.seats import Seat, SeatAssignment
from hub.ports import SeatVersion, Transaction
from hub.usecases.plans import Plans


@dataclass(frozen=True, slots=True)
class Seated:
    """What came of it, by invitation: for whom no seat was found, and the seats that were given now."""

    unseated: frozenset[str]
    given: Mapping[str, Seat]


def seat_guests(
    tx: Transaction, arrivals: Sequence[Invited], plans: Plans, versions: Mapping[str, SeatVersion]
) -> Seated:
    """Seat guests who came in, with their parties (R96). The caller holds the lock on their meetings."""
    seated: list[Seated] = []
    by_meeting: dict[str, list[Invited]] = {}
    for invited in arrivals:
        by_meeting.setdefault(invited.invitation.meeting, []).append(invited)
    for meeting, theirs in by_meeting.items():
        plan = plans.of(tx, meeting, versions[meeting])
        if plan.floor.seats:
            seated.append(_seat(tx, meeting, theirs, plan))
    return Seated(
        unseated=frozenset().union(*(one.unseated for one in seated)),
        given={invitation: seat for one in seated for invitation, seat in one.given.items()},
    )


def _seat(tx: Transaction, meeting: str, arrivals: list[Invited], plan: SeatingPlan) -> Seated:
    unseated: set[str] = set()
    came = {invited.invitation.id for invited in arrivals}
    holding = came & plan.held.keys()
    given: dict[str, str] = {}
    for party in _parties(tx, meeting, arrivals):
        for invitation, seat in plan.choose([_wish(member) for member in party]).items():
            if not isinstance(seat, NoSeat):
                if invitation not in plan.held:
                    given[invitation] = seat
                plan.assign(seat, invitation)
            elif invitation in came:
                unseated.add(invitation)
    tx.seats.assign(
        SeatAssignment(meeting=meeting, seat=seat, invitation=invitation, occupied=invitation in came)
        for invitation, seat in given.items()
    )
    tx.seats.occupy(holding)
    return Seated(frozenset(unseated), {invitation: plan.floor.seat(label) for invitation, label in given.items()})


def _parties(tx: Transaction, meeting: str, arrivals: Sequence[Invited]) -> Iterable[Sequence[Invited]]:
    """Group arrivals with everybody who is to sit with them, each party once, in the order they came.

    Whoever stands at the door comes first: in a nearly full house the last chair is theirs.
    """
    names = {invited.invitation.party for invited in arrivals} - {""}
    absent: dict[str, list[Invited]] = {}
    came = {invited.invitation.id for invited in arrivals}
    for member in tx.guests.of_parties(meeting, names) if names else ():
        if member.invitation.status is InvitationStatus.VALID and member.invitation.id not in came:
            absent.setdefault(member.invitation.party, []).append(member)
    done: set[str] = set()
    for invited in arrivals:
        party = invited.invitation.party
        if not party:
            yield [invited]
        elif party not in done:
            done.add(party)
            yield [*(one for one in arrivals if one.invitation.party == party), *absent.get(party, [])]


def _wish(invited: Invited) -> Wish:
    invitation = invited.invitation
    return Wish(
        invitation=invitation.id,
        vip=invitation.vip,
        step_free=invited.guest.step_free,
        wish=invitation.seat_wish,
    )
