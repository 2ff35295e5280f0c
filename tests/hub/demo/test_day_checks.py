"""The day's summary must be able to fail: each thing that goes wrong is a line."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from hub.demo.day_checks import Told, check_day
from hub.demo.story import Plan, clock
from hub.demo.summary import Summary
from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, raise_task
from hub.ports import Store, Transaction
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import meeting
from tests.hub.demo.test_programme import MORNING
from tests.hub.web.scene import furnish_house

MIDNIGHT = datetime(2026, 12, 30, 16, 0, tzinfo=UTC)
"""Midnight in Shanghai."""

BEGAN = MIDNIGHT + clock(9, 1)


def told(**changes: object) -> Told:
    """Return half an hour in which no act was planned."""
    fields: dict[str, object] = {
        "began": BEGAN,
        "ended": BEGAN + timedelta(minutes=30),
        "speed": 20.0,
        "plan": Plan(opens=clock(9, 1), closes=clock(9, 31), guests_until=clock(9, 2)),
        "midnight": MIDNIGHT,
        "meeting": meeting(),
        "late": None,
        "stuck": (),
        "troubles": {},
    }
    return Told(**fields | changes)  # type: ignore[arg-type]


def help_wanted(key: str = "help") -> Task:
    """Return a call from the beginning of the day."""
    return raise_task(TaskKind.HELP, key, task_id=key, at=BEGAN, facts={})


def problems(store: Store, prepare: Callable[[Transaction], object], **changes: object) -> list[str]:
    """Return what the summary complains of after something has happened."""
    furnish_house(store)
    with store.write() as tx:
        prepare(tx)
    summary = Summary()
    with store.read() as tx:
        check_day(summary, tx, told(**changes))
    return summary.problems


def test_a_quiet_day_adds_up(sqlite_store: Store) -> None:
    """A call that somebody took, and one that was done."""

    def take(tx: Transaction) -> None:
        tx.tasks.raise_all([help_wanted(), help_wanted("done")])
        accept_task(tx, "help", "小李", BEGAN)
        finish_task(tx, "done", "小李", BEGAN)

    assert problems(sqlite_store, take) == []
    assert MORNING.tzinfo is UTC


def test_a_call_that_nobody_took_is_a_line_with_why(sqlite_store: Store) -> None:
    """Whose tap was refused stands there too."""
    (found,) = problems(
        sqlite_store, lambda tx: tx.tasks.raise_all([help_wanted()]), troubles={"help": "小李: 409 taken"}
    )
    assert found.startswith("tasks that nobody took: ['help (小李: 409 taken)']")


def test_a_device_that_was_called_silent_is_a_line(sqlite_store: Store) -> None:
    """As all would be whose heartbeats counted as the house's seconds."""
    silent = Condition(
        id="c",
        cause=Cause.STALE,
        about=SubjectKind.POINT,
        subject="kiosk-1.cpu",
        room=None,
        since=BEGAN,
        opened_at=BEGAN + timedelta(minutes=1),
    )
    (found,) = problems(sqlite_store, lambda tx: tx.conditions.save(silent))
    assert "stale kiosk-1.cpu" in found


def test_an_act_that_could_not_be_played_is_a_line(sqlite_store: Store) -> None:
    """Its tap was refused to the end."""
    (found,) = problems(sqlite_store, lambda _: None, stuck=("a fire drill: 409",))
    assert "a fire drill: 409" in found


@pytest.mark.parametrize(
    ("act", "line"),
    [
        ({"drill": clock(9, 2)}, "fire drills"),
        ({"lamp": clock(9, 2)}, "tasks for the dead projector"),
        ({"speaker": clock(9, 2)}, "what stood in for the late presenter"),
    ],
)
def test_an_act_that_was_planned_and_left_no_trace_is_a_line(
    sqlite_store: Store, act: dict[str, timedelta], line: str
) -> None:
    """Nothing is ticked off because it was meant to happen."""
    plan = Plan(opens=clock(9, 1), closes=clock(9, 31), guests_until=clock(9, 2), **act)
    found = problems(sqlite_store, lambda _: None, plan=plan)
    assert any(one.startswith(line) for one in found)


def test_a_hall_that_was_meant_to_get_cold_and_did_not_is_a_line(sqlite_store: Store) -> None:
    """The sensor's own history says so."""
    plan = Plan(opens=clock(8, 1), closes=clock(9, 31), guests_until=clock(8, 2), cold=clock(8, 10))
    found = problems(sqlite_store, lambda _: None, plan=plan, began=MIDNIGHT + clock(8, 1))
    assert any(one.startswith("the hall really got cold") for one in found)
