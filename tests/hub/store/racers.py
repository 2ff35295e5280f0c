"""What several processes do to one database at the same time. Each waits for all the others, then runs."""

import contextlib
import multiprocessing
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from typing import Protocol, TypeVar

from devices.ids import uuid7
from hub.domain.bookings import Firmness, Hold
from hub.domain.errors import Refused, RoomTaken, TakenAlready
from hub.domain.readings import Reading
from hub.domain.tasks import accept
from hub.domain.timers import Timer
from hub.ports import StoreContended, Transaction
from hub.store.errors import AlreadyOpen
from hub.store.sql import SqlStore, open_store
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import attend_due
from hub.usecases.check_in import Desk
from hub.usecases.check_in import check_in as check_in_batch
from hub.usecases.lease_seats import Lending, lease_seats
from hub.usecases.pass_time import fire_next
from hub.usecases.plans import Plans
from tests.hub.build import T0, assignment, at, check_in, task
from tests.hub.usecases.leases import pulse
from tests.hub.usecases.scans import scan

Answer = TypeVar("Answer")
RACERS = 4
KIOSKS = tuple(f"kiosk-{number}" for number in range(RACERS))


class Race(Protocol):
    """Runs one function in four processes, numbered from 0, at the same time."""

    def __call__(self, run: Callable[[str, int], Answer], url: str) -> list[Answer]:
        """Return the four answers."""


POINTS = tuple(f"node.{number:03}" for number in range(60))
SLOTS = 60
"""Times for which all want one room."""

SAID = 40
"""Readings of each of POINTS, over twenty minutes from T0 on."""

_TRIES = 3_000
_together: Barrier | None = None


@contextlib.contextmanager
def racing(patience_s: float = 90) -> Iterator[Race]:
    """Start four processes; what is given back runs one function in all of them and returns their answers."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(RACERS)
    with ProcessPoolExecutor(RACERS, mp_context=context, initializer=_ready, initargs=(barrier,)) as pool:

        def race(run: Callable[[str, int], Answer], url: str) -> list[Answer]:
            return [done.result(patience_s) for done in [pool.submit(run, url, number) for number in range(RACERS)]]

        yield race


def _ready(barrier: Barrier) -> None:
    global _together  # noqa: PLW0603 - how a pool's processes are given what cannot be pickled
    _together = barrier


def _go() -> None:
    assert _together is not None
    _together.wait(60)


def _open_in_turn(url: str) -> SqlStore:
    """Open the store as soon as no other process has it."""
    pause = threading.Event()
    for _ in range(_TRIES):
        with contextlib.suppress(AlreadyOpen):
            return open_store(url)
        pause.wait(0.01)
    raise AssertionError("the database never became free")


def add_readings(url: str, number: int) -> None:
    """Add every reading of POINTS, in batches of an order of one's own; number 0 rolls up in between."""
    readings = [
        Reading(point=point, at=T0 + timedelta(seconds=30 * said), value=float(said))
        for point in POINTS
        for said in range(SAID)
    ]
    random.Random(number).shuffle(readings)
    store = open_store(url)
    _go()
    for start in range(0, len(readings), 100):
        with store.write() as tx:
            tx.readings.add(readings[start : start + 150])
        if number == 0:
            with store.write() as tx:
                tx.readings.roll_up(T0 + timedelta(days=1))
    store.close()


def raise_tasks(url: str, number: int) -> None:
    """Raise a task for each of five subjects, one transaction each."""
    _go()
    for subject in range(5):
        store = _open_in_turn(url)
        with store.write() as tx:
            tx.tasks.raise_all([task(f"{number}-{subject}", f"subject-{subject}")])
        store.close()


def raise_many_tasks(url: str, number: int) -> None:
    """Raise the same thousand tasks in one transaction, in an order of one's own."""
    store = open_store(url)
    _go()
    subjects = range(1_000) if number % 2 else range(999, -1, -1)
    with store.write() as tx:
        tx.tasks.raise_all([task(f"{number}-{subject}", f"subject-{subject}") for subject in subjects])
    store.close()


def attend_tasks(url: str, number: int) -> int:
    """Look at the tasks that are due until there is none; answer how many one had in hand."""
    del number
    store = open_store(url)
    _go()
    seen = 0
    while found := attend_due(store, Deciding(actor="hub", at=at(1), ids=uuid7)).tasks:
        seen += found
    store.close()
    return seen


def accept_task(url: str, number: int) -> str:
    """Try to own the one task; answer who owns it."""
    store = open_store(url)
    _go()
    with store.write() as tx:
        found = tx.tasks.get("task-1")
        assert found is not None
        try:
            tx.tasks.save(accept(found, f"staff-{number}", at(number)))
        except TakenAlready as problem:
            store_owner = problem.by
        else:
            store_owner = f"staff-{number}"
    store.close()
    return store_owner


def take_seats(url: str, _number: int) -> int:
    """Seat every guest who has no seat in the first free one, without any lock; answer how often we were refused."""
    return _seat_everybody(url, lock=False)


def take_seats_in_turn(url: str, _number: int) -> int:
    """Do the same, locking the meeting first."""
    return _seat_everybody(url, lock=True)


def _seat_everybody(url: str, *, lock: bool) -> int:
    store = open_store(url)
    _go()
    refused = 0
    for _ in range(_TRIES):
        try:
            if _seat_one(store, lock=lock):
                break
        except Refused:
            refused += 1
    else:
        raise AssertionError("there was no end")
    store.close()
    return refused


def _seat_one(store: SqlStore, *, lock: bool) -> bool:
    """Seat one guest; answer whether everybody has a seat."""
    with store.write() as tx:
        if lock:
            tx.meetings.lock({"m-launch"})
        held = tx.seats.assignments("m-launch")
        seated, taken = {one.invitation for one in held}, {one.seat for one in held}
        waiting = [one.invitation.id for one in tx.guests.of_meeting("m-launch") if one.invitation.id not in seated]
        if not waiting:
            return True
        free = next(seat.label for seat in tx.seats.of_meeting("m-launch") if seat.label not in taken)
        tx.seats.assign([assignment(free, int(waiting[0].removeprefix("inv-")))])
    return False


def store_events(url: str, _number: int) -> int:
    """Store the same twenty events, one transaction each; answer how many were ours."""
    store = open_store(url)
    _go()
    ours = 0
    for number in range(1, 21):
        with contextlib.suppress(Refused):
            with store.write() as tx:
                tx.check_ins.add([check_in(number)])
            ours += 1
    store.close()
    return ours


def take_rooms(url: str, number: int) -> list[int]:
    """Take the hall for each of SLOTS times, one transaction each; answer which of them were ours.

    PostgreSQL looks for overlaps after it has written: two that wait for each other are a deadlock, of which it undoes
    one, to be tried again.
    """
    _go()
    ours = []
    for slot in range(SLOTS):
        store = _open_in_turn(url)
        hold = Hold(
            owner=f"m-{number}-{slot}",
            room="hall",
            since=at(100 * slot + 20 * number),
            until=at(100 * slot + 81),
            firmness=Firmness.DEFINITE,
        )
        for _ in range(_TRIES):
            try:
                with store.write() as tx:
                    tx.bookings.hold(hold)
                ours.append(slot)
            except StoreContended:
                continue
            except RoomTaken:
                pass
            break
        store.close()
    return ours


def touch_feed(url: str, number: int) -> None:
    """Change fifty things, one transaction each."""
    store = open_store(url)
    _go()
    for change in range(50):
        with store.write() as tx:
            tx.feed.touch([("guest", f"{number}-{change}")])
            tx.devices.get(f"{number}")
    store.close()


def lease_and_plan(url: str, number: int) -> int:
    """Lease the edge of the room and give it back, or plan its seats for guests; answer how often one was both."""
    store = open_store(url)
    device = KIOSKS[number]
    both = 0
    _go()
    for turn in range(60):
        with store.write() as tx:
            if number % 2:
                lease_seats(tx, {device: pulse()}, Lending(4, KIOSKS, Plans()), at(turn))
            else:
                both += _plan_one(tx)
        with store.write() as tx:
            tx.meetings.lock({"m-launch"})
            tx.leases.end("m-launch", {one.seat for one in tx.leases.of_meeting("m-launch") if one.device == device})
    store.close()
    return both


def _plan_one(tx: Transaction) -> int:
    """Keep the free seat that would be filled last for a guest, as a person does; count those held and leased too."""
    tx.meetings.lock({"m-launch"})
    held = tx.seats.assignments("m-launch")
    taken, leased = {one.seat for one in held}, {one.seat for one in tx.leases.of_meeting("m-launch")}
    free = [seat.label for seat in tx.seats.of_meeting("m-launch") if seat.label not in taken | leased]
    tx.seats.assign([assignment(free[-1], len(held) + 1)])
    return len(taken & leased)


def lease_and_seat(url: str, number: int) -> list[str]:
    """Check guests in and hear kiosks' heartbeats by turns, as one of several hub processes; answer who was told what.

    Each process has a kiosk of its own, which gives one leased seat away to each third guest as if the hub were away.
    """
    store = open_store(url)
    device = KIOSKS[number]
    lending = Lending(4, KIOSKS, Plans())
    desk = Desk(uuid7, KIOSKS)
    told: list[str] = []
    _go()
    for guest in range(number + 1, 81, RACERS):
        with store.read() as tx:
            lent = [lease.seat for leases in tx.leases.lent(device).values() for lease, _ in leases]
            known = tx.feed.head()
        free = [seat for seat in lent if seat not in told]
        seat = free[0] if free and guest % 3 == 0 else None
        told += [seat] if seat else []
        now = at(guest)
        with store.write() as tx:
            check_in_batch(tx, [scan(guest, guest, device, offline=bool(seat), seat=seat)], desk, now)
        with store.write() as tx:
            lease_seats(tx, {device: pulse(known)}, lending, now)
    store.close()
    return told


def fire_timers(url: str, number: int) -> list[str]:
    """Fire what is due until nothing is left; returns whom this process took."""
    taken: list[str] = []

    def note(tx: Transaction, timer: Timer, who: Deciding) -> None:
        tx.records.audit(f"clock-{number}", "fired", timer.subject, who.at)
        taken.append(timer.subject)

    _go()
    with contextlib.closing(open_store(url)) as store:
        while fire_next(store, Deciding(actor="clock", at=at(60), ids=uuid7), {"note": note}):
            pass
    return taken
