"""The demo's technician, and how its rooms are checked at the end."""

from dataclasses import replace

import pytest

from hub.demo import rooms
from hub.demo.summary import Summary
from hub.domain.assets import Asset, AssetState
from hub.domain.field_devices import FieldDevice, Standing
from hub.domain.meetings import Room
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.room_wishes import RoomWish
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Outcome, Task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_from_room import ask_from_room
from tests.hub.build import at, furnished
from tests.hub.usecases.working import by

DEVICE = FieldDevice(
    id=rooms.AGENT,
    publisher=rooms.AGENT,
    identity=rooms.AGENT,
    name="hall",
    announced_at=at(0),
    standing=Standing.ADMITTED,
    room="hall",
)
STRANGER = replace(DEVICE, id="plug", publisher=rooms.STRANGER, standing=Standing.QUARANTINED, room=None)


@pytest.fixture
def house(sqlite_store: Store) -> Store:
    """Give a hall with a projector and a spare of it, an agent there, and a device that nobody trusts."""
    with furnished(sqlite_store).write() as tx:
        tx.meetings.save_room(Room(key="lounge", name=Words("休息室", "Lounge")))
        tx.room_devices.put(
            [RoomDevice(room="hall", key="projector", kind=DeviceKind.PROJECTOR, name=Words("投影仪", "Projector"))]
        )
        piece = Asset(label=rooms.OLD, kind=DeviceKind.PROJECTOR)
        tx.assets.put([replace(piece, state=AssetState.IN_USE, room="hall", thing="projector")])
        tx.assets.put([replace(piece, label=rooms.SPARE)])
        for one in (DEVICE, STRANGER):
            tx.field_devices.save(one)
    return sqlite_store


def broken(store: Store) -> Task:
    """Let the agent say that the projector is faulty."""
    with store.write() as tx:
        task = ask_from_room(tx, "hall", RoomWish.BROKEN, "projector", by("hub", at(10)), TaskTimes())
        tx.tasks.save(replace(task, facts=task.facts | {"cause": "fault"}))
    return task


def test_the_technician_names_devices_takes_faults_and_swaps(house: Store) -> None:
    """One thing after the other, each when it is due, and each told on the terminal."""
    assert rooms.work(house, at(5)) == ["小周 puts hall into the hall"]
    task = broken(house)
    said = [line for second in range(10, 30) for line in rooms.work(house, at(second))]
    assert [line.split(" ")[1] for line in said] == ["accepts", "swaps"]
    with house.read() as tx:
        found = tx.tasks.get(task.id)
        assert tx.assets.in_place("hall", "projector")
    assert found
    assert (found.accepted_by, found.facts["swap_new"]) == (rooms.TECHNICIAN, rooms.SPARE)


def test_what_is_well_again_is_finished_by_the_technician(house: Store) -> None:
    """A room whose Wi-Fi came back: somebody looked, and says so."""
    with house.write() as tx:
        task = ask_from_room(tx, "hall", RoomWish.BROKEN, "", by("hub", at(10)), TaskTimes())
        tx.tasks.save(replace(task, facts=task.facts | {"cause": "offline", "gone": "yes"}))
    said = [line for second in range(10, 30) for line in rooms.work(house, at(second))]
    assert "has seen that it is well again" in said[-1]


def test_a_thing_that_called_twice_or_not_at_all_does_not_add_up(house: Store) -> None:
    """And neither does a fault that ended in another way, or a stranger that was let in."""
    diary, good = rooms.RoomDiary(), Summary()
    task = broken(house)
    done = replace(
        task,
        facts=task.facts | {"cause": "fault", "swap_new": rooms.SPARE, "swap_old": rooms.OLD},
        outcome=Outcome.FINISHED,
        done_at=at(40),
    )
    away = replace(task, id="away", kind=TaskKind.DEVICE_FAULT, facts={"cause": "offline", "room": "lounge"})
    pot = replace(task, id="pot", kind=TaskKind.DRINK, facts={"cause": "too_low", "pots": "1"})
    diary.tasks = {one.id: one for one in (done, away, pot)}
    with house.read() as tx:
        rooms.check_rooms(good, tx, diary, {"readings": 7.0}, lasted_s=500)
        assert (good.problems, good.checked) == ([], 6)
        short = Summary()
        rooms.check_rooms(short, tx, rooms.RoomDiary(), {}, lasted_s=5)
        assert short.problems == []
        bad = Summary()
        diary.tasks = {"pot": pot, "pot2": replace(pot, id="pot2"), "away": away, "more": replace(away, id="more")}
        rooms.check_rooms(bad, tx, diary, {"lost": 2.0}, lasted_s=500)
    assert len(bad.problems) == 4
