"""Drills come round, and the emergency team is called until one was held to its end, on both databases (R129)."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.drills import DRILLED, months_after
from hub.domain.errors import Refused
from hub.domain.incidents import Impact
from hub.domain.playbooks import IncidentKind
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import Task
from hub.ports import Store
from hub.usecases.plan_drills import plan_drills, read_drills
from hub.usecases.report_incident import report_incident
from hub.usecases.work_incident import dismiss, resolve, respond
from hub.usecases.work_task import finish_task
from tests.hub.build import T0, at
from tests.hub.usecases.emergencies import ready
from tests.hub.usecases.working import Floor, by

DUE = months_after(T0, 6)


@pytest.fixture
def house(store: Store) -> Store:
    """Give a house that the hub has just come to know."""
    with ready(store).write() as tx:
        plan_drills(tx, T0, 6)
    return store


def called(house: Store) -> dict[str, Task]:
    """Return for which playbooks the team is called."""
    with house.read() as tx:
        return {task.facts["practises"]: task for task in tx.tasks.open() if task.kind is TaskKind.DRILL}


def due(house: Store, now: datetime, months: int = 6) -> dict[IncidentKind, tuple[datetime | None, datetime]]:
    """Return when each was last held, and is due."""
    with house.read() as tx:
        return {one.kind: (one.last, one.due_at) for one in read_drills(tx, now, months)}


def hold(house: Store, kind: IncidentKind, now: datetime, *, to_the_end: bool = True) -> None:
    """Practise a playbook."""
    who = by("陈队长", now)
    with house.write() as tx:
        drill = report_incident(tx, kind, "hall", who, drill=True)
        if not to_the_end:
            dismiss(tx, drill.id, who)
            return
        respond(tx, drill.id, who)
        resolve(tx, drill.id, Impact.NONE, 0, who)


def test_a_month_later_is_the_same_day_or_the_month_s_last() -> None:
    """Over the turn of a year too."""
    day = datetime(2026, 8, 31, 9, tzinfo=UTC)
    assert months_after(day, 6) == datetime(2027, 2, 28, 9, tzinfo=UTC)
    assert months_after(day, 1) == datetime(2026, 9, 30, 9, tzinfo=UTC)
    assert months_after(day, 12) == datetime(2027, 8, 31, 9, tzinfo=UTC)


def test_nobody_is_called_before_a_drill_is_due_and_then_once_for_each_playbook(house: Store) -> None:
    """A start of the hub changes nothing of it."""
    Floor(house).until(DUE - timedelta(seconds=1))
    assert called(house) == {}
    with house.write() as tx:
        plan_drills(tx, at(500_000), 6)
    Floor(house).until(DUE)
    assert set(called(house)) == {kind.value for kind in DRILLED}
    assert RULES[TaskKind.DRILL].owner is Role.EMERGENCY
    with house.write() as tx:
        plan_drills(tx, DUE + timedelta(days=1), 6)
    Floor(house).until(DUE + timedelta(days=1))
    assert len(called(house)) == len(DRILLED)
    assert due(house, DUE)[IncidentKind.FIRE] == (None, DUE)


def test_only_a_drill_that_was_held_to_its_end_ends_the_call_and_sets_the_next(house: Store) -> None:
    """A tap on the card does not, nor one that was broken off; a drill before it was due counts too."""
    hold(house, IncidentKind.EARTHQUAKE, at(1000))
    Floor(house).until(DUE)
    assert set(called(house)) == {"fire", "equipment_failure", "sudden_illness"}
    task = called(house)["fire"]
    with pytest.raises(Refused), house.write() as tx:
        finish_task(tx, task.id, "陈队长", DUE)
    later = DUE + timedelta(days=2)
    hold(house, IncidentKind.FIRE, later, to_the_end=False)
    Floor(house).until(later)
    assert "fire" in called(house)
    hold(house, IncidentKind.FIRE, later)
    Floor(house).until(later)
    assert "fire" not in called(house)
    assert due(house, later)[IncidentKind.FIRE] == (later, months_after(later, 6))
    Floor(house).until(months_after(later, 6))
    assert "fire" in called(house)


def test_a_house_that_wants_no_drills_is_not_called_any_more(house: Store) -> None:
    """And another rhythm holds from the last drill on."""
    hold(house, IncidentKind.FIRE, at(1000))
    with house.write() as tx:
        plan_drills(tx, at(2000), 3)
    assert due(house, at(2000), 3)[IncidentKind.FIRE] == (at(1000), months_after(at(1000), 3))
    Floor(house).until(DUE)
    assert called(house)
    with house.write() as tx:
        plan_drills(tx, DUE, 0)
    assert called(house) == {}
    assert due(house, DUE, 0) == {}
