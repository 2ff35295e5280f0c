from typing import Any

import pytest

from devices.contract.commands import CommandResult, Span
from devices.contract.messages import Heartbeat, Run
from devices.ids import uuid7
from hub.domain.runs import Gap
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.ports import Store
from hub.usecases import find_gaps
from hub.usecases.find_gaps import hear_result
from hub.usecases.hear_device import hear_heartbeat
from tests.hub.build import T0, at, furnished
from tests.hub.usecases.scans import BOOT, scan, take


def pulse(store: Store, last: int, seconds: float, first: int = 1, boot: str = BOOT) -> list[tuple[str, Gap]]:
    """Let the kiosk say what it keeps, and return what it is asked for."""
    beat = Heartbeat(
        id=uuid7(),
        ts=at(seconds),
        boot=boot,
        seq=1,
        max_seq=last,
        unacked=0,
        oldest_s=0,
        mono_ms=1,
        runs=(Run(boot=boot, first=first, last=last),),
    )
    with store.write() as tx:
        return hear_heartbeat(tx, "kiosk-1", beat, at(seconds), uuid7)


def answer(store: Store, *missing: Span) -> None:
    """Let the kiosk say that it does not hold these."""
    result = CommandResult(
        id=uuid7(), ts=T0, boot=BOOT, seq=1, command=uuid7(), ok=not missing, of_boot=BOOT, missing=missing
    )
    with store.write() as tx:
        hear_result(tx, "kiosk-1", result, at(900), uuid7)


def tasks(store: Store) -> list[Task]:
    """Return the open tasks."""
    with store.read() as tx:
        return [task for task in tx.tasks.open() if task.kind is TaskKind.EVENTS_MISSING]


def scans(*numbers: int) -> list[Any]:
    """Make the kiosk's events with these numbers."""
    return [scan(1, number, seq=number) for number in numbers]


def test_events_that_are_missing_are_found_and_asked_for(store: Store) -> None:
    """Whatever the reason: a bug, a restored backup, a disk that lied (I9)."""
    furnished(store)
    take(store, *scans(1, 2, 5, 6, 9))
    assert pulse(store, 9, 100) == []
    assert pulse(store, 9, 130) == [(BOOT, Gap(3, 8))]
    take(store, *scans(3, 4, 7, 8))
    assert pulse(store, 9, 145) == []
    with store.read() as tx:
        assert tx.delivery.runs("kiosk-1", [BOOT])[BOOT].complete == 9
    assert tasks(store) == []


def test_a_run_that_is_all_here_costs_one_look(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A heartbeat comes every quarter of a minute from every kiosk."""
    furnished(store)
    take(store, *scans(1, 2, 3))
    pulse(store, 3, 100)
    monkeypatch.setattr(find_gaps, "_compare", lambda *_: pytest.fail("it looked again"))
    assert pulse(store, 3, 115) == []


def test_a_long_run_is_looked_at_in_portions(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty thousand numbers at once would keep guests waiting."""
    monkeypatch.setattr(find_gaps, "AT_ONCE", 4)
    furnished(sqlite_store)
    take(sqlite_store, *scans(*range(1, 11)))
    for portion in (4, 8, 10):
        pulse(sqlite_store, 10, 100 + portion)
        with sqlite_store.read() as tx:
            assert tx.delivery.runs("kiosk-1", [BOOT])[BOOT].complete == portion


def test_what_the_kiosk_cannot_send_again_is_told_to_a_person(store: Store) -> None:
    """A lost event is a fact that somebody must know, not a line in a log."""
    furnished(store)
    take(store, *scans(1, 2, 5))
    pulse(store, 5, 100)
    assert pulse(store, 5, 130)
    answer(store, Span(first=3, last=4))
    (task,) = tasks(store)
    assert (task.facts["device"], task.facts["lost"]) == ("kiosk-1", "2")
    assert pulse(store, 5, 300) == []


def test_a_kiosks_word_does_not_give_up_what_it_sent_again(store: Store) -> None:
    """Of the gap it holds one part and not the other: the one on its way is waited for."""
    furnished(store)
    take(store, *scans(1, 5))
    pulse(store, 5, 100)
    pulse(store, 5, 130)
    answer(store, Span(first=3, last=4))
    assert tasks(store) == []
    take(store, *scans(2))
    answer(store, Span(first=3, last=4))
    assert [task.facts["lost"] for task in tasks(store)] == ["2"]


def test_a_result_about_a_run_nobody_knows_changes_nothing(store: Store) -> None:
    """A device may say what it likes."""
    furnished(store)
    answer(store, Span(first=3, last=4))
    assert tasks(store) == []
