"""Doors, people who rule and people who take tasks, all at once, from two programs where the database allows it."""

import random
import threading
from collections.abc import Callable

from devices.contract.messages import Verdict
from devices.ids import uuid7
from hub.domain.check_ins import Class, arrival, classify
from hub.domain.double_entries import double_entry
from hub.domain.errors import NotFound, Refused
from hub.domain.rulings import RulingKind, ruled
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import key_of
from hub.ports import Store, Transaction
from hub.store.sql import open_store
from hub.usecases.acting import Deciding
from hub.usecases.rule import rule, tell_apart
from hub.usecases.work_task import accept_task
from tests.hub.build import at, furnished
from tests.hub.usecases.scans import KIOSKS, scan, take

GUESTS = 4
INVITATIONS = [f"inv-{number}" for number in range(1, GUESTS + 1)]
ROUNDS = 40
PATIENCE_S = 200


def test_doors_and_people_at_work_together_end_in_one_truth(database_url: str) -> None:
    """Afterwards classes, admissions, seats and open tasks are what the events and rulings say (I2, I4, I5, I6)."""
    stores = [open_store(database_url)]
    stores.append(stores[0] if database_url.startswith("sqlite") else open_store(database_url))
    furnished(stores[0], guests=GUESTS)
    for number in range(1, GUESTS + 1):  # so that there is something to rule on, whoever is quick
        take(stores[0], scan(number, 0), now=at(10_000))
    problems: list[BaseException] = []
    workers = [
        threading.Thread(target=_work, args=(stores[number % 2], job, number, problems))
        for number, job in enumerate((_scan, _scan, _rule, _rule, _tell, _accept))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE_S)
    assert not any(worker.is_alive() for worker in workers)
    assert problems == []
    with stores[0].read() as tx:
        _agrees(tx)
    for store in set(stores):
        store.close()


def _work(store: Store, job: Callable[[Store, random.Random], None], seed: int, problems: list[BaseException]) -> None:
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        try:
            job(store, chance)
        except (Refused, NotFound):  # somebody else was first
            continue
        except BaseException as problem:  # noqa: BLE001 - told by the test
            problems.append(problem)
            return


def _scan(store: Store, chance: random.Random) -> None:
    verdict = chance.choice([Verdict.WELCOME, Verdict.WELCOME, Verdict.TOO_EARLY])
    seconds, device, offline = chance.uniform(0, 300), chance.choice(KIOSKS), chance.random() < 0.5
    take(store, scan(chance.randint(1, GUESTS), seconds, device, offline=offline, verdict=verdict), now=at(10_000))


def _rule(store: Store, chance: random.Random) -> None:
    with store.write() as tx:
        events = tx.check_ins.of_invitations([chance.choice(INVITATIONS)])
        found = [event.scan.id for theirs in events.values() for event in theirs]
        if found:
            kind = chance.choice([RulingKind.UNDO, RulingKind.LET_IN])
            rule(tx, chance.choice(found), kind, "slip", _who(chance))


def _tell(store: Store, chance: random.Random) -> None:
    with store.read() as tx:
        tasks = [task for task in tx.tasks.open() if task.kind is TaskKind.DOUBLE_ENTRY]
    if tasks:
        facts = chance.choice(tasks).facts
        with store.write() as tx:
            tell_apart(tx, facts["invitation"], RulingKind.TWO_PEOPLE, "both_inside", facts["seen"], _who(chance))


def _accept(store: Store, chance: random.Random) -> None:
    with store.read() as tx:
        tasks = tx.tasks.open()
    if tasks:
        with store.write() as tx:
            accept_task(tx, chance.choice(tasks).id, "小李", at(10_000))


def _who(chance: random.Random) -> Deciding:
    return Deciding(actor=chance.choice(["小李", "小陈"]), at=at(10_000), ids=uuid7)


def _agrees(tx: Transaction) -> None:
    """Work everything out again from events and rulings."""
    rulings, admissions = tx.rulings.of_invitations(INVITATIONS), tx.check_ins.admissions(INVITATIONS)
    occupied = {one.invitation for one in tx.seats.assignments("m-launch") if one.occupied}
    assert occupied == set(admissions)
    assert sum(len(theirs) for theirs in rulings.values()) > 5
    for invitation, events in tx.check_ins.of_invitations(INVITATIONS).items():
        theirs = rulings.get(invitation, ())
        scans = ruled((event.scan for event in events), theirs)
        assert {event.scan.id: event.classed for event in events} == classify(scans)
        first = arrival(scans)
        assert (admissions[invitation].check_in if invitation in admissions else None) == (first.id if first else None)
        entry = double_entry(events, theirs)
        task = tx.tasks.about([key_of(TaskKind.DOUBLE_ENTRY, invitation)])
        assert bool(task) == (entry is not None and not entry.settled)
        assert [one.facts["seen"] for one in task.values()] == ([entry.seen] if entry and task else [])
        assert sum(event.classed is Class.ADMITTED for event in events) == (1 if first else 0)
