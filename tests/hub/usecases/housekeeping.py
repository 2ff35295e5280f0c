"""A launch whose room is set up, struck, and whose guests eat; its times follow ``tests.hub.build``."""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.domain.house_work import FunctionSheet, HouseWork, Tick
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.house_work_times import set_house_work
from hub.usecases.work_task import finish_task, tick_step
from tests.hub.build import at, furnished, meeting

LUNCH = Segment(
    kind=SegmentKind.MEAL,
    title=Words("自助午餐", "Buffet lunch"),
    starts_at=at(9_000),
    ends_at=at(10_800),
    place=Words("餐厅", "Restaurant"),
)
LAUNCH = meeting(
    doors_at=at(6 * 3_600),
    starts_at=at(7 * 3_600),
    ends_at=at(10 * 3_600),
    agenda=(replace(LUNCH, starts_at=at(8 * 3_600), ends_at=at(9 * 3_600)),),
)
"""Doors at 15:00, start at 16:00, dinner at 17:00, end at 19:00 in Shanghai; it is 09:00 now."""

SHEET = FunctionSheet(
    stage=Words("六米乘四米", "6 m by 4 m"),
    backdrop=Words("发布会主视觉", "Launch visual"),
    lights=Words("暖白", "warm white"),
    guaranteed=60,
)


def plan(store: Store, about: Meeting = LAUNCH, now: datetime | None = None) -> Store:
    """Import the launch as it is now."""
    with store.write() as tx:
        tx.meetings.save(about)
        set_house_work(tx, [about], now or at(0))
    return store


def planned(store: Store) -> Store:
    """Furnish the house with the launch and what was ordered for it."""
    furnished(store)
    with store.write() as tx:
        tx.house_work.save_sheet(LAUNCH.id, SHEET)
    return plan(store)


def of(store: Store, kind: TaskKind) -> list[Task]:
    """Return the open tasks of a kind."""
    with store.read() as tx:
        return [task for task in tx.tasks.open() if task.kind is kind]


def work(store: Store, about: Meeting = LAUNCH) -> HouseWork:
    """Return what is kept of a meeting's room."""
    with store.read() as tx:
        return tx.house_work.works([about.id]).get(about.id) or HouseWork(meeting=about.id)


def ticks(store: Store, task: Task) -> list[Tick]:
    """Return who ticked what of a task."""
    with store.read() as tx:
        return list(tx.house_work.ticks([task.id]))


def do_all(store: Store, kind: TaskKind, who: str, now: datetime) -> Task:
    """Let somebody tick each open step of the one task of a kind, a minute apart, and finish it."""
    (task,) = of(store, kind)
    for number, step in enumerate(task.open_steps()):
        with store.write() as tx:
            tick_step(tx, task.id, step, who, now + timedelta(minutes=number))
    with store.write() as tx:
        return finish_task(tx, task.id, who, now + timedelta(minutes=len(task.open_steps())))
