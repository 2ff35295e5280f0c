"""What hangs on a plug: learned, kept, and a fault where guests need it and it draws nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.domain.field_devices import Point, Quantity
from hub.domain.plug_power import PlugState
from hub.domain.readings import Quality
from hub.domain.watch_settings import SensorSettings
from hub.ports import Store
from tests.hub.usecases.watching import Day, node, point

POWER = point("plug", "power", Quantity.POWER, unit="W")
OWN = point("plug", "own", Quantity.POWER, unit="W", config={"entity_category": "diagnostic"})
FAULT = "fault:point:plug.power"
CALL = ["device_fault:room hall:projector:broken"]


@pytest.fixture
def hall(store: Store) -> Day:
    """Return a hall whose projector hangs on a plug, and is needed whenever guests are there."""
    return house(store, needed=True)


def house(store: Store, *, needed: bool) -> Day:
    """Return a hall whose projector hangs on a plug."""
    day = Day(store, [node("plug", thing="projector"), node("roof", None)], [POWER, OWN, of_the_roof()])
    with store.write() as tx:
        tx.watch_settings.put_sensors("hall", [SensorSettings(device="plug", room="hall", needed=needed)])
    day.load()
    return day


def of_the_roof() -> Point:
    """Return a meter that is in no room."""
    return point("roof", "power", Quantity.POWER, unit="W")


def draws(day: Day, watts: float, seconds: float, every_s: int = 10) -> None:
    """Let the plug say each ten seconds what it draws."""
    for _ in range(0, round(seconds), every_s):
        day.say(POWER.id, watts)
        day.wait(every_s)


def states(day: Day) -> dict[str, PlugState]:
    """Return what stands in the store."""
    with day.store.read() as tx:
        return {name: plug.state for name, plug in tx.watch_settings.plugs().items()}


def test_a_needed_thing_that_draws_nothing_while_guests_are_there_is_one_fault_until_it_draws_again(hall: Day) -> None:
    """After two minutes; the task names the projector, for the technician does not look for a plug."""
    draws(hall, 280, 60)
    assert (hall.open(), states(hall)) == ([], {POWER.id: PlugState.ON})
    draws(hall, 0.3, 110)
    assert (hall.open(), states(hall)) == ([], {POWER.id: PlugState.OFF})
    draws(hall, 0.3, 30)
    assert (hall.open(), states(hall)) == ([FAULT], {POWER.id: PlugState.DEAD})
    assert hall.calls() == CALL
    facts = hall.tasks()[0].facts
    assert (facts["thing_en"], facts["detail"], facts["value"], facts["unit"]) == ("Projector", "dead", "0.3", "W")
    draws(hall, 4, 10)
    assert (hall.open(), hall.calls(), states(hall)) == ([], [], {POWER.id: PlugState.STANDBY})


def test_nothing_is_dead_that_nobody_needs(store: Store) -> None:
    """Many a meeting needs no projector: only the house knows which things are always on."""
    day = house(store, needed=False)
    draws(day, 0.3, 300)
    assert (day.open(), states(day)) == ([], {POWER.id: PlugState.OFF})


def test_what_is_off_before_the_guests_come_and_after_they_left_is_off(hall: Day) -> None:
    """A cancelled launch leaves a hall that is dark for good reason."""
    with hall.store.write() as tx:
        (launch,) = tx.meetings.all()
        tx.meetings.save(replace(launch, cancelled=True))
    hall.load()
    draws(hall, 0.0, 300)
    assert (hall.open(), states(hall)) == ([], {POWER.id: PlugState.OFF})


def test_the_time_before_the_doors_opened_does_not_count(store: Store) -> None:
    """Two minutes from when it was needed."""
    day = house(store, needed=True)
    day.jump(day.now - timedelta(minutes=10))
    draws(day, 0.0, 600)
    assert day.open() == []
    draws(day, 0.0, 110)
    assert day.open() == []
    draws(day, 0.0, 40)
    assert day.open() == [FAULT]


def test_a_restart_neither_ends_the_fault_nor_forgets_what_was_learned(hall: Day) -> None:
    """Its task is the same one afterwards."""
    draws(hall, 25, 3600)
    draws(hall, 90, 1200)
    draws(hall, 0.0, 150)
    (before,) = hall.tasks()
    hall.start()
    hall.settle()  # before anybody looked at which rooms are in use
    assert (hall.open(), [task.id for task in hall.tasks()]) == ([FAULT], [before.id])
    draws(hall, 30, 30)
    assert states(hall) == {POWER.id: PlugState.STANDBY}, "it has learned that this amplifier idles at 25 W"
    assert (hall.open(), hall.tasks()) == ([], [])


def test_a_plug_that_is_away_is_the_fault_not_the_thing_behind_it(hall: Day) -> None:
    """One task, and its cause is that nobody can know."""
    draws(hall, 0.0, 60)
    hall.told("plug", available=False)
    hall.wait(300)
    assert hall.open() == [f"({FAULT})", "offline:device:plug"]
    assert hall.calls() == CALL


def test_what_the_broker_had_kept_says_nothing_of_now(hall: Day) -> None:
    """It may be from last week."""
    hall.restored(POWER.id, 0.0)
    hall.wait(300)
    assert (hall.open(), states(hall)) == ([], {})


def test_only_what_things_in_rooms_draw_is_looked_at(hall: Day) -> None:
    """Neither what the plug itself needs nor the meter on the roof."""
    for one in (OWN.id, "roof.power"):
        hall.say(one, 50.0, quality=Quality.LIVE)
    hall.wait(30)
    assert states(hall) == {}


def test_little_is_written_while_nothing_changes(hall: Day) -> None:
    """What was learned goes to the disk each ten minutes at most."""
    draws(hall, 280, 60)
    first = written_at(hall)
    draws(hall, 281, 300)
    assert written_at(hall) == first
    draws(hall, 281, 400)
    assert written_at(hall) > first


def written_at(day: Day) -> datetime:
    """Return up to when the plug is known in the store."""
    with day.store.read() as tx:
        found = tx.watch_settings.plugs()[POWER.id].memory.at
    assert found is not None
    return found
