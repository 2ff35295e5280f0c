"""What the use cases need of the outside, as Protocols. ``hub.store`` fills them with SQL."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.account_ports import Accounts, Allowances, Sessions
from hub.agenda_ports import AgendaChanges
from hub.alert_ports import Alerts
from hub.audit_ports import AuditChain
from hub.booking_ports import Bookings, NoShows, RoomSetUpsKept, Sync
from hub.certificate_ports import Certificates
from hub.check_in_ports import Attendance, CheckIns, Rulings, Scans
from hub.code_ports import Groups, Keys
from hub.device_ports import Commands, Delivery, Devices, Screenshots
from hub.domain.guests import Guest, Invitation, InvitationStatus, Invited
from hub.domain.meetings import Door, Meeting, Place, Room, Venue
from hub.domain.tasks import Task
from hub.drink_ports import DrinksKept
from hub.house_work_ports import HouseWorkKept
from hub.incident_ports import Departures, Incidents
from hub.material_ports import MaterialsKept
from hub.privacy_ports import PersonalData
from hub.rehearsal_ports import Rehearsals
from hub.request_ports import Answers, BusinessCards, Names, Requests, RoomDevices
from hub.room_ports import Assets, Conditions, FieldDevices, Readings, RoomChecks, WatchSettingsKept
from hub.seat_ports import Leases, Seats
from hub.staff_ports import Duties, RosterKept, StaffKept
from hub.time_ports import GuestMessages, Timers
from hub.transfer_ports import Transfers


class StoreUnavailable(Exception):
    """The database does not answer at the moment; nothing was kept. Try the same again later.

    Only when the answer to a COMMIT is lost with the connection may all of it have been kept after all.
    """

    code = "store_unavailable"


class StoreContended(StoreUnavailable):
    """The database undid this for another writer with whom it would have waited for ever. Try again at once."""

    code = "store_contended"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change feed: what changed last at position ``seq``. Positions follow commit order."""

    seq: int
    kind: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """Input that could not be used, kept whole for a person to look at.

    The very same input again is the same row: ``times`` it came, for the last time at ``last_at``.
    """

    id: str
    received_at: datetime
    device: str
    leaf: str
    reason: str
    detail: str
    field: str = ""
    payload: bytes = b""
    times: int = 1
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """One step that somebody took, as the audit log keeps it (I12)."""

    actor: str
    action: str
    subject: str
    at: datetime


class Meetings(Protocol):
    """The venue, its rooms, doors and ways, and the meetings with their agenda."""

    def venue(self) -> Venue | None:
        """Return the house, None before it was imported."""

    def save_venue(self, venue: Venue) -> None:
        """Keep the house's names and zone."""

    def rooms(self) -> Sequence[Room]:
        """Return all rooms by key."""

    def save_room(self, room: Room) -> None:
        """Add or change a room."""

    def doors(self) -> Mapping[str, Door]:
        """Return the doors by device id."""

    def save_door(self, door: Door) -> None:
        """Add or change a door."""

    def places(self, device: str | None = None) -> Sequence[Place]:
        """Return the ways from one kiosk, or from all."""

    def save_place(self, place: Place) -> None:
        """Add or change a way."""

    def all(self) -> Sequence[Meeting]:
        """Return the meetings by start."""

    def between(self, start: datetime, end: datetime) -> Sequence[Meeting]:
        """Return the meetings by start whose doors open before ``end`` and which end after ``start``."""

    def get(self, keys: Collection[str]) -> Mapping[str, Meeting]:
        """Return those of the named meetings (ids) that exist, by id."""

    def by_key(self, key: str) -> Meeting | None:
        """Return the meeting with this key, None when there is none."""

    def save(self, meeting: Meeting) -> None:
        """Add or change a meeting with its agenda."""

    def lock(self, ids: Collection[str]) -> None:
        """Let no other writer seat guests in these meetings until this transaction ends."""


class Guests(Protocol):
    """Guests, invitations and their codes."""

    def by_lookup(self, lookups: Collection[str]) -> Mapping[str, Invited]:
        """Return the invitations whose codes have these keyed hashes; each with the code that was asked for."""

    def by_invitation(self, ids: Collection[str]) -> Mapping[str, Invited]:
        """Return invitations by id, each with its current code."""

    def of_meeting(self, meeting: str) -> Sequence[Invited]:
        """Return a meeting's invitations with their current codes, in the order they were added."""

    def of_parties(self, meeting: str, parties: Collection[str]) -> Sequence[Invited]:
        """Return the invitations of the named parties of a meeting."""

    def add(self, guest: Guest, invitation: Invitation) -> None:
        """Add a guest with an invitation and its code.

        Where one is there already, the next question to the store, or the end of the transaction, raises Refused.
        """

    def change(self, guest: Guest, invitation: Invitation) -> None:
        """Change a guest's or invitation's fields; the code stays."""

    def replace_code(self, invitation: str, code: str, lookup: str, at: datetime) -> None:
        """Give an invitation a new code; the old one answers ``replaced`` from now on."""

    def set_status(self, invitation: str, status: InvitationStatus, at: datetime) -> None:
        """Withdraw (or restore) an invitation's current code."""


class Tasks(Protocol):
    """What needs a person."""

    def raise_all(self, tasks: Iterable[Task]) -> None:
        """Store tasks; one whose subject has an open task already changes nothing (I5)."""

    def get(self, task: str) -> Task | None:
        """Return one task; in a writing transaction nobody else changes it before the end."""

    def about(self, keys: Collection[str]) -> Mapping[str, Task]:
        """Return the open tasks with these dedupe keys; in a writing transaction nobody else changes them."""

    def latest(self, keys: Collection[str], since: datetime) -> Mapping[str, Task]:
        """Return the newest task of each of these dedupe keys, if it is open or was done since an instant."""

    def open(self) -> Sequence[Task]:
        """Return the open tasks, the most urgent deadline first."""

    def drinks(self, meetings: Collection[str]) -> Sequence[Task]:
        """Return the tasks that brought, or are to bring, drinks in these meetings, the oldest first."""

    def to_attend(self, now: datetime, most: int) -> Sequence[Task]:
        """Return the tasks to look at now, the longest due first; nobody else gets them meanwhile."""

    def busy(self) -> Mapping[str, int]:
        """Return how many tasks each person owns that are not done."""

    def unseen(self, since: datetime) -> Sequence[Task]:
        """Return what went away by itself since an instant, and nobody has looked at yet, the oldest first."""

    def since(self, instant: datetime) -> Sequence[Task]:
        """Return all tasks that were raised since an instant, the oldest first."""

    def save(self, task: Task) -> None:
        """Store a task's new state."""


class Feed(Protocol):
    """What changed, in commit order: kiosks and pages follow it."""

    def touch(self, changes: Iterable[tuple[str, str]]) -> None:
        """Note (kind, key) pairs as changed now. The store writes them as the transaction's last step."""

    def on_commit(self, tell: Callable[[Mapping[tuple[str, str], int]], None]) -> None:
        """Call ``tell`` once all of this is kept, with the positions of what was touched, by (kind, key)."""

    def head(self, kinds: Collection[str] = ()) -> int:
        """Return the newest position, of these kinds or of all; 0 when nothing has changed yet."""

    def incarnation(self) -> str:
        """Return the id of the database whose positions these are."""

    def fingerprint(self, kinds: Collection[str], own: Collection[str], device: str) -> str:
        """Return count and sum of the positions of what counts for a device: these kinds, and its ``own`` of others."""

    def after(self, seq: int, kinds: Collection[str], limit: int) -> Sequence[Change]:
        """Return what changed after a position, oldest first, each thing once."""


class Records(Protocol):
    """What is only ever added to: quarantine and audit."""

    def quarantine(self, item: Quarantined) -> None:
        """Keep input that could not be used, and forget the oldest where there is too much of it (I13)."""

    def quarantined_times(self, item: Quarantined) -> int:
        """Return how often the very same input was quarantined, this transaction's included."""

    def quarantined(self, limit: int) -> Sequence[Quarantined]:
        """Return the newest quarantined input."""

    def audit(self, actor: str, action: str, subject: str, at: datetime) -> None:
        """Note who changed what (I12)."""

    def audited(self, subject: str, since: datetime, limit: int) -> Sequence[Audited]:
        """Return what was done to one thing since an instant, the newest first."""

    def counted(self, action: str, since: datetime, until: datetime) -> int:
        """Count how often something was done in a time."""


class Transaction(Protocol):
    """One unit of work: all of it is kept, or none."""

    meetings: Meetings
    guests: Guests
    groups: Groups
    seats: Seats
    leases: Leases
    check_ins: CheckIns
    scans: Scans
    rulings: Rulings
    attendance: Attendance
    tasks: Tasks
    devices: Devices
    delivery: Delivery
    keys: Keys
    feed: Feed
    records: Records
    audit_chain: AuditChain
    personal_data: PersonalData
    requests: Requests
    names: Names
    answers: Answers
    business_cards: BusinessCards
    room_devices: RoomDevices
    timers: Timers
    guest_messages: GuestMessages
    materials: MaterialsKept
    drinks: DrinksKept
    commands: Commands
    screenshots: Screenshots
    transfers: Transfers
    field_devices: FieldDevices
    readings: Readings
    conditions: Conditions
    assets: Assets
    room_checks: RoomChecks
    rehearsals: Rehearsals
    incidents: Incidents
    departures: Departures
    house_work: HouseWorkKept
    watch_settings: WatchSettingsKept
    agenda_changes: AgendaChanges
    staff: StaffKept
    roster: RosterKept
    duties: Duties
    accounts: Accounts
    sessions: Sessions
    allowances: Allowances
    alerts: Alerts
    bookings: Bookings
    sync: Sync
    no_shows: NoShows
    set_ups: RoomSetUpsKept
    certificates: Certificates

    def defer(self) -> None:
        """Send what is written from now on together, before the next question or with the COMMIT.

        That saves the time of many journeys to a database server; a Refused comes only then.
        """

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo only what happens inside when it raises.

        Who wants to go on after a Refused of the store needs one: outside of it the whole transaction is lost.
        """


class Store(Protocol):
    """The venue's memory. Every method may raise StoreUnavailable."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that commits durably at the end, or leaves nothing when it raises."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction for looking only."""

    def renew_incarnation(self, known: str, new: str) -> None:
        """Give a restored database a new id, so that kiosks send everything again; only if it is still ``known``."""

    def probe(self) -> None:
        """Write and commit something of no meaning. Raises StoreUnavailable."""

    def scrub(self, tables: Iterable[str]) -> None:
        """Let nothing of what was cleared in these tables remain in the database's own files."""

    def close(self) -> None:
        """Give connections and locks back."""


class Ids(Protocol):
    """Makes identifiers."""

    def __call__(self) -> str:
        """Return a new UUIDv7."""
