"""Thousands of claims for too few seats, and of reports of the same faults, at four doors at once (I2, I4, I5).

``YINGBIN_RACES=50`` makes it fifty times as much. Four processes share PostgreSQL. A SQLite with the WAL-reset bug is
for one process (docs/decisions/0007-one-sqlite-process.md): there the doors are threads of it, and processes that want
in are told so; with a fixed SQLite they are processes there too.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from hub.domain.check_ins import Class
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.store import sqlite
from hub.store.sql import SqlStore, open_store
from tests.faults import claims
from tests.faults.claims import GUESTS, MEETING, SEATS, Given
from tests.hub.store import racers
from tests.hub.store.racers import RACERS, Race

AFFECTED = sqlite.affected(sqlite3.sqlite_version_info)
TIMEOUT_S = 300 * claims.SCALE


@pytest.fixture(scope="module")
def race() -> Iterator[Race]:
    """Start the processes once for all races."""
    with racers.racing(TIMEOUT_S) as run:
        yield run


def at_four_doors(
    race: Race,
    store: tuple[str, SqlStore],
    in_process: Callable[[str, int], Given],
    in_thread: Callable[[Store, int], Given],
) -> list[Given]:
    """Run one of the two in four processes, or in four threads where only one process is let in."""
    url, opened = store
    if url.startswith("sqlite") and AFFECTED:
        return claims.in_threads(in_thread, opened)
    return race(in_process, url)


@pytest.mark.timeout(TIMEOUT_S)
def test_four_doors_that_claim_too_few_seats_for_every_guest_give_each_seat_once(race: Race, database_url: str) -> None:
    """No seat twice, nobody two, every seat given, everybody answered with the seat they have, the others reported."""
    with closing(open_store(database_url)) as store:
        claims.furnish_for_claims(store)
        told = at_four_doors(race, (database_url, store), claims.claim_seats_in_process, claims.claim_seats)
        with store.read() as tx:
            held = {int(one.invitation.removeprefix("inv-")): one.seat for one in tx.seats.assignments(MEETING)}
            admitted = tx.check_ins.admissions([f"inv-{number}" for number in range(1, GUESTS + 1)])
            tally, tasks = tx.check_ins.tally(), Counter(one.kind for one in tx.tasks.open())
    for door, one in enumerate(told):
        assert sorted(one.answered) == sorted(item.event.id for item in claims.deliveries(door))
        assert {number: f"A-{row}-{place}" for number, (row, place) in one.seats.items()}.items() <= held.items()
    assert len(set(held.values())) == len(held) == SEATS[0] * SEATS[1]
    assert len(admitted) == tally[Class.ADMITTED] == GUESTS
    assert sum(tally.values()) == GUESTS * RACERS
    assert tasks[TaskKind.NO_SEAT] == GUESTS - len(held)


@pytest.mark.timeout(TIMEOUT_S)
def test_four_reporters_of_the_same_faults_leave_one_open_task_for_each(race: Race, database_url: str) -> None:
    """However often it is reported; once somebody has done it, a new one may be opened."""
    with closing(open_store(database_url)) as store:
        closed = at_four_doors(race, (database_url, store), claims.report_faults_in_process, claims.report_faults)
        with store.read() as tx:
            still = [task.dedupe for task in tx.tasks.open()]
            every = tx._work.driver.execute("SELECT count(*) FROM tasks").fetchone()[0]
    assert sorted(still) == [f"suspect_event:{device}" for device in claims.FAULTS]
    assert sum(closed) > 0
    assert every == sum(closed) + len(still)


def test_without_the_unique_index_the_reporters_leave_several_tasks_for_one_fault(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count can see the fault it is there for (a seeded mutant)."""
    monkeypatch.setattr(claims, "REPORTS", 30)
    with closing(open_store(sqlite_url)) as store:
        with store.write() as tx:
            tx._work.driver.execute("DROP INDEX uq_tasks_dedupe")
        claims.report_faults(store, 1)
        with store.read() as tx:
            assert len(tx.tasks.open()) > len(claims.FAULTS)


@pytest.mark.skipif(not AFFECTED, reason="this SQLite lets several processes in")
def test_of_four_processes_at_one_sqlite_file_one_gets_in_and_three_are_told(race: Race, sqlite_url: str) -> None:
    """With the remedy; and none while the hub itself has it."""
    said = Counter(race(claims.open_at_once, sqlite_url))
    (refusal,) = said.keys() - {"open"}
    assert (said["open"], said[refusal]) == (1, RACERS - 1)
    assert refusal.startswith("already_open: ")
    assert "PostgreSQL" in refusal
    with closing(open_store(sqlite_url)):
        assert race(claims.open_at_once, sqlite_url) == [refusal] * RACERS
