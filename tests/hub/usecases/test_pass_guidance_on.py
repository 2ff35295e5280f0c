"""Help with a device: receptionists first as well, and the technical team where they do not solve it (R68)."""

from datetime import timedelta

import pytest

from hub.domain.alerts import AlertKind
from hub.domain.staff import Duty, Staff
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task, TaskState
from hub.domain.transfers import Leads
from hub.ports import Store
from hub.usecases.pass_time import fire_next
from hub.usecases.timer_rules import timer_rules
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import at
from tests.hub.on_duty import asked, deciding, tablet_alerts
from tests.hub.usecases.test_attend_tasks import CHEN, LI, TECH, TECH2, look, raised, staffed

LATE_S = 300.0


def pass_time(store: Store, seconds: float, within: timedelta = timedelta(minutes=5)) -> None:
    """Let everything happen that is due."""
    while one := fire_next(store, deciding(seconds), timer_rules(TaskTimes(guidance_within=within), Leads())):
        assert one.problem is None, one.problem


def guided(store: Store, *people: Staff, by: str = "小李") -> Task:
    """Let a guest ask how something works, and somebody take it."""
    task = raised(staffed(store, *people), TaskKind.GUIDANCE)
    pass_time(store, 0)
    asked(store, until=1)
    with store.write() as tx:
        accept_task(tx, task.id, by, at(2))
    asked(store, until=3, start=2)
    return task


@pytest.mark.parametrize("people", [(LI,), (LI, TECH)])
def test_a_receptionist_may_be_asked_first_how_a_device_works(store: Store, people: tuple[Staff, ...]) -> None:
    """At once, also where there is no technician: whoever of both teams can be there best."""
    task = raised(staffed(store, *people), TaskKind.GUIDANCE)
    with store.write() as tx:
        tx.duties.heard_of(["小李"], at(0))
    (first,) = asked(store, until=1)
    assert first[1:] == ("小李", AlertKind.OFFER.value)
    assert look(store, task).state is TaskState.OFFERED


def test_what_a_receptionist_has_not_solved_in_time_goes_to_the_technicians(store: Store) -> None:
    """Not a second before; the receptionist hears that, and no other receptionist is asked."""
    task = guided(store, LI, CHEN, TECH, TECH2)
    pass_time(store, LATE_S - 1)
    assert look(store, task).accepted_by == "小李"
    pass_time(store, LATE_S)
    assert look(store, task).state is TaskState.NEW
    said = asked(store, until=LATE_S + 70, start=LATE_S)
    assert {who for _, who, kind in said if kind == AlertKind.OFFER.value} == {"老周", "小吴"}
    assert AlertKind.LATE in [one.kind for one in tablet_alerts(store, "小李")]


def test_the_houses_own_time_holds(store: Store) -> None:
    """Ten minutes where the house says so."""
    task = guided(store, LI, TECH)
    for seconds, accepted in ((LATE_S, "小李"), (599, "小李"), (600, "")):
        pass_time(store, seconds, timedelta(minutes=10))
        assert look(store, task).accepted_by == accepted


def test_what_a_technician_has_taken_or_was_solved_stays_as_it_is(store: Store) -> None:
    """Nobody is asked anew."""
    task = guided(store, LI, TECH, by="老周")
    pass_time(store, LATE_S)
    assert look(store, task).accepted_by == "老周"
    with store.write() as tx:
        finish_task(tx, task.id, "老周", at(LATE_S + 1))
    pass_time(store, 2 * LATE_S)
    assert look(store, task).state is TaskState.DONE


@pytest.mark.parametrize("away", [True, False])
def test_where_no_technician_can_come_the_receptionist_keeps_it(store: Store, away: bool) -> None:  # noqa: FBT001 - it is
    """Whether there is none or they are on a break: a guest who was left by both would be worse."""
    task = guided(store, LI, TECH) if away else guided(store, LI)
    if away:
        with store.write() as tx:
            tx.duties.put(Duty(person="老周", since=at(0), break_until=at(LATE_S + 60)))
    pass_time(store, LATE_S)
    assert look(store, task).accepted_by == "小李"
