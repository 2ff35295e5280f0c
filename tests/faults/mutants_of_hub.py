"""Faults of the hub: it answers too early, takes what it must not, or makes something wrong of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from devices.contract import codec
from devices.contract.messages import Answer, CheckInEvent
from devices.contract.topics import Leaf, parse
from devices.ids import uuid7
from devices.ports import Received
from hub import intake, wiring
from hub.domain import check_ins
from hub.domain.check_ins import Class
from hub.domain.seat_leases import SeatLease
from hub.ingest import Ingest
from hub.intake import Intake
from hub.outgoing import Outgoing
from hub.store.check_ins import SqlCheckIns
from hub.store.leases import SqlLeases
from hub.store.seats import SqlSeats
from hub.usecases import call_staff, check_in, judging
from hub.usecases.judging import Judging
from hub.usecases.plans import Plans
from tests.faults.mutant import BUSY_DAY, FULL_DISK, ISLANDS, Faults, Part, part, swap

CAUGHT = Faults()
SURVIVED = Faults()


@CAUGHT.in_scenario(FULL_DISK, "I1", "I8")
def ack_before_commit() -> None:
    """Answer a kiosk as soon as the event is in memory."""
    original = part(Ingest, "received")

    def received(self: Part, message: Received) -> None:
        address = parse(message.topic)
        if address.leaf is Leaf.UP_CHECKIN:
            event = codec.decode(message.payload, CheckInEvent)
            _answer(self._outgoing, [(address.device, Answer(id=event.id, verdict=event.verdict))])
        original(self, message)

    swap(Ingest, "received", received)


@CAUGHT.in_scenario(FULL_DISK, "I1", "I8")
def reply_before_commit() -> None:
    """Answer inside the transaction, before the COMMIT."""
    original = part(intake, "check_in")
    outgoing: list[Part] = []
    begin = part(Ingest, "start")

    def start(self: Part) -> None:
        outgoing.append(self._outgoing)
        begin(self)

    def check_in(tx: Part, incoming: Sequence[Part], desk: Part, now: datetime) -> list[Answer]:
        answers: list[Answer] = original(tx, incoming, desk, now)
        _answer(outgoing[0], [(item.device, answer) for item, answer in zip(incoming, answers, strict=True)])
        return answers

    swap(Ingest, "start", start)
    swap(intake, "check_in", check_in)


@SURVIVED.in_scenario(FULL_DISK)
def broker_ack_before_commit() -> None:
    """Acknowledge to the broker before the event is stored: the kiosk's outbox does not care."""
    original = part(Ingest, "received")

    def received(self: Part, message: Received) -> None:
        if self._link:
            self._link.acknowledge(message)
        original(self, message)

    swap(Ingest, "received", received)


@CAUGHT.in_scenario(BUSY_DAY, "I7")
def accept_retained() -> None:
    """Take events that arrive retained: ghosts of an earlier run."""
    original = part(Intake, "_read")
    swap(Intake, "_read", lambda self, message, address: original(self, replace(message, retained=False), address))


@CAUGHT.in_scenario(BUSY_DAY, "I7")
def accept_strangers() -> None:
    """Take events of every device that the broker lets in."""

    class Everybody(Collection[str]):
        def __contains__(self, _: object) -> bool:
            return True

        def __iter__(self) -> Iterator[str]:
            return iter(())

        def __len__(self) -> int:
            return 1

    desk = part(intake, "Desk")
    swap(intake, "Desk", lambda ids, _: desk(ids, Everybody()))
    original = part(Intake, "__init__")

    def init(self: Part, **parts: Part) -> None:
        original(self, **parts)
        self._devices = Everybody()

    swap(Intake, "__init__", init)


@CAUGHT.in_scenario(BUSY_DAY, "I2")
def no_dedupe() -> None:
    """Store an event that comes again as a new one."""
    original = part(intake, "check_in")

    def check_in(tx: Part, incoming: Sequence[Part], desk: Part, now: datetime) -> list[Answer]:
        known = tx.check_ins.known({item.event.id for item in incoming})
        fresh = [
            replace(item, event=replace(item.event, id=uuid7())) if item.event.id in known else item
            for item in incoming
        ]
        answers: list[Answer] = original(tx, fresh, desk, now)
        return [replace(answer, id=item.event.id) for item, answer in zip(incoming, answers, strict=True)]

    swap(intake, "check_in", check_in)


@CAUGHT.in_scenario(BUSY_DAY, "I15")
def poison_kills_writer() -> None:
    """Let the writer die of a message that it cannot read."""

    def keep(self: Part, batch: Sequence[Received]) -> None:
        self._conclude(batch, self._store_all(batch))

    original = part(Intake, "_quarantine")

    def quarantine(self: Part, tx: Part, message: Received, reason: str, *more: Part) -> None:
        if reason == "not_utf8":
            raise SystemExit
        original(self, tx, message, reason, *more)

    swap(Ingest, "_keep", keep)
    swap(Intake, "_quarantine", quarantine)


@CAUGHT.in_scenario(BUSY_DAY, "I15")
def quarantine_without_answer() -> None:
    """Set a suspicious event aside and do not tell its sender."""
    original = part(Outgoing, "replies")

    def replies(self: Part, answers: Iterable[tuple[str, Answer]]) -> Part:
        return original(self, [pair for pair in answers if pair[1].accepted])

    swap(Outgoing, "replies", replies)


@CAUGHT.in_scenario(BUSY_DAY, "I3", "I6")
def order_by_receipt() -> None:
    """Let the first event to arrive be the arrival, whatever the doors' clocks say."""
    original = part(Judging, "settle_one")

    def settle_one(self: Part, invited: Part) -> None:
        invitation = invited.invitation.id
        if invitation not in self.admissions:
            original(self, invited)
            return
        self.settled[invitation] = invited
        for event in [one for one in self.new.values() if one.invitation == invitation]:
            classed = Class.DUPLICATE if event.scan.admits else Class.REFUSED
            self.new[event.scan.id] = replace(event, classed=classed)

    swap(Judging, "settle_one", settle_one)


@CAUGHT.in_scenario(BUSY_DAY, "I3")
def each_door_admits() -> None:
    """Let each door count its own arrivals."""
    original = part(judging, "classify")

    def classify(scans: Iterable[Part], revoked_at: datetime | None = None) -> Mapping[str, Part]:
        by_door: dict[str, list[Part]] = {}
        for scan in scans:
            by_door.setdefault(scan.device, []).append(scan)
        return {key: value for ours in by_door.values() for key, value in original(ours, revoked_at).items()}

    swap(judging, "classify", classify)


@CAUGHT.in_scenario(BUSY_DAY, "I3")
def rescan_for_ever() -> None:
    """Take a second scan at the same door for the same arrival even hours later."""
    swap(check_ins, "RESCAN_WITHIN", timedelta(days=1))


@CAUGHT.in_scenario(BUSY_DAY, "I2", "I6")
def admission_forgotten() -> None:
    """Store the event and not the admission: two transactions where one was meant."""
    swap(SqlCheckIns, "admit", lambda *_: None)


@CAUGHT.in_scenario(BUSY_DAY, "I4")
def seat_without_lock_or_index() -> None:
    """Seat guests without seeing others' seats, and let nothing in the database stop it."""
    loosen("seat_assignments")
    swap(SqlSeats, "holders", lambda *_: {})
    plan = part(Plans, "of")

    def anew(self: Part, *rest: Part) -> Part:
        self._kept.clear()
        return plan(self, *rest)

    swap(Plans, "of", anew)


@CAUGHT.in_scenario(BUSY_DAY, "I5")
def no_task_dedupe() -> None:
    """Make a task of each trouble, also while the same one is open."""
    loosen("tasks")


@CAUGHT.in_scenario(BUSY_DAY, "I5")
def nobody_is_told() -> None:
    """Raise no task when a VIP comes in."""
    swap(call_staff, "for_arrivals", lambda *_: [])


@SURVIVED.in_scenario(ISLANDS)
def lease_twice() -> None:
    """Lease every kiosk the same seats: two guests are told one, and a person is called to each who must move."""
    loosen("seat_leases")
    original = part(SqlLeases, "add")

    def add(self: Part, leases: Iterable[SeatLease]) -> None:
        ours = list(leases)
        taken = [one for one in self.of_meeting(ours[0].meeting) if one.device != ours[0].device]
        original(self, [replace(one, device=ours[0].device) for one in taken] or ours)

    swap(SqlLeases, "add", add)


@CAUGHT.in_scenario(ISLANDS, "I4")
def lease_twice_and_tell_nobody() -> None:
    """Lease every kiosk the same seats, and call nobody when two guests were told one."""
    lease_twice()
    swap(check_in, "clash_tasks", lambda *_: [])


def _answer(outgoing: Part, answers: Iterable[tuple[str, Answer]]) -> None:
    """Tell kiosks at once."""
    outgoing.send(outgoing.replies(answers))


def loosen(table: str) -> None:
    """Take every constraint from a table of the hub's SQLite file when the hub opens it."""
    original = part(wiring, "open_hub_store")

    def opened(config: Part) -> Part:
        store = original(config)
        with store._database.writer.connect() as connection, connection.begin():
            for statement in (
                f"CREATE TABLE loose AS SELECT * FROM {table}",  # noqa: S608 - our own names
                f"DROP TABLE {table}",
                f"ALTER TABLE loose RENAME TO {table}",
            ):
                connection.exec_driver_sql(statement)
        return store

    swap(wiring, "open_hub_store", opened)
