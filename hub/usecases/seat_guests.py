"""Guests who have just come in get their seats; members of their party who have not come yet get theirs kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.domain.check_ins import CheckIn
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.seat_claims import Clash
from hub.domain.seating import NoSeat, SeatingPlan, Wish
from hub.domain.seats import Seat, SeatAssignment
from hub.ports import Transaction
from hub.usecases.claim_seats import Claimed, settle_claims
from hub.usecases.keep_leases import Leases
from hub.usecases.rooms import Rooms


@dataclass(frozen=True, slots=True)
class Seated:
    """What came of it, by invitation: for whom no seat was found, the seats that were given now, who has left theirs.

    ``clashes`` are guests who were told a seat that another keeps.
    """

    unseated: frozenset[str]
    given: Mapping[str, Seat]
    left: frozenset[str] = frozenset()
    clashes: tuple[Clash, ...] = ()

    @property
    def moved(self) -> frozenset[str]:
        """Return whose seat is another now."""
        return self.left | self.given.keys()


def seat_guests(tx: Transaction, arrivals: Sequence[Invited], rooms: Rooms, told: Sequence[CheckIn] = ()) -> Seated:
    """Seat guests who came in, with their parties (R96). The caller holds the lock on their meetings.

    ``told`` are new scans with which a kiosk gave a leased seat away.
    """
    seated: list[Seated] = []
    by_meeting: dict[str, list[Invited]] = {one.meeting: [] for one in told if one.meeting}
    for invited in arrivals:
        by_meeting.setdefault(invited.invitation.meeting, []).append(invited)
    for meeting, theirs in by_meeting.items():
        plan = rooms.plan(tx, meeting)
        if plan.floor.seats:
            leases = Leases(meeting, plan, rooms.leases.get(meeting, ()), rooms.kiosks)
            claimed = settle_claims(tx, plan, meeting, [one for one in told if one.meeting == meeting])
            found = _seat(tx, meeting, theirs, plan, claimed)
            leases.follow(tx, claimed.claims, short=bool(found.unseated))
            seated.append(found)
    return Seated(
        unseated=frozenset().union(*(one.unseated for one in seated)),
        given={invitation: seat for one in seated for invitation, seat in one.given.items()},
        left=frozenset().union(*(one.left for one in seated)),
        clashes=tuple(clash for one in seated for clash in one.clashes),
    )


def _seat(tx: Transaction, meeting: str, arrivals: list[Invited], plan: SeatingPlan, claimed: Claimed) -> Seated:
    unseated: set[str] = set()
    came = {invited.invitation.id for invited in arrivals} | claimed.present
    anew = [one for one in claimed.displaced if one not in arrivals]
    holding = came & (claimed.before.keys() if claimed.claims else plan.held.keys())
    given: dict[str, str] = {}
    for party in _parties(tx, meeting, [*arrivals, *anew]):
        for invitation, seat in plan.choose([_wish(member) for member in party]).items():
            if not isinstance(seat, NoSeat):
                if invitation not in plan.held:
                    given[invitation] = seat
                plan.assign(seat, invitation)
            elif invitation in came:
                unseated.add(invitation)
    left: frozenset[str] = frozenset()
    if claimed.claims:
        left = frozenset(one for one, seat in claimed.before.items() if plan.held.get(one) != seat)
        given = {one: seat for one, seat in plan.held.items() if claimed.before.get(one) != seat}
        tx.seats.release(left)
    tx.seats.assign(
        SeatAssignment(meeting=meeting, seat=seat, invitation=invitation, occupied=invitation in came)
        for invitation, seat in given.items()
    )
    tx.seats.occupy(holding)
    seats = {invitation: plan.floor.seat(label) for invitation, label in given.items()}
    return Seated(frozenset(unseated), seats, left, claimed.clashes)


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
