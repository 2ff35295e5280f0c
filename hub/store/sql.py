"""``hub.ports.Store`` in SQL. Rules live in the domain; here is only how they are kept."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

from sqlalchemy import Engine, bindparam, update
from sqlalchemy.exc import OperationalError

from hub.account_ports import Accounts, Allowances, Sessions
from hub.agenda_ports import AgendaChanges
from hub.alert_ports import Alerts
from hub.audit_ports import AuditChain
from hub.booking_ports import Bookings, NoShows, RoomSetUpsKept, Sync
from hub.certificate_ports import Certificates
from hub.check_in_ports import Attendance, CheckIns, Rulings, Scans
from hub.code_ports import Groups, Keys
from hub.device_ports import Commands, Delivery, Devices, Screenshots
from hub.drink_ports import DrinksKept
from hub.house_work_ports import HouseWorkKept
from hub.incident_ports import Departures, Incidents
from hub.material_ports import MaterialsKept
from hub.ports import (
    Feed,
    Guests,
    Meetings,
    Records,
    StoreUnavailable,
    Tasks,
)
from hub.privacy_ports import PersonalData
from hub.rehearsal_ports import Rehearsals
from hub.request_ports import Answers, BusinessCards, Names, Requests, RoomDevices
from hub.room_ports import Assets, Conditions, FieldDevices, Readings, RoomChecks, WatchSettingsKept
from hub.seat_ports import Leases, Seats
from hub.staff_ports import Duties, RosterKept, StaffKept
from hub.store import migrate
from hub.store.accounts import SqlAccounts, SqlSessions
from hub.store.agenda_changes import SqlAgendaChanges
from hub.store.alerts import SqlAlerts
from hub.store.allowances import SqlAllowances
from hub.store.alone import Alone
from hub.store.answers import SqlAnswers
from hub.store.assets import SqlAssets
from hub.store.attendance import SqlAttendance
from hub.store.audit import SqlAuditChain, write_audited
from hub.store.bookings import SqlBookings
from hub.store.business_cards import SqlBusinessCards
from hub.store.certificates import SqlCertificates
from hub.store.check_ins import SqlCheckIns
from hub.store.commands import SqlCommands, SqlScreenshots
from hub.store.conditions import SqlConditions
from hub.store.delivery import SqlDelivery
from hub.store.departures import SqlDepartures
from hub.store.devices import SqlDevices
from hub.store.drinks import SqlDrinks
from hub.store.duties import SqlDuties
from hub.store.engine import Database, open_database
from hub.store.errors import translating
from hub.store.feed import INCARNATION, SqlFeed, write_touched
from hub.store.field_devices import SqlFieldDevices
from hub.store.groups import SqlGroups
from hub.store.guest_messages import SqlGuestMessages
from hub.store.guests import SqlGuests
from hub.store.house_work import SqlHouseWork
from hub.store.incidents import SqlIncidents
from hub.store.keys import SqlKeys
from hub.store.leases import SqlLeases
from hub.store.materials import SqlMaterials
from hub.store.meetings import SqlMeetings
from hub.store.names import SqlNames
from hub.store.no_shows import SqlNoShows
from hub.store.purge import SqlPersonalData
from hub.store.readings import SqlReadings
from hub.store.records import SqlRecords
from hub.store.rehearsals import SqlRehearsals
from hub.store.requests import SqlRequests
from hub.store.room_checks import SqlRoomChecks
from hub.store.room_devices import SqlRoomDevices
from hub.store.room_set_ups import SqlRoomSetUps
from hub.store.roster import SqlRoster
from hub.store.rulings import SqlRulings
from hub.store.scans import SqlScans
from hub.store.scrubbing import scrub
from hub.store.seats import SqlSeats
from hub.store.staff import SqlStaff
from hub.store.sync import SqlSync
from hub.store.tables import meta
from hub.store.tasks import SqlTasks
from hub.store.timers import SqlTimers
from hub.store.transfers import SqlTransfers
from hub.store.watch_settings import SqlWatchSettings
from hub.store.work import Upsert, Work
from hub.time_ports import GuestMessages, Timers
from hub.transfer_ports import Transfers

_PROBE = "probe"
_PUT_META = Upsert(meta, "key")
_RENEW = (
    update(meta)
    .where(meta.c.key == bindparam("the_key"), meta.c.value == bindparam("known"))
    .values(value=bindparam("new"))
)


class SqlTransaction:
    """Fills ``hub.ports.Transaction``."""

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
    agenda_changes: AgendaChanges
    incidents: Incidents
    departures: Departures
    house_work: HouseWorkKept
    watch_settings: WatchSettingsKept
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

    def __init__(self, work: Work) -> None:
        """Lay every aggregate on the same unit of work."""
        self._work = work
        self.meetings = SqlMeetings(work)
        self.guests = SqlGuests(work)
        self.groups = SqlGroups(work)
        self.seats = SqlSeats(work)
        self.leases = SqlLeases(work)
        self.check_ins = SqlCheckIns(work)
        self.scans = SqlScans(work)
        self.rulings = SqlRulings(work)
        self.attendance = SqlAttendance(work)
        self.tasks = SqlTasks(work)
        self.devices = SqlDevices(work)
        self.delivery = SqlDelivery(work)
        self.keys = SqlKeys(work)
        self.feed = SqlFeed(work)
        self.records = SqlRecords(work)
        self.audit_chain = SqlAuditChain(work)
        self.personal_data = SqlPersonalData(work)
        self.certificates = SqlCertificates(work)
        self._lay_house(work)

    def _lay_house(self, work: Work) -> None:
        """Lay what the house itself does, and who works in it, on the unit of work."""
        self.requests = SqlRequests(work)
        self.names = SqlNames(work)
        self.answers = SqlAnswers(work)
        self.business_cards = SqlBusinessCards(work)
        self.room_devices = SqlRoomDevices(work)
        self.timers = SqlTimers(work)
        self.guest_messages = SqlGuestMessages(work)
        self.materials = SqlMaterials(work)
        self.drinks = SqlDrinks(work)
        self.commands = SqlCommands(work)
        self.screenshots = SqlScreenshots(work)
        self.transfers = SqlTransfers(work)
        self.field_devices = SqlFieldDevices(work)
        self.readings = SqlReadings(work)
        self.conditions = SqlConditions(work)
        self.assets = SqlAssets(work)
        self.room_checks = SqlRoomChecks(work)
        self.rehearsals = SqlRehearsals(work)
        self.agenda_changes = SqlAgendaChanges(work)
        self.incidents = SqlIncidents(work)
        self.departures = SqlDepartures(work)
        self.house_work = SqlHouseWork(work)
        self.watch_settings = SqlWatchSettings(work)
        self.staff = SqlStaff(work)
        self.roster = SqlRoster(work)
        self.duties = SqlDuties(work)
        self.accounts = SqlAccounts(work)
        self.sessions = SqlSessions(work)
        self.allowances = SqlAllowances(work)
        self.alerts = SqlAlerts(work)
        self.bookings = SqlBookings(work)
        self.sync = SqlSync(work)
        self.no_shows = SqlNoShows(work)
        self.set_ups = SqlRoomSetUps(work)

    def defer(self) -> None:
        """Send what is written from now on together."""
        self._work.defer()

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo only what happens inside when it raises."""
        return self._work.savepoint()


class SqlStore:
    """Fills ``hub.ports.Store``. Threads may share it; in one thread, one transaction at a time."""

    def __init__(self, database: Database) -> None:
        """Keep the open database."""
        self._database = database
        self._here = threading.local()

    def write(self) -> AbstractContextManager[SqlTransaction]:
        """Open a transaction that commits durably at the end, or leaves nothing when it raises.

        Raises StoreUnavailable when the database is away; RuntimeError when a failed statement was passed over.
        """
        return self._transaction(self._database.writer, writing=True)

    def read(self) -> AbstractContextManager[SqlTransaction]:
        """Open a transaction for looking only: one moment's view on PostgreSQL, nobody else's turn on SQLite."""
        return self._transaction(self._database.reader, writing=False)

    def renew_incarnation(self, known: str, new: str) -> None:
        """Give this database a new id: it was restored, so kiosks are to send everything again."""
        with self._database.turn(), translating(), self._database.writer.begin() as connection:
            connection.execute(_RENEW, {"the_key": INCARNATION, "known": known, "new": new})

    def probe(self) -> None:
        """Write and commit something of no meaning. Raises StoreUnavailable."""
        with self._database.turn(), translating(), self._database.writer.begin() as connection:
            connection.execute(_PUT_META.on[connection.dialect.name], {"key": _PROBE, "value": ""})

    def scrub(self, tables: Iterable[str]) -> None:
        """Let nothing of what was cleared remain in the database's own files. Raises StoreUnavailable."""
        with self._database.turn(), translating():
            scrub(self._database.writer, tables)

    def alone(self, name: str) -> Alone:
        """Return what says whether this process is the one that does something of this name."""
        return Alone(None if self._database.turns else self._database.writer, name)

    def close(self) -> None:
        """Give connections and locks back."""
        self._database.close()

    @contextmanager
    def _transaction(self, engine: Engine, *, writing: bool) -> Iterator[SqlTransaction]:
        connect = engine.raw_connection  # SQLAlchemy's own Connection costs as much as five statements
        with self._alone_in_thread(), self._database.turn(), translating(), closing(connect()) as connection:
            try:
                work = Work(connection, writing, self._database.statements)
                yield SqlTransaction(work)
                work.check()
                if not writing:
                    return
                with work.together():
                    write_audited(work)
                    positions = write_touched(work)
                    make_sure = work.commit()
                make_sure()
                kept = positions()
                for tell in work.committed:
                    tell(kept)
            except (StoreUnavailable, OperationalError):
                connection.invalidate()  # what a connection knows after a failed write or fsync is not to be trusted
                raise

    @contextmanager
    def _alone_in_thread(self) -> Iterator[None]:
        if getattr(self._here, "busy", False):
            raise RuntimeError("this thread has a transaction open already: pass that one on")
        self._here.busy = True
        try:
            yield
        finally:
            self._here.busy = False


def open_store(url: str) -> SqlStore:
    """Open the store of a migrated database.

    Raises CannotOpen: a bad address, a database that is away or could lose commits, a file another process has open
    (AlreadyOpen), or a schema of another version (WrongSchema).
    """
    database = open_database(url)
    try:
        migrate.check_open(database)
    except BaseException:
        database.close()
        raise
    return SqlStore(database)
