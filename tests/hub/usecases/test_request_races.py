"""Several kiosks' requests at once, from two programs where the database allows it: nobody counts twice."""

import random
import threading
from collections.abc import Callable

from devices.contract.messages import Progress, Request, RequestKind
from devices.ids import uuid7
from hub.domain.errors import HubError
from hub.ports import Store, StoreContended
from hub.store.sql import open_store
from hub.usecases.asking import WalkIns
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import at, furnish, invited
from tests.hub.usecases.asks import request, serve, service

PEOPLE = 8
SEATS = 7
INVITED = 2
ROUNDS = 12
PATIENCE_S = 200
REGISTER = service(WalkIns.REGISTER, a_minute=600)
HELP: list[Request] = [request(RequestKind.HELP, note=note, id=uuid7()) for note in ("seat", "luggage")]


def test_the_same_walk_ins_and_the_same_requests_at_several_doors_count_once(database_url: str) -> None:
    """One guest a person, no more guests than seats are left, one open task a subject, and nothing breaks."""
    stores = [open_store(database_url)]
    stores.append(stores[0] if database_url.startswith("sqlite") else open_store(database_url))
    with stores[0].write() as tx:
        furnish(tx, [invited(number) for number in range(1, INVITED + 1)], rows=1, numbers=SEATS)
    problems: list[BaseException] = []
    jobs = (_walk_in, _walk_in, _call, _call, _work)
    workers = [
        threading.Thread(target=_repeat, args=(stores[number % 2], job, number, problems))
        for number, job in enumerate(jobs)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE_S)
    assert not any(worker.is_alive() for worker in workers)
    assert problems == []
    with stores[0].read() as tx:
        guests = tx.guests.of_meeting("m-launch")
        open_tasks = [task.dedupe for task in tx.tasks.open()]
    assert len(guests) == SEATS
    assert len({one.guest.name for one in guests}) == SEATS
    assert len(open_tasks) == len(set(open_tasks))
    for store in set(stores):
        store.close()


def _repeat(
    store: Store, job: Callable[[Store, random.Random, int], None], seed: int, problems: list[BaseException]
) -> None:
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        try:
            job(store, chance, seed)
        except StoreContended:  # as ingest does: at once again, next time
            continue
        except BaseException as problem:  # noqa: BLE001 - told by the test
            problems.append(problem)
            return


def _walk_in(store: Store, chance: random.Random, seed: int) -> None:
    del chance
    for number in range(PEOPLE):
        asked = request(RequestKind.WALK_IN, text=f"Guest {number}", phone=f"1380000000{number}")
        answer = serve(store, asked, device=f"kiosk-{1 + seed % 2}", by=REGISTER)
        assert answer is not None
        assert answer.card is not None or answer.reason == "no_walk_ins"


def _call(store: Store, chance: random.Random, seed: int) -> None:
    del seed
    answer = serve(store, chance.choice(HELP))
    assert answer is not None
    assert answer.progress in {Progress.TAKEN, Progress.ACCEPTED, Progress.DONE}
    serve(store, request(RequestKind.TOO_COLD))


def _work(store: Store, chance: random.Random, seed: int) -> None:
    del seed
    with store.read() as tx:
        tasks = tx.tasks.open()
    if not tasks:
        return
    task = chance.choice(tasks)
    try:
        with store.write() as tx:
            chance.choice((accept_task, finish_task))(tx, task.id, "李娜", at(30))
    except HubError:
        return  # it is done already
