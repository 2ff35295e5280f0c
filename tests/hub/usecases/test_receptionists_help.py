"""Receptionists help to set a room up and to clear it (R70: 協助做好會場布置、清理等工作)."""

import pytest

from devices.ids import uuid7
from hub.domain.alerts import AlertKind
from hub.domain.errors import NotYours
from hub.domain.staff import check_may_do
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import TaskState, raise_task
from hub.ports import Store
from hub.usecases.call_staff import call
from hub.usecases.pace_task import hand_over
from hub.usecases.work_task import accept_task, finish_task, tick_step
from tests.hub.build import T0, at, furnished
from tests.hub.on_duty import asked, deciding, on_duty, somebody
from tests.hub.usecases.test_attend_tasks import look

PORTER, LI = somebody("老马", Role.LOGISTICS), somebody("小李")
WANG, WU = somebody("王姐", Role.SUPERVISOR), somebody("小吴", Role.TECHNICIAN)
WORK = [TaskKind.SET_UP, TaskKind.STRIKE]


@pytest.mark.parametrize("kind", WORK)
def test_receptionists_are_asked_with_the_team_and_take_it_to_its_end(store: Store, kind: TaskKind) -> None:
    """A porter at once, then the receptionist with the team; a technician is not asked and may not take it (R67)."""
    with store.write() as tx:
        on_duty(tx, PORTER, LI, WU)
        task = call(tx, raise_task(kind, "m-launch", task_id=uuid7(), at=T0, facts={}))
    said = asked(store, until=200)
    assert said[0][1:] == ("老马", AlertKind.OFFER.value)
    assert {who for _, who, _ in said} == {"老马", "小李"}
    check_may_do(LI, task)
    with pytest.raises(NotYours):
        check_may_do(WU, task)
    with store.write() as tx:
        accept_task(tx, task.id, "小李", at(201))
        for step in task.open_steps():
            tick_step(tx, task.id, step, "小李", at(202))
        finish_task(tx, task.id, "小李", at(203))
    assert look(store, task).state is TaskState.CLOSED


@pytest.mark.parametrize("kind", WORK)
def test_a_supervisor_assigns_a_receptionist_to_it(store: Store, kind: TaskKind) -> None:
    """Across teams, in one step (R65), and the receptionist hears of it."""
    with furnished(store).write() as tx:
        on_duty(tx, LI, WANG)
        task = call(tx, raise_task(kind, "m-launch", task_id=uuid7(), at=T0, facts={}))
        hand_over(tx, task.id, "小李", deciding(1, "王姐"))
    assert look(store, task).accepted_by == "小李"
    with store.read() as tx:
        assert {one.kind for one in tx.alerts.of_tasks([task.id])} == {AlertKind.GIVEN}
