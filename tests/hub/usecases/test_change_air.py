"""A guest is too cold, and the room's air conditioning does something about it, on both databases (R155)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from devices.contract.commands import CommandKind, CommandResult
from devices.ids import uuid7
from hub.device_ports import DeviceRecord
from hub.domain.commands import CommandState, DeviceCommand
from hub.domain.errors import InvalidInput, NotFound
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing
from hub.domain.readings import Quality, Reading
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.room_wishes import RoomWish
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_from_room import RoomAnswer, answer_from_room, ask_from_room
from hub.usecases.command_device import hear_answer, take_to_send
from hub.usecases.command_point import command_point, take_points_to_send
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import at, furnished
from tests.hub.usecases.working import TIMES, Floor, by

AC = FieldDevice(
    id="ac-hall",
    publisher="ac-hall",
    identity="ac",
    name="AC",
    announced_at=at(0),
    standing=Standing.ADMITTED,
    room="hall",
)
POINT = Point(
    id="ac-hall.climate",
    device="ac-hall",
    key="climate",
    component="climate",
    name="AC",
    quantity=Quantity.TEMPERATURE,
    unit="°C",
    config={"temperature_command_topic": "ac-hall/set", "min_temp": 16, "max_temp": 30},
)
OURS = replace(POINT, component="sensor", config={"unique_id": "ac-hall_air_set_point"})


def reports(store: Store, degrees: float, seconds: float, quality: Quality = Quality.LIVE) -> None:
    """Let the air conditioning say what it is set to."""
    with store.write() as tx:
        tx.readings.add([Reading(point=POINT.id, at=at(seconds), value=degrees, quality=quality)])


def furnish_air(store: Store, point: Point) -> Store:
    """Give a hall with an air conditioning that is set to 22 °C."""
    with furnished(store).write() as tx:
        tx.room_devices.put([RoomDevice(room="hall", key="air", kind=DeviceKind.AIR, name=Words("空调", "Air"))])
        tx.field_devices.save(AC)
        tx.field_devices.save_points([point])
        tx.devices.save(DeviceRecord(id="ac-hall", kind="room", capabilities=("set_point:air",)))
    reports(store, 22, -60)
    return store


@pytest.fixture
def house(store: Store) -> Store:
    """Give a hall with another maker's air conditioning."""
    return furnish_air(store, POINT)


def too_cold(store: Store, seconds: float = 0) -> Task:
    """Press the panel's button."""
    with store.write() as tx:
        return ask_from_room(tx, "hall", RoomWish.TOO_COLD, "", by("panel", at(seconds)), TIMES)


def told(store: Store, seconds: float) -> Sequence[DeviceCommand]:
    """Take what the door sends to other makers' devices."""
    with store.write() as tx:
        return take_points_to_send(tx, by("hub", at(seconds)))


def walk(floor: Floor, first: int, last: int) -> None:
    """Let time pass second by second, as the clock does."""
    for second in range(first, last + 1):
        floor.until(at(second))


def say(store: Store, answer: RoomAnswer, seconds: float) -> None:
    """Answer at the panel."""
    with store.write() as tx:
        answer_from_room(tx, "hall", RoomWish.TOO_COLD, answer, by("panel", at(seconds)), TIMES)


def test_the_set_point_rises_by_two_degrees_and_the_guest_is_asked_ten_minutes_later(house: Store) -> None:
    """Told within a second of the tap; done when the device reports it; asked again to the second."""
    floor, task = Floor(house), too_cold(house)
    floor.until(at(1))
    (command,) = told(house, 1)
    assert (command.device, command.parameters) == ("ac-hall", {"point": POINT.id, "value": 24.0})
    assert floor.task(task.id).facts["air"] == "asked"
    reports(house, 24, 3)
    walk(floor, 2, 5)
    done = floor.task(task.id)
    assert (done.state, done.facts["air"], done.facts["set_to"]) == (TaskState.DONE, "done", "24")
    assert done.done_at
    assert done.until == done.done_at + TIMES.comfort_asks_after
    floor.until(done.until - timedelta(seconds=1))
    assert floor.task(task.id).asked_at is None
    floor.until(done.until)
    assert floor.task(task.id).asked_at == done.until
    say(house, RoomAnswer.FINE, 620)
    assert floor.task(task.id).state is TaskState.CLOSED


def test_still_cold_goes_on_until_the_limit_and_then_a_person_comes(house: Store) -> None:
    """24, 26, and the supervisor after the third round; nothing is set beyond 28."""
    floor, task, seen = Floor(house), too_cold(house), []
    for begun in (0, 620, 1240):
        floor.until(at(begun + 1))
        (command,) = told(house, begun + 1)
        seen.append(command.parameters["value"])
        reports(house, float(str(seen[-1])), begun + 3)
        walk(floor, begun + 2, begun + 6)
        floor.until(at(begun + 615))
        say(house, RoomAnswer.NOT_YET, begun + 620)
    assert seen == [24.0, 26.0, 28.0]
    assert [one.kind for one in floor.open()] == [TaskKind.HANDED_UP]
    assert floor.task(task.id).state is TaskState.CLOSED


def test_silence_for_ten_seconds_is_a_fault_and_never_a_success(house: Store) -> None:
    """The technician is called to the very device the panel lists; the guest's task stays with logistics."""
    floor, task = Floor(house), too_cold(house)
    floor.until(at(1))
    told(house, 1)
    reports(house, 24, 0.5)  # said before it was told: no answer
    reports(house, 24, 4, Quality.RESTORED)
    reports(house, 23, 5)
    walk(floor, 2, 10)
    assert [one.kind for one in floor.open()] == [TaskKind.COMFORT]
    walk(floor, 11, 13)
    fault = next(one for one in floor.open() if one.kind is TaskKind.DEVICE_FAULT)
    assert (fault.facts["thing"], fault.facts["reason"]) == ("air", "no_answer")
    kept = floor.task(task.id)
    assert (kept.state, kept.facts["air"]) == (TaskState.NEW, "failed")
    with house.write() as tx:
        assert ask_from_room(tx, "hall", RoomWish.BROKEN, "air", by("panel", at(20)), TIMES).id == fault.id
        accept_task(tx, task.id, "Li", at(21))


def test_our_own_agent_is_told_by_its_own_command_and_reports_by_its_answer(store: Store) -> None:
    """``set_point`` on ``down/command``; an answer without the new set-point is a fault."""
    floor, task = Floor(furnish_air(store, OURS)), too_cold(store)
    floor.until(at(1))
    assert told(store, 1) == []
    with store.write() as tx:
        (command,) = take_to_send(tx, at(1))
    assert (command.device, command.kind) == ("ac-hall", CommandKind.SET_POINT)
    assert command.parameters == {"which": "air", "celsius": 24.0}
    result = CommandResult(
        id=uuid7(), ts=at(2), boot=uuid7(), seq=1, command=command.id, ok=True, readings={"air_set_point": 24.0}
    )
    with store.write() as tx:
        hear_answer(tx, "ac-hall", result, at(2))
    floor.until(at(3))
    assert floor.task(task.id).facts["air"] == "done"


def test_at_its_limit_the_device_is_left_alone_and_people_are_told_why(house: Store) -> None:
    """It says so on the card; a room without any such device is a person's work as ever."""
    reports(house, 28, -30)
    floor, task = Floor(house), too_cold(house)
    floor.until(at(2))
    assert told(house, 2) == []
    assert (floor.task(task.id).facts["air"], floor.task(task.id).facts["set_to"]) == ("at_limit", "28")


@pytest.mark.parametrize("spoilt", ["stale", "unknown", "gone"])
def test_nothing_is_set_where_nobody_knows_what_is_set_now(house: Store, spoilt: str) -> None:
    """Two degrees more than what would be a guess."""
    with house.write() as tx:
        if spoilt == "gone":
            tx.field_devices.save(replace(AC, standing=Standing.GONE))
        value = None if spoilt == "unknown" else 22.0
        tx.readings.add([Reading(point=POINT.id, at=at(-1), value=value, quality=Quality.STALE)])
    floor, task = Floor(house), too_cold(house)
    floor.until(at(2))
    assert told(house, 2) == []
    assert "air" not in floor.task(task.id).facts


def test_a_person_who_was_quicker_is_not_overruled(house: Store) -> None:
    """Finished by hand while the device was being told: the guest is asked once."""
    floor, task = Floor(house), too_cold(house)
    floor.until(at(1))
    told(house, 1)
    with house.write() as tx:
        finish_task(tx, task.id, "Li", at(2), TIMES)
    reports(house, 24, 3)
    walk(floor, 3, 6)
    found = floor.task(task.id)
    assert (found.accepted_by, found.state, found.facts["air"]) == ("Li", TaskState.DONE, "done")


def test_people_can_take_what_the_hub_could_not_do_again(house: Store) -> None:
    """The hub had done the first round; in the second the device is silent, and the task is nobody's."""
    floor, task = Floor(house), too_cold(house)
    floor.until(at(1))
    told(house, 1)
    reports(house, 24, 3)
    walk(floor, 2, 5)
    floor.until(at(620))
    say(house, RoomAnswer.NOT_YET, 630)
    walk(floor, 631, 645)
    found = floor.task(task.id)
    assert (found.state, found.accepted_by, found.facts["air"]) == (TaskState.NEW, "", "failed")


def test_a_point_is_told_once_and_only_what_it_can_be(house: Store) -> None:
    """An unknown point, one of a device that is not admitted, one that takes no commands, a wrong value."""
    switch = replace(POINT, id="ac-hall.relay", key="relay", component="switch", config={"command_topic": "x/set"})
    mute = replace(switch, id="ac-hall.mute", key="mute", config={})
    who = by("Chen", at(0))
    with house.write() as tx:
        tx.field_devices.save_points([switch, mute])
        first = command_point(tx, switch.id, "on", who)
        assert command_point(tx, switch.id, "on", who).id == first.id
        assert command_point(tx, switch.id, "off", who).id != first.id
        for point, value, error in (
            (switch.id, 1.0, InvalidInput),
            (POINT.id, "on", InvalidInput),
            (mute.id, "on", InvalidInput),
            ("nothing", "on", NotFound),
        ):
            with pytest.raises(error):
                command_point(tx, point, value, who)
        tx.field_devices.save(replace(AC, standing=Standing.QUARANTINED))
        with pytest.raises(NotFound):
            command_point(tx, switch.id, "on", who)
    told(house, 1)
    with house.write() as tx:
        tx.readings.add([Reading(point=switch.id, at=at(2), text="on")])
    Floor(house).until(at(20))
    with house.read() as tx:
        states = {one.parameters["value"]: one.state for one in tx.commands.of_device("ac-hall", at(-1))}
    assert states == {"on": CommandState.DONE, "off": CommandState.FAILED}
