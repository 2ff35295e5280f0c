"""A whole day at the hall: what happens in houses, in one go; then hours of anything at all, held against I5."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from hub.domain.conditions import Condition
from hub.domain.field_devices import Point, Quantity
from hub.domain.task_kinds import RULES
from hub.domain.tasks import Task, TaskState, accept, finish
from hub.domain.tea_pots import LearnedPot
from hub.ports import Store
from hub.usecases.settle_conditions import AGAIN
from tests.hub.usecases.watching import Day, alarm, battery, node, point

SENSORS = [f"s-{number:02}" for number in range(20)]
AIR = point("s-00", "temperature", Quantity.TEMPERATURE)
CO2 = point("s-01", "co2", Quantity.CARBON_DIOXIDE)
TAG = point("tag", "temperature", Quantity.TEMPERATURE)
CELL = point("tag", "battery", Quantity.BATTERY)
POT = point("pot", "weight", Quantity.WEIGHT)
LAMP = alarm("pj", "lamp", "problem")
POINTS = [AIR, CO2, TAG, CELL, POT, LAMP]


def hall(store: Store) -> Day:
    """Return a hall full of things that speak."""
    devices = [*(node(name) for name in SENSORS), battery("tag"), node("pot"), node("pj", thing="projector")]
    day = Day(store, devices, POINTS)
    with store.write() as tx:
        tx.watch_settings.save_pots([LearnedPot(point=POT.id, empty=1100, full=2300)])
    day.start()
    return day


class Diary:
    """Everything that was ever raised."""

    def __init__(self, day: Day) -> None:
        """Begin."""
        self.day = day
        self.tasks: dict[str, Task] = {}

    def wait(self, minutes: float, *, degrees: float = 23.0, ppm: float = 700, pot: float = 2300) -> None:
        """Let time pass while everything reports each ten seconds."""
        for _ in range(round(minutes * 6)):
            self.day.say(AIR.id, degrees)
            self.day.say(CO2.id, ppm)
            self.day.say(POT.id, pot)
            self.day.wait(10)
            self.tasks |= {task.id: task for task in self.day.tasks()}

    def raised(self) -> Counter[str]:
        """Count what was raised, by what it is known by."""
        return Counter(task.dedupe for task in self.tasks.values())


def test_through_a_whole_day_each_cause_calls_once(store: Store) -> None:
    """The room warms up, its Wi-Fi drops, a sensor flaps, a battery dies, a pot runs low, is refilled and creeps."""
    day = hall(store)
    diary = Diary(day)
    for _ in range(4):
        day.say(TAG.id, 22.0)
        day.say(CELL.id, 60.0)
        diary.wait(2)
    for tenth in range(40):
        diary.wait(0.5, degrees=23 + tenth / 10)
    diary.wait(5, degrees=24.0)
    day.told(*SENSORS, available=False)
    diary.wait(5)
    day.told(*SENSORS, available=True)
    diary.wait(2)
    for _ in range(4):
        day.told("s-07", available=False)
        diary.wait(0.5)
        day.told("s-07", available=True)
        diary.wait(0.5)
    for cup in range(10):
        diary.wait(1, pot=0.0)
        diary.wait(2, pot=2200 - 100 * cup)
    diary.wait(2, pot=0.0)
    for gram in range(60):
        diary.wait(0.5, pot=2300 + gram)
    diary.wait(10)
    assert (day.open(), day.calls()) == (["offline:device:tag"], ["device_check:device tag"])
    assert diary.raised() == {
        "room_climate:room hall:temperature": 1,
        "device_fault:room hall": 1,
        "device_fault:device s-07": 1,
        "device_check:device tag": 1,
        "drink:room hall:tea": 1,
    }


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_there_is_one_open_task_for_what_is_wrong_and_none_without(
    sqlite_store: Store, seed: int
) -> None:
    """I5, after every half minute of anything at all, with restarts; once all is quiet nothing is left."""
    random, day = Random(seed), hall(sqlite_store)
    for _ in range(240):
        for _ in range(random.randrange(4)):
            _something(day, random)
        day.wait(random.choice([1, 5, 30]))
        _holds(day)
    for _ in range(100):
        _all_is_well(day)
        day.wait(15)
    _holds(day)
    assert day.open() == []
    assert all(task.state is TaskState.ACCEPTED for task in day.tasks())


def _something(day: Day, random: Random) -> None:
    """Let one thing happen."""
    what = random.randrange(10)
    if what == 0:
        day.told(*random.sample([*SENSORS, "pj", "pot"], random.choice([1, 2, 20])), available=random.random() < 0.5)
    elif what == 1:
        day.start()
    elif what == 2 and day.tasks():
        task = random.choice(day.tasks())
        if task.state is TaskState.NEW:
            day.save(accept(task, "小李", day.now))
    elif what == 3 and day.tasks():
        task = random.choice(day.tasks())
        if not RULES[task.kind].asks:
            day.save(finish(task, "小李", day.now))
    else:
        said: list[tuple[Point, float | str]] = [
            (AIR, random.uniform(15, 32)),
            (CO2, random.uniform(400, 2000)),
            (TAG, random.uniform(15, 32)),
            (CELL, random.uniform(5, 100)),
            (POT, random.choice([0, 1150, 1200, 1900, 2300])),
            (LAMP, random.choice(["on", "off"])),
        ]
        one, value = random.choice(said)
        day.say(one.id, value, at=day.now - timedelta(seconds=random.choice([0, 0, 0, 20, 100])))


def _all_is_well(day: Day) -> None:
    day.told(*SENSORS, "pj", "pot", available=True)
    for one, value in ((AIR, 23.0), (CO2, 600.0), (TAG, 23.0), (CELL, 90.0), (POT, 2300.0)):
        day.say(one.id, value)
    day.say(LAMP.id, "off")


def _holds(day: Day) -> None:
    """Hold what is in the store against I5."""
    conditions = day.conditions()
    with day.store.read() as tx:
        known = {one.task: tx.tasks.get(one.task) for one in conditions if one.task}
    assert len({one.key for one in conditions}) == len(conditions)
    ids = {one.id for one in conditions}
    for one in conditions:
        assert _called(one, known.get(one.task), day), one
        assert not one.hidden_by or one.hidden_by in ids, one
    called = {one.task for one in conditions}
    for task in day.tasks():
        assert task.id in called or (task.state is TaskState.ACCEPTED and "gone" in task.facts), task


def _called(condition: Condition, task: Task | None, day: Day) -> bool:
    """Say whether its task is open, was done a moment ago, or nobody is to be called about it."""
    if condition.hidden_by:
        return task is None
    if task is None:
        return False
    longest = max(AGAIN, RULES[task.kind].within) + timedelta(minutes=2)
    return task.state is not TaskState.CLOSED or day.now - (task.done_at or day.now) < longest
