"""Builders: people with shifts, and time that passes for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hub.domain.meetings import Meeting, Venue
from hub.domain.staff import Shift
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import Task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.sign_in import begin_duty
from hub.usecases.watch_roster import look_after_roster
from tests.hub.build import T0, furnished, meeting
from tests.hub.on_duty import somebody
from tests.hub.usecases.working import Floor, by

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WANG = somebody("王姐", Role.SUPERVISOR, key="wang")
LI, CHEN = somebody("小李", key="li"), somebody("小陈", key="chen")
WU = somebody("小吴", Role.TECHNICIAN, key="wu")
FANG = somebody("老方", Role.EMERGENCY, key="fang")
LAUNCH = meeting()
"""Doors at T0, from an hour later on, until T0 + 3 h."""


def rostered(store: Store, *shifts: Shift, launch: Meeting = LAUNCH) -> Store:
    """List five people, of whom the supervisor is at work, with these shifts."""
    with furnished(store).write() as tx:
        tx.meetings.save_venue(Venue(name=Words("会场", "Venue"), zone="Asia/Shanghai"))
        tx.meetings.save(launch)
        tx.staff.put([WANG, LI, CHEN, WU, FANG])
        for one in shifts:
            tx.staff.save_shift(one)
        begin_duty(tx, WANG.name, "test", by(WANG.name, T0 - HOUR))
        look_after_roster(tx, T0 - HOUR)
    return store


def shift(staff: str = "li", hours: float = 4, begins: datetime = T0, **changes: object) -> Shift:
    """Return a shift."""
    made = Shift(staff=staff, starts_at=begins, ends_at=begins + hours * HOUR)
    return replace(made, **changes)  # type: ignore[arg-type]


def come(store: Store, person: str, now: datetime) -> None:
    """Let somebody sign in."""
    with store.write() as tx:
        begin_duty(tx, person, "test", by(person, now))


def calls(store: Store, kind: TaskKind, now: datetime) -> Sequence[Task]:
    """Let time pass until a moment; returns the open calls of a kind."""
    floor = Floor(store)
    floor.until(now)
    return [task for task in floor.open() if task.kind is kind]
