"""Two people tap "accept" in the same moment, again and again: one owner each time, and the other hears who it is.

``YINGBIN_CLAIMS`` says how often; 10,000 take some minutes.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

from devices.ids import uuid7
from hub.domain.errors import TakenAlready
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import OWNED, raise_task
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import attend_due
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import T0, at
from tests.hub.on_duty import on_duty, somebody

ROUNDS = int(os.environ.get("YINGBIN_CLAIMS", "200"))
PEOPLE = ("小李", "小陈")


def test_of_two_who_accept_at_once_one_owns_it_each_time(store: Store) -> None:
    """While the engine goes on asking beside them."""
    with store.write() as tx:
        on_duty(tx, *(somebody(name) for name in PEOPLE))
    together = threading.Barrier(2)
    won: list[str] = []
    lost: list[str] = []

    def tap(task: str, name: str) -> None:
        together.wait(30)
        try:
            with store.write() as tx:
                accept_task(tx, task, name, at(1))
            won.append(name)
        except TakenAlready as first:
            lost.append(first.by)

    with ThreadPoolExecutor(3) as pool:
        for number in range(ROUNDS):
            task = raise_task(TaskKind.WALK_IN, f"w-{number}", task_id=uuid7(), at=T0, facts={})
            with store.write() as tx:
                tx.tasks.raise_all([task])
            look = pool.submit(attend_due, store, Deciding(actor="hub", at=at(1), ids=uuid7))
            for tapped in [pool.submit(tap, task.id, name) for name in PEOPLE]:
                tapped.result(60)
            look.result(60)
            assert won[number:] == lost[number:]
            with store.read() as tx:
                kept = tx.tasks.get(task.id)
            assert kept is not None
            assert (kept.state in OWNED, kept.accepted_by) == (True, won[-1])
            with store.write() as tx:
                finish_task(tx, task.id, won[-1], at(2))
    assert len(won) == ROUNDS
