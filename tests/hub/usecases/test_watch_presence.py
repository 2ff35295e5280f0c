"""Who is there and who is away, through the whole watch: one alarm for one cause (T3, T4, S10)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.device_ports import DeviceRecord
from hub.domain.field_devices import Quantity
from hub.ports import Store
from tests.hub.build import at
from tests.hub.usecases.watching import Day, alarm, battery, node, point

AIR = point("air", "temperature", Quantity.TEMPERATURE)
PROJECTOR = node("pj", thing="projector")
LAMP = alarm("pj", "lamp", "problem")
FAULT_CALL = "device_fault:room hall:projector:broken"


@pytest.fixture
def hall(store: Store) -> Day:
    """Give a hall with one sensor of the air and a projector."""
    return Day(store, [node("air"), PROJECTOR], [AIR, LAMP])


def test_a_device_on_mains_whose_will_came_is_offline_within_half_a_minute(hall: Day) -> None:
    """And a blink is nothing; its fault is that of what it serves in the room."""
    hall.told("pj", available=False)
    hall.wait(10)
    hall.told("pj", available=True)
    hall.wait(60)
    assert hall.open() == []
    hall.told("pj", available=False)
    hall.wait(20)
    assert (hall.open(), hall.calls()) == (["offline:device:pj"], [FAULT_CALL])


def test_a_sensor_on_a_battery_is_missed_after_three_of_its_own_reports(store: Store) -> None:
    """Here each two minutes; somebody looks when there is time."""
    day = Day(store, [battery("tag")], [replace(AIR, id="tag.t", device="tag")])
    for _ in range(4):
        day.say("tag.t", 22.0)
        day.jump(day.now + timedelta(minutes=2))
    day.jump(day.now + timedelta(minutes=3, seconds=50))
    day.wait(5)
    assert day.open() == []
    day.wait(10)
    assert (day.open(), day.calls()) == (["offline:device:tag"], ["device_check:device tag"])
    assert day.conditions()[0].detail == "silent"
    day.say("tag.t", 22.0)
    day.wait(1)
    assert (day.open(), day.calls()) == ([], [])


def test_a_room_whose_wi_fi_drops_is_one_alarm_and_not_twenty(store: Store) -> None:
    """Their wills come one after the other; then all of them are back (S10)."""
    names = [f"n-{number:02}" for number in range(20)]
    day = Day(store, [node(name) for name in names], [])
    raised = set()
    for name in names:
        day.told(name, available=False)
        day.wait(1)
        raised |= {task.id for task in day.tasks()}
    for _ in range(40):
        day.wait(1)
        raised |= {task.id for task in day.tasks()}
    assert day.open() == [*(f"(offline:device:{name})" for name in names), "offline:room:hall"]
    assert day.calls() == ["device_fault:room hall"]
    assert len(raised) == 1
    day.told(*names[1:], available=True)
    day.wait(61)
    assert (day.open(), day.calls()) == (["offline:device:n-00"], ["device_fault:device n-00"])


def test_two_devices_that_go_are_two_faults(store: Store) -> None:
    """Too few to blame the room for it; so are many that go one after the other for an hour."""
    names = [f"n-{number}" for number in range(4)]
    day = Day(store, [node(name) for name in names], [])
    day.told("n-0", "n-1", available=False)
    day.wait(40)
    day.told("n-2", available=False)
    day.wait(40)
    assert day.open() == ["offline:device:n-0", "offline:device:n-1", "offline:device:n-2"]


def test_devices_that_are_expected_to_be_off_do_not_make_a_room_offline(store: Store) -> None:
    """Two are in maintenance; the third is a fault of its own."""
    excused = [node(name, excused_until=at(3600)) for name in ("n-0", "n-1")]
    day = Day(store, [*excused, node("n-2")], [])
    day.told("n-0", "n-1", "n-2", available=False)
    day.wait(30)
    assert day.open() == [f"offline:device:n-{number}" for number in range(3)]
    assert day.calls() == ["device_fault:device n-2"]


def test_a_bridge_that_is_away_explains_all_that_speaks_through_it(store: Store) -> None:
    """In whatever rooms."""
    behind = [node("b-1", via="bridge", publisher="z"), node("b-2", "annex", via="bridge", publisher="z")]
    day = Day(store, [node("bridge", None, publisher="z"), *behind], [])
    day.told("b-1", "b-2", "bridge", available=False)
    day.wait(25)
    assert [key for key in day.open() if not key.startswith("(")] == ["offline:station:z"]
    assert len(day.calls()) == 1


def test_our_own_kiosk_that_is_away_is_a_fault_and_explains_the_devices_it_speaks_for(store: Store) -> None:
    """Its will tells; one that was stopped on purpose is none, nor one that was put away days ago."""
    day = Day(store, [node("pi-relay", publisher="pi-hall"), node("pi-air", publisher="pi-hall")], [])
    with store.write() as tx:
        for name, status, since in (("pi-hall", "online", 0), ("kiosk-1", "stopping", 0), ("old", "offline", -200_000)):
            tx.devices.save(DeviceRecord(id=name, status=status, status_at=at(since)))
    day.wait(60)
    assert day.open() == []
    with store.write() as tx:
        tx.devices.save(DeviceRecord(id="pi-hall", status="offline", status_at=day.now))
    day.told("pi-relay", "pi-air", available=False)
    day.wait(25)
    assert day.open() == ["(offline:device:pi-air)", "(offline:device:pi-relay)", "offline:station:pi-hall"]
    assert day.calls() == ["device_fault:station pi-hall"]
    day.jump(day.now + timedelta(days=1))
    day.wait(61)
    assert "offline:station:pi-hall" not in day.open()


def test_an_agent_that_goes_with_all_that_is_in_its_room_is_one_alarm(store: Store) -> None:
    """The room is named, not the agent: its power is gone."""
    names = [f"pi-{number}" for number in range(4)]
    day = Day(store, [node(name, publisher="pi-hall") for name in names], [])
    with store.write() as tx:
        tx.devices.save(DeviceRecord(id="pi-hall", status="online", status_at=at(0)))
    day.wait(1)
    with store.write() as tx:
        tx.devices.save(DeviceRecord(id="pi-hall", status="offline", status_at=day.now))
    day.told(*names, available=False)
    day.wait(30)
    assert [key for key in day.open() if not key.startswith("(")] == ["offline:room:hall"]
    assert day.calls() == ["device_fault:room hall"]


def test_a_device_that_comes_and_goes_is_one_condition_that_ends_when_it_is_steady(hall: Day) -> None:
    """Six changes in ten minutes (T4)."""
    raised = set()
    for _ in range(4):
        hall.told("pj", available=False)
        hall.wait(40)
        hall.told("pj", available=True)
        hall.wait(30)
        raised |= {task.id for task in hall.tasks()}
    assert "flapping:device:pj" in hall.open()
    assert (hall.calls(), len(raised)) == ([FAULT_CALL], 1)
    hall.wait(565)
    assert hall.open() == ["flapping:device:pj"]
    hall.wait(10)
    assert (hall.open(), hall.calls()) == ([], [])


def test_a_hub_that_was_away_for_an_hour_is_not_alarmed_by_what_is_right_again(store: Store) -> None:
    """Nor by the silence that was its own."""
    day = Day(store, [battery("tag"), PROJECTOR], [replace(AIR, id="tag.t", device="tag"), replace(LAMP, expires_s=60)])
    day.say("tag.t", 22.0)
    day.say(LAMP.id, "off")
    day.wait(5)
    day.change(replace(PROJECTOR, available=False))
    day.jump(at(3600))
    day.start()
    day.told("pj", available=True)
    day.restored(LAMP.id, "off")
    day.wait(55)
    day.say("tag.t", 22.0)
    day.say(LAMP.id, "off")
    day.wait(30)
    assert (day.open(), day.calls()) == ([], [])


def test_while_the_broker_is_away_nobody_is_blamed_for_silence(store: Store) -> None:
    """And afterwards everybody has their full time again."""
    day = Day(store, [node("air"), PROJECTOR], [replace(AIR, expires_s=60.0)])
    day.say(AIR.id, 22.0)
    day.told("pj", available=False)
    day.wait(10)
    day.watch.linked(up=False, now=day.now)
    day.wait(600)
    assert day.open() == []
    day.watch.linked(up=True, now=day.now)
    day.wait(20)
    assert day.open() == []
    day.wait(1)
    assert day.open() == ["offline:device:pj"]
    day.told("pj", available=True)
    day.wait(38)
    day.say(AIR.id, 22.0)
    day.wait(30)
    assert (day.open(), day.calls()) == ([], [])


def test_a_device_that_is_still_away_after_a_restart_is_offline_and_one_that_came_back_is_not(hall: Day) -> None:
    """By what is stored of it, if nobody says anything new."""
    hall.change(replace(PROJECTOR, available=False))
    hall.start()
    hall.wait(21)
    assert hall.open() == ["offline:device:pj"]
    hall.change(PROJECTOR)
    hall.start()
    hall.wait(61)
    assert hall.open() == []
