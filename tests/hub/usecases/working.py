"""People and time at work on tasks, for the use cases' tests."""

from dataclasses import dataclass
from datetime import datetime

from devices.ids import uuid7
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task
from hub.domain.transfers import Leads
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.pass_time import fire_next
from hub.usecases.timer_rules import timer_rules

TIMES = TaskTimes()


def by(name: str, now: datetime) -> Deciding:
    """Return who decides something, and when."""
    return Deciding(actor=name, at=now, ids=uuid7)


@dataclass(frozen=True, slots=True)
class Floor:
    """The floor of a house, where time passes only when told."""

    store: Store

    def until(self, now: datetime) -> int:
        """Let everything happen that is due at a moment; returns how many timers fired, all of which must work."""
        fired = 0
        while one := fire_next(self.store, by("hub", now), timer_rules(TIMES, Leads())):
            assert one.problem is None, one.problem
            fired += 1
        return fired

    def task(self, task: str) -> Task:
        """Return a task as it stands."""
        with self.store.read() as tx:
            found = tx.tasks.get(task)
        assert found is not None
        return found

    def open(self) -> list[Task]:
        """Return the open tasks."""
        with self.store.read() as tx:
            return list(tx.tasks.open())
