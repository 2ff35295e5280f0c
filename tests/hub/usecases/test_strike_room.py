"""A room is cleared after its meeting and available only then, on both databases (R160, R161)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.domain.field_devices import FieldDevice, Standing
from hub.domain.house_work import RoomState, room_state
from hub.domain.meetings import Meeting
from hub.domain.readings import Reading
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.usecases.command_point import take_points_to_send
from hub.usecases.power_off_room import set_power_off
from hub.usecases.work_task import tick_step
from tests.hub.build import meeting
from tests.hub.usecases.housekeeping import LAUNCH, do_all, of, plan, planned, ticks, work
from tests.hub.usecases.test_power_off_room import PLUG, plug
from tests.hub.usecases.working import Floor, by

END = LAUNCH.ends_at
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def house(store: Store) -> Store:
    """Give the house with the launch ahead."""
    return planned(store)


def state(store: Store, now: datetime) -> RoomState:
    """Return how the hall stands for the next meeting."""
    with store.read() as tx:
        meetings = tx.meetings.between(now, now + timedelta(days=7))
        works = [*tx.house_work.works([one.id for one in meetings]).values(), *tx.house_work.unstruck()]
    return room_state("hall", meetings, works, now)


def following(minutes: float) -> Meeting:
    """Return a meeting in the same room whose doors open so long after the launch's end."""
    doors = END + minutes * MINUTE
    hour = timedelta(hours=1)
    return meeting("next", doors_at=doors, starts_at=doors + hour, ends_at=doors + 2 * hour, number=7, agenda=())


def test_at_the_end_the_room_is_to_be_cleared_in_three_steps_and_not_available_before(house: Store) -> None:
    """To the second; within half an hour where nobody comes next."""
    floor = Floor(house)
    floor.until(END - SECOND)
    assert state(house, END - SECOND) is RoomState.IN_USE
    assert of(house, TaskKind.STRIKE) == []
    floor.until(END)
    (task,) = of(house, TaskKind.STRIKE)
    assert (task.due_at, task.facts["room_zh"]) == (END + 30 * MINUTE, "大厅")
    assert task.open_steps() == ("furniture_back", "rubbish_out", "equipment_off")
    assert state(house, END) is RoomState.STRIKING
    do_all(house, TaskKind.STRIKE, "小周", END + MINUTE)
    assert (work(house).struck_by, work(house).struck_at) == ("小周", END + 4 * MINUTE)
    assert state(house, END + 5 * MINUTE) is RoomState.AVAILABLE


def test_a_meeting_that_runs_on_is_cleared_when_it_really_ends(house: Store) -> None:
    """Its timer finds it still going on; one that goes on after all takes its strike back."""
    floor = Floor(house)
    longer = replace(LAUNCH, ends_at=END + 20 * MINUTE)
    with house.write() as tx:
        tx.meetings.save(longer)
    floor.until(END)
    assert of(house, TaskKind.STRIKE) == []
    floor.until(longer.ends_at)
    assert len(of(house, TaskKind.STRIKE)) == 1
    again = replace(LAUNCH, ends_at=END + 40 * MINUTE)
    plan(house, again, END + 21 * MINUTE)
    assert of(house, TaskKind.STRIKE) == []
    assert state(house, END + 21 * MINUTE) is RoomState.IN_USE
    floor.until(again.ends_at)
    assert len(of(house, TaskKind.STRIKE)) == 1


def test_it_has_to_be_done_before_the_next_doors(house: Store) -> None:
    """Never in less than somebody can do it."""
    plan(house, following(15))
    Floor(house).until(END)
    (task,) = of(house, TaskKind.STRIKE)
    assert task.due_at == END + 15 * MINUTE


def test_a_next_meeting_whose_doors_open_meanwhile_makes_it_urgent_and_tells_the_supervisor(house: Store) -> None:
    """Once; when the room is clear both are over."""
    plan(house, following(20))
    floor = Floor(house)
    floor.until(END + 20 * MINUTE - SECOND)
    assert of(house, TaskKind.STRIKE_LATE) == []
    floor.until(END + 20 * MINUTE)
    (late,), (task,) = of(house, TaskKind.STRIKE_LATE), of(house, TaskKind.STRIKE)
    assert (late.meeting, task.warned_at) == ("m-next", END + 20 * MINUTE)
    do_all(house, TaskKind.STRIKE, "小周", END + 21 * MINUTE)
    assert of(house, TaskKind.STRIKE_LATE) == []
    assert state(house, END + 25 * MINUTE) is RoomState.IN_USE


def test_one_whose_doors_are_open_before_the_end_is_told_at_the_end(house: Store) -> None:
    """Overlapping meetings were warned of at the import; now somebody has to run."""
    plan(house, following(-10))
    Floor(house).until(END)
    assert len(of(house, TaskKind.STRIKE_LATE)) == 1


def switched(store: Store, word: str, now: datetime) -> None:
    """Let the projector's plug report how it stands."""
    with store.write() as tx:
        tx.readings.add([Reading(point=PLUG.id, at=now, text=word)])


@pytest.fixture
def wired(house: Store) -> Store:
    """Give it with a projector behind a plug, which is on."""
    device: FieldDevice = replace(plug("plug-pj", "projector"), standing=Standing.ADMITTED)
    with house.write() as tx:
        tx.field_devices.save(device)
        tx.field_devices.save_points([PLUG])
        set_power_off(tx, [LAUNCH], LAUNCH.starts_at)
    switched(house, "on", LAUNCH.starts_at)
    return house


def test_the_hub_ticks_the_equipment_when_it_reports_that_it_is_off(wired: Store) -> None:
    """R160: verified by its state report, not by the command that was sent."""
    floor = Floor(wired)
    floor.until(END + 15 * MINUTE)
    (task,) = of(wired, TaskKind.STRIKE)
    assert "equipment_off" in task.open_steps()
    with wired.write() as tx:
        for step in ("furniture_back", "rubbish_out"):
            tick_step(tx, task.id, step, "小周", END + 15 * MINUTE)
        assert take_points_to_send(tx, by("hub", END + 15 * MINUTE))
    switched(wired, "off", END + 15 * MINUTE + 2 * SECOND)
    for second in range(1, 30):
        floor.until(END + 15 * MINUTE + second * SECOND)
    told = {one.step: one.by for one in ticks(wired, task)}
    assert told == {"furniture_back": "小周", "rubbish_out": "小周", "equipment_off": "hub"}
    assert of(wired, TaskKind.STRIKE) == []  # it waited for nothing else
    assert work(wired).struck_at is not None


def test_what_does_not_report_that_it_is_off_is_not_ticked(wired: Store) -> None:
    """It stays with people, and with the technician who is called to it."""
    floor = Floor(wired)
    for second in range(30):
        floor.until(END + 15 * MINUTE + second * SECOND)
    (task,) = of(wired, TaskKind.STRIKE)
    assert "equipment_off" in task.open_steps()
    assert ticks(wired, task) == []


def test_what_was_off_already_is_ticked_too(wired: Store) -> None:
    """Nothing has to be switched off any more."""
    switched(wired, "off", END)
    Floor(wired).until(END + 15 * MINUTE)
    (task,) = of(wired, TaskKind.STRIKE)
    assert [one.by for one in ticks(wired, task)] == ["hub"]


def test_a_room_without_devices_is_peoples(house: Store) -> None:
    """Where nothing reports, the hub knows nothing."""
    with house.write() as tx:
        set_power_off(tx, [LAUNCH], LAUNCH.starts_at)
    Floor(house).until(END + 16 * MINUTE)
    (task,) = of(house, TaskKind.STRIKE)
    assert ticks(house, task) == []


def test_a_device_that_says_nothing_is_not_taken_for_off(wired: Store) -> None:
    """The projector is off; the amplifier has never said how it stands."""
    silent = replace(PLUG, id="plug-amp.relay", device="plug-amp", config={"command_topic": "plug-amp/set"})
    with wired.write() as tx:
        tx.field_devices.save(plug("plug-amp", "sound"))
        tx.field_devices.save_points([silent])
    switched(wired, "off", END)
    Floor(wired).until(END + 15 * MINUTE)
    (task,) = of(wired, TaskKind.STRIKE)
    assert "equipment_off" in task.open_steps()


def test_a_meeting_that_ends_early_is_cleared_early(house: Store) -> None:
    """Whoever runs it has ended its last part: nobody waits for the planned end."""
    floor = Floor(house)
    early = replace(LAUNCH, ends_at=END - 10 * MINUTE)
    plan(house, early, END - 10 * MINUTE)
    floor.until(END - 10 * MINUTE)
    assert [task.created_at for task in of(house, TaskKind.STRIKE)] == [END - 10 * MINUTE]
