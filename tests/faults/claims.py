"""What several doors do to one meeting with too few seats, and several reporters to one fault; in processes or threads.

Each door scans every guest, in an order of its own, in small batches, through the use case itself; some events are
delivered to two doors' workers. A batch that the database refuses, because another worker has just stored the same, is
tried again, as ``hub.ingest`` does.
"""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar
from uuid import UUID

from devices.contract.messages import Answer
from devices.ids import uuid7
from hub.domain.errors import NotOpen, Refused
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.ports import Store
from hub.store.errors import AlreadyOpen
from hub.store.sql import open_store
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming
from hub.usecases.work_task import finish_task
from tests.hub.build import T0, at, furnish, invited
from tests.hub.store import racers
from tests.hub.store.racers import RACERS
from tests.hub.usecases.scans import scan

SCALE = int(os.environ.get("YINGBIN_RACES", "1"))
"""So many times as much as in the usual run."""

MEETING = "m-launch"
DOORS = tuple(f"kiosk-{number}" for number in range(RACERS))
GUESTS = 600 * SCALE
SEATS = (20 * SCALE, 10)
"""Rows and numbers: a seat for one guest in three."""

REPORTS = 600 * SCALE
"""Transactions of each reporter; each reports two faults."""

FAULTS = ("kiosk-1", "kiosk-2", "kiosk-3")
REPAIRED_EVERY = 7
_BATCH = 12
_TRIES = 50
_BOOT = str(UUID(int=1))

Given = TypeVar("Given")


@dataclass(slots=True)
class Told:
    """What one door was told: the ids that were answered, and by guest's number the seats that were named."""

    answered: list[str] = field(default_factory=list)
    seats: dict[int, tuple[str, str]] = field(default_factory=dict)
    refused: int = 0


def furnish_for_claims(store: Store) -> None:
    """Store the meeting and its guests; some are parties, some VIPs."""
    with store.write() as tx:
        everybody = [
            invited(number, party=f"party-{number // 4}" if number % 3 else "", vip=number % 50 == 0)
            for number in range(1, GUESTS + 1)
        ]
        furnish(tx, everybody, *SEATS)


def deliveries(door: int) -> list[Incoming]:
    """Return what reaches one door's worker: its own scan of every guest, and every tenth of the next door's."""
    own = [_event(door, number) for number in range(1, GUESTS + 1)]
    others = [_event((door + 1) % RACERS, number) for number in range(1, GUESTS + 1, 10)]
    events = [*own, *others]
    Random(door).shuffle(events)
    return events


def _event(door: int, number: int) -> Incoming:
    return scan(
        number,
        10 + number * 7_919 % 3_000,
        DOORS[door],
        id=str(UUID(int=(door + 1) << 64 | number)),
        boot=_BOOT,
        seq=number,
    )


def claim_seats(store: Store, door: int) -> Told:
    """Check in whatever reaches one door's worker."""
    told = Told()
    desk = Desk(uuid7, DOORS)
    waiting = deliveries(door)
    while waiting:
        batch, waiting = waiting[:_BATCH], waiting[_BATCH:]
        for item, answer in zip(batch, _stubbornly(store, batch, desk, told), strict=True):
            if answer.accepted:
                told.answered.append(answer.id)
            if answer.card and answer.card.seat:
                told.seats[int(item.event.lookup, 16)] = (answer.card.seat.row, answer.card.seat.number)
    return told


def _stubbornly(store: Store, batch: Sequence[Incoming], desk: Desk, told: Told) -> Sequence[Answer]:
    for _ in range(_TRIES):
        try:
            with store.write() as tx:
                return check_in(tx, batch, desk, at(4_000))
        except Refused:
            told.refused += 1
    raise AssertionError("a batch was refused again and again")


def report_faults(store: Store, reporter: int) -> int:
    """Report faults, now and then one as repaired; return how many tasks were closed."""
    chance = Random(reporter)
    closed = 0
    for turn in range(REPORTS):
        if turn % REPAIRED_EVERY == 0:
            closed += _repair(store, chance.choice(FAULTS), reporter)
        with store.write() as tx:
            tx.tasks.raise_all(
                raise_task(TaskKind.SUSPECT_EVENT, device, task_id=uuid7(), at=T0, facts={"device": device})
                for device in chance.sample(FAULTS, 2)
            )
    return closed


def _repair(store: Store, device: str, reporter: int) -> int:
    """Finish the task about a device, as staff do on a page; return how many were finished: none when others did."""
    with store.read() as tx:
        tasks = [task.id for task in tx.tasks.open() if task.dedupe.endswith(device)]
    try:
        with store.write() as tx:
            return len([finish_task(tx, task, f"staff-{reporter}", T0, without=True) for task in tasks])
    except NotOpen:
        return 0


# The same, for the processes of tests.hub.store.racers.


def claim_seats_in_process(url: str, number: int) -> Told:
    """Claim seats as one of several processes."""
    with closing(open_store(url)) as store:
        racers._go()
        return claim_seats(store, number)


def report_faults_in_process(url: str, number: int) -> int:
    """Report faults as one of several processes."""
    with closing(open_store(url)) as store:
        racers._go()
        return report_faults(store, number)


def open_at_once(url: str, _number: int) -> str:
    """Try to open the database together with the others; say "open", or what we were told. All wait for all."""
    racers._go()
    try:
        store = open_store(url)
    except AlreadyOpen as problem:
        racers._go()
        return f"{problem.code}: {problem}"
    racers._go()
    store.close()
    return "open"


def in_threads(run: Callable[[Store, int], Given], store: Store) -> list[Given]:
    """Run one function in as many threads of one process, beginning together; return what they gave."""
    together = threading.Barrier(RACERS)

    def one(number: int) -> Given:
        together.wait(60)
        return run(store, number)

    with ThreadPoolExecutor(RACERS) as pool:
        return [done.result() for done in [pool.submit(one, number) for number in range(RACERS)]]
