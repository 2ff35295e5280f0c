"""A kiosk's heartbeat shows that it lives: lease it seats for when the hub is away, renew them, take them back (R4).

A leased seat that was recalled is free again once its kiosk has heard of that and nothing of its own waits for an
answer: then no guest can be on the way to that seat whom the hub does not know.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from devices.contract.messages import Heartbeat
from hub.domain.floor import PLAIN
from hub.domain.meetings import Meeting
from hub.domain.seat_leases import SOON, SeatLease, choose, fair_share, lease_key, lends, too_many
from hub.domain.seating import SeatingPlan
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState
from hub.ports import Transaction
from hub.usecases.keep_leases import end_leases, recall_leases
from hub.usecases.plans import Plans
from hub.usecases.rooms import Rooms
from hub.usecases.seat_guests import seat_guests

LOOK_AGAIN = timedelta(minutes=1)
"""How long a kiosk's leases may stay as they are, in which guests fill the room, before they are looked at again."""

_MATTERS = ("meeting", "seats", "lease")
"""Changes after which leases are looked at with the next heartbeat. Arrivals are not among them: seating recalls
what runs short by itself."""

_STANDING = frozenset({TaskKind.NO_SEAT, TaskKind.SEAT_CONFLICT})


@dataclass(frozen=True, slots=True)
class _Look:
    """When a kiosk's leases were looked at, and what it must know before a recalled seat can be free (0: nothing)."""

    position: int
    again: datetime
    awaits: int


@dataclass(slots=True)
class Lending:
    """How this hub leases: ``most`` seats of a meeting to each of its ``kiosks``, 0 for none at all.

    Remembers when it looked last, so that most heartbeats cost one short query.
    """

    most: int
    kiosks: Collection[str]
    plans: Plans
    _looks: dict[str, _Look] = field(default_factory=dict)

    def forget(self) -> None:
        """Look at everything anew: what was worked out last was not kept."""
        self._looks.clear()

    def is_due(self, device: str, pulse: Heartbeat, position: int, now: datetime) -> bool:
        """Say whether there may be anything to do for a kiosk."""
        look = self._looks.get(device)
        if look is None or look.position != position or now >= look.again:
            return True
        return bool(look.awaits) and _knows(pulse, look.awaits)

    def looked(self, device: str, position: int, now: datetime, awaits: int) -> None:
        """Remember a look."""
        self._looks[device] = _Look(position, now + LOOK_AGAIN, awaits)


def lease_seats(tx: Transaction, pulses: Mapping[str, Heartbeat], lending: Lending, now: datetime) -> bool:
    """Bring the leases of kiosks whose heartbeats came up to date; says whether anything was looked at.

    Takes the lock on all meetings it looks at, so it needs a transaction of its own.
    """
    position = tx.feed.head(_MATTERS)
    due = {device: pulse for device, pulse in pulses.items() if lending.is_due(device, pulse, position, now)}
    if not due:
        return False
    meetings = {meeting.id: meeting for meeting in tx.meetings.between(now, now + SOON)}
    meetings |= tx.meetings.get(set(tx.leases.meetings()) - meetings.keys())
    tx.meetings.lock(meetings.keys())
    head = tx.feed.head()
    # A kiosk ahead of us has heard that from another life of this hub, before a backup was put back.
    sure = {device: pulse for device, pulse in due.items() if pulse.roster <= head}
    waits: list[SeatLease] = []
    for meeting in meetings.values():
        _take_back(tx, meeting, sure, lending, now)
        waits += _lend(tx, meeting, due, lending, now)
    for device in due:
        told = [lease.told for lease in waits if lease.device == device]
        lending.looked(device, position, now, min(told, default=0))
    return True


def _knows(pulse: Heartbeat, told: int) -> bool:
    """Say whether a kiosk has heard what it was told, and no scan from before waits for an answer."""
    return pulse.unacked == 0 and pulse.roster >= told


def _take_back(
    tx: Transaction, meeting: Meeting, pulses: Mapping[str, Heartbeat], lending: Lending, now: datetime
) -> None:
    """End leases that are over, that a kiosk has given back, or whose seat a person has given away."""
    leases = tx.leases.of_meeting(meeting.id)
    held = {one.seat for one in tx.seats.assignments(meeting.id)} if leases else set()
    over = [
        lease
        for lease in leases
        if lease.until <= now
        or lease.seat in held
        or lease.device not in lending.kiosks
        or (lease.recalled and lease.device in pulses and _knows(pulses[lease.device], lease.told))
    ]
    if over:
        end_leases(tx, meeting.id, over)
        tx.feed.touch([("arrivals", meeting.id)])
        _seat_standing(tx, meeting.id, lending)


def _lend(
    tx: Transaction, meeting: Meeting, due: Collection[str], lending: Lending, now: datetime
) -> Sequence[SeatLease]:
    """Recall what is too much from all kiosks and top up those that are heard; returns what is recalled already."""
    leases = tx.leases.of_meeting(meeting.id)
    plan = Rooms.read(tx, lending.plans, [meeting.id]).plan(tx, meeting.id)
    floor = plan.floor
    share = 0
    if lends(meeting, now):
        share = min(lending.most, fair_share(plan.ordinary_left(), len(lending.kiosks)))
    # A seat may have become a VIP's since.
    ordinary = [lease for lease in leases if floor.pool[floor.numbers[lease.seat]] == PLAIN]
    for device, seats in too_many(floor, ordinary, share).items():
        recall_leases(tx, meeting.id, device, seats)
    for lease in leases:
        if lease not in ordinary and not lease.recalled:
            recall_leases(tx, meeting.id, lease.device, [lease.seat])
    for device in sorted(due):
        _renew(tx, meeting, device, leases)
        _top_up(tx, meeting, device, share - sum(lease.device == device for lease in leases), plan)
    return [lease for lease in leases if lease.recalled]


def _renew(tx: Transaction, meeting: Meeting, device: str, leases: Iterable[SeatLease]) -> None:
    """Let a kiosk's seats be leased until the meeting's end, when that has moved."""
    if any(lease.device == device and not lease.recalled and lease.until != meeting.ends_at for lease in leases):
        tx.leases.renew(meeting.id, device, meeting.ends_at)
        tx.feed.touch([("lease", lease_key(device, meeting.id))])


def _top_up(tx: Transaction, meeting: Meeting, device: str, lacking: int, plan: SeatingPlan) -> None:
    """Lease more seats to a kiosk, as long as guests are expected for whom none is kept."""
    if lacking <= 0:
        return
    # What this kiosk has already stands in the plan's leases; no more than one seat for each guest still to come.
    leased = {plan.floor.seats[number].label for number in plan.leased}
    lacking = min(lacking, tx.leases.expected(meeting.id) - len(leased))
    plan.lease(leased | set(tx.leases.planned(meeting.id)))
    seats = choose(plan.free, lacking)
    plan.lease(leased | set(seats))
    if seats:
        tx.leases.add(SeatLease(meeting=meeting.id, seat=seat, device=device, until=meeting.ends_at) for seat in seats)
        tx.feed.touch([("lease", lease_key(device, meeting.id)), ("arrivals", meeting.id)])


def _seat_standing(tx: Transaction, meeting: str, lending: Lending) -> None:
    """Give seats that are free again to guests who have come in and have none; the open task then names the seat."""
    waiting = {task.dedupe.partition(":")[2]: task for task in tx.tasks.open() if _asks_for_seat(task, meeting)}
    if not waiting:
        return
    guests = tx.guests.by_invitation(waiting.keys())
    standing = [guests[invitation] for invitation in waiting if invitation in guests]
    rooms = Rooms.read(tx, lending.plans, [meeting], len(lending.kiosks))
    moved = seat_guests(tx, standing, rooms).moved
    seats = tx.seats.of_invitations(moved)
    for invitation, task in waiting.items():
        fresh = tx.tasks.get(task.id) if invitation in seats else None
        if fresh is not None and fresh.state is not TaskState.CLOSED:
            tx.tasks.save(replace(fresh, facts=fresh.facts | {"seat": seats[invitation].label}))
    tx.feed.touch(entry for one in tx.guests.by_invitation(moved).values() for entry in one.invitation.entries())
    tx.feed.touch([("tasks", "")] if moved else [])


def _asks_for_seat(task: Task, meeting: str) -> bool:
    return task.kind in _STANDING and task.meeting == meeting and not task.facts.get("seat")
