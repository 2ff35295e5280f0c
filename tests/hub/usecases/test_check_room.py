"""A meeting's room is checked half an hour before, on both databases (R38, R85; T15)."""

from dataclasses import replace

import pytest

from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.field_devices import FieldDevice, Standing, Supply
from hub.domain.room_checks import Flaw, RoomCheck
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.room_wishes import RoomWish
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import TaskState
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_from_room import ask_from_room
from hub.usecases.check_room import check_room, set_checks
from tests.hub.build import at, furnished, meeting
from tests.hub.usecases.working import TIMES, Floor, by

START = int((meeting().starts_at - at(0)).total_seconds())
DUE = START - 1_800


def node(key: str, **more: object) -> FieldDevice:
    """Return a device of the hall that was just heard."""
    told = FieldDevice(id=key, publisher=key, identity=key, name=key, announced_at=at(0), standing=Standing.ADMITTED)
    return replace(told, room="hall", heard_at=at(DUE - 10), **more)  # type: ignore[arg-type]


@pytest.fixture
def house(store: Store) -> Store:
    """Give a hall with a projector that speaks, a thermometer, and lights that do not speak."""
    with furnished(store).write() as tx:
        tx.room_devices.put(
            [
                RoomDevice(room="hall", key="projector", kind=DeviceKind.PROJECTOR, name=Words("投影仪", "Projector")),
                RoomDevice(room="hall", key="lights", kind=DeviceKind.LIGHTS, name=Words("灯光", "Lights"), position=1),
            ]
        )
        tx.field_devices.save(node("pj-hall", thing="projector", available=True))
        tx.field_devices.save(node("node-hall", supply=Supply.BATTERY))
        set_checks(tx, [meeting()], at(0))
    return store


def change(store: Store, key: str, **more: object) -> None:
    """Let something be otherwise with a device."""
    with store.write() as tx:
        found = tx.field_devices.get(key)
        assert found
        tx.field_devices.save(replace(found, **more))  # type: ignore[arg-type]


def checked(store: Store) -> RoomCheck:
    """Return the newest check of the launch's room."""
    with store.read() as tx:
        return tx.room_checks.latest(["m-launch"])["m-launch"]


def flaws(store: Store) -> dict[str, tuple[Flaw, str]]:
    """Return what fails, by key."""
    return {line.key: (line.flaw, line.detail) for line in checked(store).failed if line.flaw}


def test_a_room_in_order_passes_and_calls_nobody(house: Store) -> None:
    """Every device that speaks is on the list, by the name it has in its room."""
    floor = Floor(house)
    floor.until(at(DUE - 1))
    with house.read() as tx:
        assert tx.room_checks.latest(["m-launch"]) == {}
    floor.until(at(DUE))
    found = checked(house)
    assert (found.at, found.by, found.failed) == (at(DUE), "hub", ())
    assert {line.key: line.name.zh for line in found.lines} == {"pj-hall": "投影仪", "node-hall": "node-hall"}
    assert floor.open() == []


def test_one_dead_device_fails_the_room_half_an_hour_before(house: Store) -> None:
    """One task for the technician, due when the meeting starts, that names it in both languages."""
    change(house, "pj-hall", available=False)
    floor = Floor(house)
    floor.until(at(DUE))
    assert flaws(house) == {"pj-hall": (Flaw.OFFLINE, "")}
    (task,) = floor.open()
    assert (task.kind, task.due_at, task.meeting) == (TaskKind.ROOM_CHECK, meeting().starts_at, "m-launch")
    assert (task.facts["room_en"], task.facts["what_zh"], task.facts["what_en"]) == (
        "Grand Hall",
        "投影仪",
        "Projector",
    )
    change(house, "pj-hall", available=True)
    with house.write() as tx:
        check_room(tx, meeting(), by("Chen", at(DUE + 60)))
    assert checked(house).by == "Chen"
    assert floor.task(task.id).state is TaskState.CLOSED


def test_everything_that_can_be_wrong_is_found(house: Store) -> None:
    """Silence, a condition of one of its points, a fault that people reported; the flawed stand first."""
    change(house, "node-hall", heard_at=at(DUE - 26 * 3_600))
    hot = Condition(
        id="c-1",
        cause=Cause.TOO_HIGH,
        about=SubjectKind.POINT,
        subject="pj-hall.temperature",
        room="hall",
        since=at(1),
        opened_at=at(2),
    )
    with house.write() as tx:
        tx.conditions.save(hot)
        ask_from_room(tx, "hall", RoomWish.BROKEN, "lights", by("panel", at(3)), TIMES)
    Floor(house).until(at(DUE))
    assert flaws(house) == {
        "pj-hall": (Flaw.CONDITION, "too_high"),
        "node-hall": (Flaw.SILENT, ""),
        "lights": (Flaw.FAULT, ""),
    }


def test_what_a_technician_knows_of_fails_nothing(house: Store) -> None:
    """It is on the list, excused; a device that nobody admitted, or of another room, is not looked at."""
    change(house, "pj-hall", available=False, excused_until=at(DUE + 1))
    change(house, "node-hall", standing=Standing.QUARANTINED)
    Floor(house).until(at(DUE))
    (line,) = checked(house).lines
    assert (line.key, line.flaw, line.excused, checked(house).failed) == ("pj-hall", Flaw.OFFLINE, True, ())


def test_the_check_moves_with_the_meeting_and_goes_with_it(house: Store) -> None:
    """A meeting that is put off is checked again; one that was cancelled, or has begun, is not."""
    floor = Floor(house)
    floor.until(at(DUE))
    later = replace(meeting(), starts_at=at(START + 3_600), ends_at=at(START + 9_000))
    with house.write() as tx:
        set_checks(tx, [meeting()], at(DUE + 5))
        assert tx.timers.of_rule("check_room") == []
        tx.meetings.save(later)
        set_checks(tx, [later], at(DUE + 10))
    floor.until(at(DUE + 3_600))
    assert checked(house).at == at(DUE + 3_600)
    with house.write() as tx:
        set_checks(tx, [replace(later, starts_at=at(START + 7_200))], at(DUE + 3_700))
        set_checks(tx, [replace(later, cancelled=True)], at(DUE + 3_700))
        assert tx.timers.of_rule("check_room") == []


def test_after_an_outage_a_meeting_that_has_begun_is_not_checked_any_more(house: Store) -> None:
    """Its people would have said so."""
    Floor(house).until(at(START + 1))
    with house.read() as tx:
        assert tx.room_checks.latest(["m-launch"]) == {}
