"""Guests who have just come in get their seats; members of their party who have not come yet get theirs kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hub.domain.check_ins import CheckIn
from hub.domain.floor import Floor
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.seat_claims import Clash
from hub.domain.seating import NoSeat, SeatingPlan, Wish
from hub.domain.seats import SeatAssignment
from hub.ports import Transaction
from hub.usecases.claim_seats import Claimed, settle_claims
from hub.usecases.keep_leases import Leases

MOST_FLOORS = 50
"""Seat maps kept in memory at most."""


@dataclass(frozen=True, slots=True)
class Seated:
    """What came of it, as invitations: for whom no seat was found, whose seat is another now, and who clashed."""

    unseated: frozenset[str]
    moved: frozenset[str]
    clashes: tuple[Clash, ...] = ()


@dataclass(slots=True)
class Floors:
    """Seat maps as they were last worked out, so that a crowd does not read thousands of chairs for every batch."""

    _known: dict[str, tuple[int, Floor]] = field(default_factory=dict)

    def of(self, tx: Transaction, meeting: str) -> Floor:
        """Return a meeting's floor, read anew when its seat map has changed."""
        version = tx.seats.version(meeting)
        known = self._known.get(meeting)
        if known is None or known[0] != version:
            if len(self._known) >= MOST_FLOORS:
                self._known.clear()
            known = self._known[meeting] = (version, Floor.of(tx.seats.of_meeting(meeting)))
        return known[1]


def seat_guests(
    tx: Transaction, arrivals: Sequence[Invited], floors: Floors, *, told: Sequence[CheckIn] = (), kiosks: int = 0
) -> Seated:
    """Seat guests who came in, with their parties (R96). The caller holds the lock on their meetings.

    ``told`` are new scans with which a kiosk gave a leased seat away; ``kiosks`` is how many may have seats leased.
    """
    seated: list[Seated] = []
    by_meeting: dict[str, list[Invited]] = {one.meeting: [] for one in told if one.meeting}
    for invited in arrivals:
        by_meeting.setdefault(invited.invitation.meeting, []).append(invited)
    for meeting, theirs in by_meeting.items():
        floor = floors.of(tx, meeting)
        if floor.seats:
            held = tx.seats.assignments(meeting)
            plan = SeatingPlan.of(floor, {one.seat: one.invitation for one in held})
            leases = Leases.read(tx, meeting, plan, kiosks)
            claimed = settle_claims(tx, plan, held, [one for one in told if one.meeting == meeting])
            found = _seat(tx, meeting, theirs, plan, claimed)
            leases.follow(tx, claimed.claims, short=bool(found.unseated))
            seated.append(found)
    return Seated(
        unseated=frozenset().union(*(one.unseated for one in seated)),
        moved=frozenset().union(*(one.moved for one in seated)),
        clashes=tuple(clash for one in seated for clash in one.clashes),
    )


def _seat(tx: Transaction, meeting: str, arrivals: list[Invited], plan: SeatingPlan, claimed: Claimed) -> Seated:
    unseated: set[str] = set()
    came = {invited.invitation.id for invited in arrivals} | claimed.present
    anew = [one for one in claimed.displaced if one not in arrivals]
    for party in _parties(tx, meeting, [*arrivals, *anew]):
        for invitation, seat in plan.choose([_wish(member) for member in party]).items():
            if not isinstance(seat, NoSeat):
                plan.assign(seat, invitation)
            elif invitation in came:
                unseated.add(invitation)
    before = claimed.before
    left = {one for one, seat in before.items() if plan.held.get(one) != seat} if claimed.claims else set()
    given = {invitation: seat for invitation, seat in plan.held.items() if before.get(invitation) != seat}
    tx.seats.release(left)
    tx.seats.assign(
        SeatAssignment(meeting=meeting, seat=seat, invitation=invitation, occupied=invitation in came)
        for invitation, seat in given.items()
    )
    tx.seats.occupy(came & before.keys())
    return Seated(frozenset(unseated), frozenset(given) | left, claimed.clashes)


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
