from datetime import timedelta

import pytest

from hub.demo.staff import PEOPLE, work
from hub.domain.tasks import Outcome, TaskKind, TaskState, raise_task
from hub.ports import Store
from tests.hub.build import T0
from tests.hub.usecases.working import Floor


@pytest.mark.parametrize("kind", [TaskKind.HELP, TaskKind.COMFORT, TaskKind.VIP_ARRIVAL, TaskKind.DRINK])
def test_the_demos_people_see_every_task_to_its_end(sqlite_store: Store, kind: TaskKind) -> None:
    """Taken, done, and where a guest is asked, the guest is content; nothing is left open for ever."""
    with sqlite_store.write() as tx:
        tx.tasks.raise_all([raise_task(kind, "x", task_id="task-1", at=T0, facts={"note": "too_cold"})])
    floor = Floor(sqlite_store)
    said: list[str] = []
    for seconds in range(0, 15 * 60, 3):
        now = T0 + timedelta(seconds=seconds)
        floor.until(now)
        said += work(sqlite_store, now)
    task = floor.task("task-1")
    asked = kind in {TaskKind.HELP, TaskKind.COMFORT}
    assert (task.state, task.outcome) == (TaskState.CLOSED, Outcome.CONFIRMED if asked else Outcome.FINISHED)
    assert task.accepted_by in PEOPLE
    assert len(said) == 1 + asked
