"""The figures of the weekly page, each by a case that a person can count."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.alert_health import alert_health
from hub.domain.alerts import Alert, AlertKind, AlertState, Channel, Ring
from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.escalation import Priority
from hub.domain.staff import Worked
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState, accept, finish
from tests.hub.build import T0, at, task

HOUR = 3600.0
NOW = at(4 * HOUR)
SHIFT = (Worked(person="小李", since=T0, until=NOW),)


def alert(seconds: float, person: str = "小李", ring: Ring = Ring.BUZZ, **changes: object) -> Alert:
    """Return an alert that rang and was shown a second later."""
    one = Alert(
        id=f"{person}{seconds}",
        person=person,
        channel=Channel.TABLET,
        kind=AlertKind.OFFER,
        ring=ring,
        priority=Priority.MEDIUM,
        tag="t",
        created_at=at(seconds),
        expires_at=at(seconds + HOUR),
        state=AlertState.SENT,
        shown_at=at(seconds + 1),
        facts={"group": "help:kiosk-1"},
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def condition(opened: float, over: float | None) -> Condition:
    """Return what was wrong with a sensor for a while."""
    return Condition(
        id=f"c{opened}",
        cause=Cause.OFFLINE,
        about=SubjectKind.DEVICE,
        subject="d-1",
        room=None,
        since=at(opened),
        opened_at=at(opened),
        over_at=None if over is None else at(over),
    )


def test_what_rang_is_divided_by_the_hours_at_work() -> None:
    """Eight in four hours; digests, tests and silent ones are no ringing."""
    rang = [alert(number * 1800) for number in range(8)]
    quiet = [alert(9, ring=Ring.NONE), alert(10, kind=AlertKind.TEST), alert(11, kind=AlertKind.DIGEST)]
    found = alert_health([*rang, *quiet], [], SHIFT, [], T0, NOW)
    assert (found.alerts, found.rang, found.hours, found.an_hour) == (9, 8, 4.0, 2.0)
    assert found.worst == ("小李", 2.0)


def test_windows_with_more_than_ten_are_busy_and_a_flood_lasts_until_there_are_few() -> None:
    """Eleven, then six, then none: one busy window of 25, two in the flood."""
    told = [alert(number) for number in range(11)] + [alert(600 + number) for number in range(6)]
    found = alert_health(told, [], SHIFT, [], T0, NOW)
    assert found.busy == pytest.approx(1 / 25)
    assert found.flooded == pytest.approx(2 / 25)


def test_the_worst_sources_come_first_with_their_share() -> None:
    """Three of four from one door."""
    told = [alert(number) for number in range(3)] + [alert(9, facts={"group": "drink:hall"})]
    found = alert_health(told, [], SHIFT, [], T0, NOW)
    assert [(one.group, one.count, one.share) for one in found.top] == [
        ("help:kiosk-1", 3, 0.75),
        ("drink:hall", 1, 0.25),
    ]


def test_what_flutters_or_only_flashes_up_is_counted() -> None:
    """Six times in five minutes chatters; nine seconds are fleeting."""
    found = alert_health([], [], SHIFT, [condition(n * 50, n * 50 + 9) for n in range(6)], T0, NOW)
    assert (found.chattering, found.fleeting) == (1, 6)
    calm = alert_health([], [], SHIFT, [condition(n * 70, n * 70 + 20) for n in range(6)], T0, NOW)
    assert (calm.chattering, calm.fleeting) == (0, 0)


def test_tasks_are_judged_by_how_soon_they_were_taken_and_whether_they_were_late() -> None:
    """Stale is what nobody has had for two hours."""
    kind = TaskKind.WALK_IN

    def one(key: str, begins: float, taken: float | None, done: float | None) -> Task:
        made = replace(task(key, key, kind), created_at=at(begins), due_at=at(begins + 120))
        owned = accept(made, "小李", at(taken)) if taken is not None else made
        return finish(owned, "小李", at(done)) if done is not None else owned

    tasks = [one("1", 0, 10, 60), one("2", 0, 30, 300), one("3", 0, None, None), one("4", 4 * HOUR - 60, None, None)]
    tasks[3] = replace(tasks[3], snoozed_until=NOW + timedelta(minutes=5))
    found = alert_health([], tasks, SHIFT, [], T0, NOW)
    assert (found.accepted_s, found.stale, found.snoozed, found.tasks) == (20.0, 1, 1, 4)
    assert found.late == pytest.approx(2 / 3)
    assert tasks[0].state is TaskState.CLOSED


def test_receipts_that_came_late_or_never_count_as_not_shown_and_the_newest_is_not_judged_yet() -> None:
    """Five seconds (S18)."""
    told = [alert(0), alert(10, shown_at=at(16)), alert(20, shown_at=None), alert(4 * HOUR - 2, shown_at=None)]
    assert alert_health(told, [], SHIFT, [], T0, NOW).unshown == pytest.approx(2 / 3)


def test_the_mix_of_priorities_is_of_what_rang() -> None:
    """Half and half."""
    found = alert_health([alert(0), alert(1, priority=Priority.HIGH)], [], SHIFT, [], T0, NOW)
    assert found.mix == {Priority.HIGH: 0.5, Priority.MEDIUM: 0.5, Priority.LOW: 0.0}


def test_a_week_in_which_nothing_happened_says_nothing_instead_of_zero() -> None:
    """There is nothing to divide."""
    found = alert_health([], [], [], [], T0, NOW)
    assert (found.an_hour, found.busy, found.unshown, found.accepted_s, found.late, found.mix) == (
        *(None,) * 5,
        {},
    )
