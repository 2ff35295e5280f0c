"""Several people rehearse at once, from two programs where the database allows it."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from hub.domain.errors import Refused
from hub.domain.task_kinds import TaskKind
from hub.ports import Store, StoreContended
from hub.store.sql import open_store
from hub.usecases.rehearse import pass_rehearsal
from tests.hub.build import at
from tests.hub.usecases.rehearsing import (
    FAILED,
    LAUNCH,
    PASSED,
    furnish_hall,
    hear,
    line,
    listed,
    open_of,
    pass_all,
    say,
)
from tests.hub.usecases.working import by

ROUNDS = 6
PATIENCE_S = 120
PROJECTOR = "hall thing projector"


def both(jobs: Sequence[Callable[[], None]]) -> None:
    """Do things at the same time, each again where the database asks for it; nothing may break."""
    problems: list[BaseException] = []

    def work(job: Callable[[], None]) -> None:
        while True:
            try:
                job()
            except StoreContended:
                continue
            except BaseException as problem:  # noqa: BLE001 - told by the test
                problems.append(problem)
            return

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads)
    assert problems == []


def test_lines_said_at_once_are_all_kept_and_a_signature_never_covers_a_failed_one(database_url: str) -> None:
    """One fault for a projector that two people fail; whoever signs does so for what is so."""
    first = open_store(database_url)
    second = first if database_url.startswith("sqlite") else open_store(database_url)
    furnish_hall(first)
    keys = [one.item.key for one in listed(first).lines if not one.item.by_hub]
    both(
        [
            partial(_say_all, first, keys[::2]),
            partial(_say_all, second, keys[1::2]),
            partial(say, first, PROJECTOR, FAILED),
            partial(say, second, PROJECTOR, FAILED),
        ]
    )
    assert all(line(first, key).mark for key in keys)
    assert len(open_of(first, TaskKind.DEVICE_FAULT)) <= 1
    for number in range(ROUNDS):
        now = at(100 + number)
        hear(first, now)
        pass_all(first, now)
        both([partial(_sign, second, now), partial(say, first, PROJECTOR, FAILED, now)])
        course = listed(first, now).course
        assert course
        assert course.passed_at is None
        say(first, PROJECTOR, PASSED, now)
        both([partial(_sign, second, now), *(partial(say, first, PROJECTOR, PASSED, now) for _ in range(4))])
        assert listed(first, now).passed  # saying once more that it is well takes nothing back
    for store in {first, second}:
        store.close()


def _say_all(store: Store, keys: Sequence[str]) -> None:
    for key in keys:
        say(store, key)


def _sign(store: Store, now: datetime) -> None:
    try:
        with store.write() as tx:
            pass_rehearsal(tx, LAUNCH, by("王主管", now))
    except Refused:
        return
