"""Two kiosks and a hub in one process, for the state machine: kiosks in memory, the hub's own use case on a real store.

A kiosk decides by its own rule (``kiosk.checkin.decide``) from a roster that may be old and a clock that may be wrong,
keeps each event until it is answered, and sends what waits again. Between it and the hub lies the air, where messages
are doubled, lost and mixed up by whoever drives this.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from devices.contract import codec
from devices.contract.cards import Arrival, GuestCard, MeetingCard, Words
from devices.contract.messages import Answer, CheckInEvent, Clock, CodeKind, Verdict
from devices.ids import uuid7
from hub.domain.guests import InvitationStatus
from hub.store import migrate
from hub.store.engine import open_database
from hub.store.sql import SqlStore, open_store
from hub.usecases.acting import Deciding
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming
from hub.usecases.sign_on_paper import write_down
from kiosk.checkin import Known, Scanned, decide
from tests.faults import memory
from tests.hub.build import at, furnish, invited, lookup, meeting
from tests.hub.usecases.scans import KIOSKS

GUESTS = 6
STRANGER = GUESTS + 1
SEATS = (2, 2)
"""Rows and numbers: fewer seats than guests."""

MEETING = "m-launch"
NUMBERS = range(1, GUESTS + 1)
INVITATIONS = {number: f"inv-{number}" for number in NUMBERS}
WINDOW = 40

_TEXT = Words(zh="甲", en="A")
_CARD = MeetingCard(
    key="launch",
    title=_TEXT,
    room="hall",
    room_name=_TEXT,
    doors_at=meeting().doors_at,
    starts_at=meeting().starts_at,
    ends_at=meeting().ends_at,
    zone="Asia/Shanghai",
)


@dataclass(slots=True)
class Kiosk:
    """One kiosk: what it believes, what it has recorded, and what waits for an answer."""

    device: str
    boot: str = field(default_factory=uuid7)
    seq: int = 0
    online: bool = True
    synced: bool = True
    off_by: timedelta = timedelta()
    roster: dict[int, str] = field(default_factory=lambda: dict.fromkeys(NUMBERS, "valid"))
    arrived: dict[int, datetime] = field(default_factory=dict)
    recorded: dict[str, Incoming] = field(default_factory=dict)
    waiting: dict[str, Incoming] = field(default_factory=dict)
    cleared: dict[str, Verdict] = field(default_factory=dict)

    def scan(self, number: int, now: datetime) -> Incoming:
        """Decide, number and record one scan."""
        moment = now + self.off_by
        clock = Clock.SYNCED if self.synced else Clock.UNSYNCED
        decision = decide(Scanned(kind=CodeKind.SHORT, code=f"CODE-{number}"), self._known(number), moment, clock)
        self.seq += 1
        event = CheckInEvent(
            id=uuid7(),
            ts=moment,
            boot=self.boot,
            seq=self.seq,
            lookup=lookup(number),
            kind=decision.kind,
            verdict=decision.verdict,
            offline=not self.online,
            mono_ms=0,
            clock=clock,
        )
        item = incoming(self.device, event)
        if decision.verdict.admits:
            self.arrived.setdefault(number, moment)
        self.recorded[event.id] = self.waiting[event.id] = item
        return item

    def reboot(self) -> None:
        """Start anew: other numbers, the same disk."""
        self.boot, self.seq = uuid7(), 0

    def hear(self, answers: Sequence[Answer]) -> None:
        """Clear what the hub has answered."""
        for answer in answers:
            if self.waiting.pop(answer.id, None):
                self.cleared[answer.id] = answer.verdict

    def _known(self, number: int) -> Known:
        if number not in self.roster:
            return Known()
        arrived = Arrival(door=_TEXT, at=self.arrived[number]) if number in self.arrived else None
        card = GuestCard(
            invitation=INVITATIONS[number],
            meeting="launch",
            name="王",
            salutation=_TEXT,
            status=self.roster[number],
        )
        return Known(card=card, meeting=_CARD, arrived=arrived)


def incoming(device: str, event: CheckInEvent) -> Incoming:
    """Return an event as the hub's door gets it."""
    return Incoming(device, event, hashlib.sha256(codec.encode(event)).hexdigest())


def forged(item: Incoming) -> Incoming:
    """Return another event under the same id."""
    return incoming(item.device, replace(item.event, ts=item.event.ts - timedelta(minutes=7)))


class Crash(Exception):
    """The hub's process ends before its commit."""


class HubProcess:
    """The hub's store and use case; ``now`` is its clock."""

    def __init__(self) -> None:
        """Open a fresh database with the meeting in it."""
        self._folder = TemporaryDirectory(prefix="yb-doors-", dir=memory.FOLDER)
        path = Path(self._folder.name) / "hub.db"
        path.write_bytes(_furnished())
        self._url = f"sqlite:///{path}"
        self.now = at(100)
        self.store, self._desk = self._open()

    def take(self, batch: Sequence[Incoming], *, crash: bool = False) -> list[Answer]:
        """Check a batch in. Raises Crash, and keeps nothing, when it is to crash."""
        with self.store.write() as tx:
            answers = check_in(tx, batch, self._desk, self.now)
            if crash:
                raise Crash
        return answers

    def write_down(self, number: int, at: datetime) -> list[str]:
        """Enter that a guest signed on paper; return the new events."""
        with self.store.write() as tx:
            held = tx.meetings.get([MEETING])[MEETING]
            return write_down(tx, held, {INVITATIONS[number]: at}, Deciding(actor="Lin", at=self.now, ids=uuid7))

    def withdraw(self, number: int, status: InvitationStatus) -> None:
        """Withdraw an invitation, or restore it."""
        with self.store.write() as tx:
            tx.guests.set_status(INVITATIONS[number], status, self.now)

    def standing(self) -> tuple[dict[int, str], dict[int, datetime]]:
        """Return what kiosks are told: each guest's status, and when they came."""
        with self.store.read() as tx:
            found = tx.guests.by_invitation(INVITATIONS.values())
            admissions = tx.check_ins.admissions(INVITATIONS.values())
        statuses = {number: found[key].invitation.status.value for number, key in INVITATIONS.items()}
        return statuses, {number: admissions[key].at for number, key in INVITATIONS.items() if key in admissions}

    def withdrawn(self) -> dict[str, datetime | None]:
        """Return since when each invitation is withdrawn."""
        with self.store.read() as tx:
            found = tx.guests.by_invitation(INVITATIONS.values())
        return {
            key: one.invitation.status_at if one.invitation.status is InvitationStatus.REVOKED else None
            for key, one in found.items()
        }

    def restart(self) -> None:
        """End the process and start another."""
        self.store.close()
        self.store, self._desk = self._open()

    def end(self) -> None:
        """Close and remove everything."""
        self.store.close()
        self._folder.cleanup()

    def _open(self) -> tuple[SqlStore, Desk]:
        """Open as ``open_store`` does, without asking each time which schema it is: that takes most of the time."""
        return SqlStore(open_database(self._url)), Desk(uuid7, KIOSKS)


@cache
def _furnished() -> bytes:
    with TemporaryDirectory(prefix="yb-doors-", dir=memory.FOLDER) as name:
        path = Path(name) / "hub.db"
        migrate.upgrade(f"sqlite:///{path}")
        store = open_store(f"sqlite:///{path}")
        with store.write() as tx:
            parties = {1: "party", 2: "party"}
            furnish(tx, [invited(number, party=parties.get(number, ""), vip=number == 3) for number in NUMBERS], *SEATS)
        store.close()
        return path.read_bytes()
