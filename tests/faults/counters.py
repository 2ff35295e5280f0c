"""Kiosks' own receptions beside the hub's own use cases, with nothing between them but what a test lets through.

Real databases on both sides; no broker, no threads. A counter that hears nobody decides from its roster; what it kept
is sent, and pages are fetched, when a test says so, in whatever order. ``House.broken`` is promise I4.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from devices.contract import codec
from devices.contract.cards import SeatLabel, Words
from devices.contract.credential import lookup, short
from devices.contract.messages import Answer, CheckInEvent, Request, RequestKind, RosterPage
from devices.ids import uuid7
from devices.sealing import seal
from hub.domain.guests import Invited
from hub.domain.seats import SeatAssignment
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.ports import Store
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming
from hub.usecases.serve_roster import roster_page
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.outbox import Outbox
from kiosk.reception import Reception, Result
from kiosk.roster import Roster
from tests.hub.build import T0, at, furnish, invited
from tests.hub.usecases.leases import beat
from tests.hub.usecases.scans import KIOSKS

LOOKUP_KEY = bytes(range(32))
MEETING = "m-launch"
HUB = "01890a5d-ac96-774b-bcce-b302099a0001"


def code_of(number: int) -> str:
    """Return the code that guest ``number`` holds up."""
    return short(number).text


@dataclass(slots=True)
class Clock:
    """The one clock of house and counters, in seconds after T0; each look is a moment later."""

    seconds: float = 10.0

    def now(self) -> datetime:
        """Return the time."""
        self.seconds += 0.001
        return at(self.seconds)

    def monotonic_ms(self) -> int:
        """Return the count of the machine."""
        return int(self.seconds * 1000)


@dataclass(frozen=True, slots=True)
class Shown:
    """A seat that a screen showed a guest; ``by_hub``: the hub's word."""

    guest: int
    door: str
    seat: str
    by_hub: bool


@dataclass(slots=True)
class House:
    """The hub, in a store, and what every screen of its counters showed."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    shown: list[Shown] = field(default_factory=list)
    desk: Desk = field(default_factory=lambda: Desk(uuid7, KIOSKS))
    ahead_s: float = 0.0
    """How far the hub's clock is ahead of the kiosks'."""

    def furnish(self, guests: Iterable[Invited], rows: int = 4, numbers: int = 10) -> None:
        """Store the launch and its guests, under codes that a kiosk can read."""
        known = [_coded(one) for one in guests]
        with self.store.write() as tx:
            furnish(tx, known, rows, numbers)
            tx.feed.touch([("meeting", MEETING), *(entry for one in known for entry in one.invitation.entries())])

    def take(self, device: str, events: Iterable[CheckInEvent]) -> list[Answer]:
        """Check events of one counter in, as one batch."""
        batch = [Incoming(device, event, hashlib.sha256(codec.encode(event)).hexdigest()) for event in events]
        with self.store.write() as tx:
            return check_in(tx, batch, self.desk, self.clock.now() + timedelta(seconds=self.ahead_s))

    def beat(self, counter: "Counter") -> None:
        """Let a counter's heartbeat come: it is leased seats, and what was recalled is free."""
        known, waiting = counter.roster.cursor(), counter.outbox.backlog().unanswered
        beat(self.store, counter.device, roster=known, unacked=waiting, now=self.clock.now())

    def plan(self, number: int, seat: str) -> None:
        """Let a person give a guest who has not come this seat, as a guest list that is read again does."""
        with self.store.write() as tx:
            tx.meetings.lock([MEETING])
            (one,) = tx.guests.by_invitation([f"inv-{number}"]).values()
            tx.seats.release([one.invitation.id])
            tx.seats.assign([SeatAssignment(meeting=MEETING, seat=seat, invitation=one.invitation.id)])
            tx.guests.change(one.guest, replace(one.invitation, seat_wish=seat))
            tx.feed.touch([*one.invitation.entries(), ("arrivals", MEETING)])

    def seats(self) -> dict[int, str]:
        """Return who holds which seat."""
        with self.store.read() as tx:
            return {_number(one.invitation): one.seat for one in tx.seats.assignments(MEETING)}

    def clashes(self) -> dict[int, Task]:
        """Return the tasks that call a person to a guest who was told another seat."""
        with self.store.read() as tx:
            found = [task for task in tx.tasks.open() if task.kind is TaskKind.SEAT_CONFLICT]
        return {_number(task.dedupe.partition(":")[2]): task for task in found}

    def broken(self) -> list[str]:
        """Return where a screen said another seat than the guest has, and no task calls a person (I4)."""
        seats, called = self.seats(), self.clashes()
        return [
            f"guest {one.guest} was shown {one.seat} at {one.door}, the hub has {seats.get(one.guest)}"
            for one in self.shown
            if seats.get(one.guest) != one.seat and one.guest not in called and not self._told_two(one)
        ]

    def _told_two(self, told: Shown) -> bool:
        """Say whether another door told the guest the seat they have: the hub settles such by who told it first."""
        seat = self.seats().get(told.guest)
        return any((one.guest, one.seat) == (told.guest, seat) and one.door != told.door for one in self.shown)


class Counter:
    """One kiosk: its files, its reception, and what it has heard."""

    def __init__(self, house: House, device: str, folder: Path) -> None:
        """Open its files; it hears nobody until ``hears`` is set, and ``slow`` answers come after its own word.

        One that has ``just_heard`` the hub again still calls its scans offline.
        """
        self.house, self.device, self.hears, self.slow, self.just_heard = house, device, False, False, False
        self.database = Database(folder / f"{device}.sqlite3")
        self.database.open()
        name = Words(zh=device, en=device)
        identity = Identity("house", device, uuid7(), house.clock, uuid7, name, lambda: True)
        self.roster, self.outbox = Roster(self.database), Outbox(self.database, identity.boot)
        self.answered: dict[str, None] = {}
        self._late: Answer | None = None
        self.reception = Reception(
            identity,
            self.roster,
            self.outbox,
            lookup_key=LOOKUP_KEY,
            ask=self._ask,
            hub_reachable=lambda: self.hears and not self.just_heard,
        )

    def close(self) -> None:
        """Close its files."""
        self.database.close()

    def scan(self, number: int) -> Result:
        """Let a guest hold up their code, and remember the seat that the screen shows."""
        result = self.reception.receive(code_of(number), uuid7())
        self._saw(number, result)
        if self._late is not None:
            late, self._late = self._late, None
            self._saw(number, self.reception.late(late))
        return result

    def send(self, *places: int) -> list[Answer]:
        """Send what waits, or these of it; the hub takes it, and its answers are on the way."""
        waiting = [codec.decode(one.payload, CheckInEvent) for one in self.outbox.waiting(99)]
        chosen = [waiting[place] for place in places] if places else waiting
        answers = self.house.take(self.device, chosen)
        self.answered |= dict.fromkeys(answer.id for answer in answers)
        return answers

    def hear(self) -> None:
        """Let the answers arrive."""
        self.outbox.settle(dict(self.answered), self.house.clock.now())
        self.answered.clear()

    def fetch(self) -> None:
        """Let the roster come, all of it."""
        while True:
            cursor = self.roster.cursor()
            asked = Request(id=uuid7(), ts=T0, boot=HUB, seq=1, kind=RequestKind.ROSTER, cursor=cursor)
            with self.house.store.read() as tx:
                found = roster_page(tx, self.device, asked, seal, self.house.clock.now())
            page = RosterPage(
                id=uuid7(),
                ts=T0,
                boot=HUB,
                seq=1,
                request=asked.id,
                incarnation=HUB,
                cursor=cursor,
                to=found.to,
                head=found.head,
                items=found.items,
            )
            self.roster.apply(page)
            if found.to >= found.head:
                return

    def all_through(self) -> None:
        """Let everything through, both ways."""
        self.send()
        self.hear()
        self.fetch()

    def _ask(self, event: CheckInEvent) -> Answer | None:
        if not self.hears:
            return None
        (answer,) = self.house.take(self.device, [event])
        self.answered[answer.id] = None
        if self.slow:
            self._late = answer
            return None
        return answer

    def _saw(self, number: int, result: Result) -> None:
        if result.verdict.admits and result.card is not None and result.card.seat is not None:
            self.house.shown.append(Shown(number, self.device, label(result.card.seat), result.from_hub))


def label(seat: SeatLabel) -> str:
    """Name a seat as these maps do."""
    return f"{seat.zone}-{seat.row}-{seat.number}"


def guests(numbers: Iterable[int], party: str = "") -> list[Invited]:
    """Return guests of one party, or alone."""
    return [invited(number, party=party) for number in numbers]


def _coded(one: Invited) -> Invited:
    code = code_of(_number(one.invitation.id))
    return replace(one, invitation=replace(one.invitation, code=code, lookup=lookup(LOOKUP_KEY, code)))


def _number(invitation: str) -> int:
    return int(invitation.removeprefix("inv-"))
