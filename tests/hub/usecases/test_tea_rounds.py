"""Pots and buttons: tea is one open task for a room, at the right time (R106 to R109)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.field_devices import Quantity
from hub.domain.meetings import SegmentKind
from hub.domain.room_wishes import RoomWish
from hub.domain.tasks import accept, finish
from hub.domain.watch_settings import RoomClass, SensorSettings, Tea
from hub.ports import Store
from tests.hub.build import at, meeting
from tests.hub.usecases.pots import BUTTON, CALL, FULL, LOW, POTS, WARMTH, stand, weighed_hall
from tests.hub.usecases.watching import Day, node, point


@pytest.fixture
def hall(store: Store) -> Day:
    """Give a hall with three pots that are known, the meeting under way."""
    return weighed_hall(store)


def test_a_pot_that_is_low_for_a_minute_calls_and_a_full_one_ends_it(hall: Day) -> None:
    """A lifted pot changes nothing in between: somebody pours the rest, or refills it."""
    stand(hall, FULL)
    stand(hall, LOW, seconds=60)
    assert hall.open() == []
    stand(hall, LOW, seconds=30)
    assert (hall.open(), hall.calls()) == (["too_low:point:pot-1.weight"], [CALL])
    stand(hall, 0.0, seconds=60)
    assert hall.calls() == [CALL]
    stand(hall, FULL)
    assert (hall.open(), hall.calls()) == ([], [])


def test_a_house_says_how_long_a_pot_is_low_before_it_calls(hall: Day) -> None:
    """Its class of rooms does; another class waits as long as before."""
    with hall.store.write() as tx:
        tx.watch_settings.put_classes([RoomClass(key="c", tea=Tea(low_for=timedelta(seconds=10)))])
        tx.watch_settings.put_rooms({"hall": "c"})
    hall.load()
    stand(hall, FULL)
    stand(hall, LOW, seconds=30)
    assert hall.calls() == [CALL]


def test_several_pots_of_a_room_are_one_round(hall: Day) -> None:
    """Its count grows and falls with them; nobody is called twice (S8)."""
    stand(hall, LOW, FULL, FULL, seconds=90)
    (one,) = hall.tasks()
    assert one.facts["pots"] == "1"
    stand(hall, LOW, LOW, LOW, seconds=90)
    (three,) = hall.tasks()
    assert (three.id, three.facts["pots"]) == (one.id, "3")
    stand(hall, FULL, LOW, LOW, seconds=30)
    assert hall.tasks()[0].facts["pots"] == "2"


def test_a_low_pot_and_the_panel_share_the_task_and_a_button_calls_at_once(hall: Day) -> None:
    """Also when all three come in a moment."""
    hall.say(BUTTON.id, "press")
    hall.tick()
    (asked,) = hall.tasks()
    assert (asked.dedupe, asked.facts["note"]) == (CALL, "tea")
    stand(hall, LOW, seconds=90)
    (same,) = hall.tasks()
    assert (same.id, same.facts["pots"]) == (asked.id, "1")


def test_a_press_counts_once_and_only_while_it_is_fresh(hall: Day) -> None:
    """The broker repeats, and a link that was away brings what nobody wants any more (retained events are none)."""
    hall.say(BUTTON.id, "press", at=at(-121))
    hall.tick()
    assert hall.calls() == []
    pressed = hall.now
    hall.say(BUTTON.id, "press")
    hall.tick()
    hall.save(finish(hall.tasks()[0], "小李", hall.now))
    hall.jump(at(30))
    hall.say(BUTTON.id, "press", at=pressed)
    hall.restored(BUTTON.id, "press")
    hall.tick()
    assert hall.calls() == []
    hall.say(BUTTON.id, "press")
    hall.tick()
    assert hall.calls() == [CALL]


def test_a_button_asks_for_what_the_house_says(hall: Day) -> None:
    """A button on a wall may call for help."""
    with hall.store.write() as tx:
        tx.watch_settings.put_sensors("hall", [SensorSettings(device="pot-1", room="hall", button=RoomWish.HELP)])
    hall.load()
    hall.say(BUTTON.id, "press")
    hall.tick()
    assert hall.calls() == ["help:room hall:help"]


NAMES = [
    ("event", "tea-1a2b3c4d", "Button", True),
    ("device_automation", "button_short_press-1a2b", "Tea please", True),
    ("event", "x", "茶水呼叫", True),
    ("event", "service-button-1a2b3c4d", "Service button", True),
    ("event", "team", "Team call", False),
    ("tag", "tea", "Tea", False),
]


@pytest.mark.parametrize(("component", "key", "name", "tea"), NAMES)
def test_a_button_without_a_pot_is_known_by_its_name(
    store: Store, component: str, key: str, name: str, *, tea: bool
) -> None:
    """What is not named tea asks for nothing; a badge is no button."""
    button = point("b", key, Quantity.EVENT, component=component, name=name)
    day = Day(store, [node("b")], [button])
    day.say(button.id, "press")
    day.tick()
    assert day.calls() == ([CALL] if tea else [])


def test_what_an_empty_pot_weighs_is_said_in_kilograms_and_known_from_the_first_day(store: Store) -> None:
    """Whatever unit its scale has."""
    day = Day(store, [node("pot-1")], POTS[:1])
    with store.write() as tx:
        tx.watch_settings.put_sensors("hall", [SensorSettings(device="pot-1", room="hall", empty_kg=1.5)])
    day.start()
    stand(day, 2300)
    stand(day, 1700, seconds=90)
    assert day.open() == []
    stand(day, 1640, seconds=90)
    assert day.open() == ["too_low:point:pot-1.weight"]


def test_nobody_walks_through_a_speech_with_tea_unless_somebody_asked(hall: Day) -> None:
    """The pot is seen to be low, and the task comes with the end of the quiet part (R109)."""
    whole = meeting()
    talk = replace(whole.agenda[0], quiet=True, starts_at=at(0), ends_at=at(600))
    signing = replace(talk, kind=SegmentKind.SIGNING, quiet=False, starts_at=at(600), ends_at=at(900))
    with hall.store.write() as tx:
        tx.meetings.save(replace(whole, agenda=(talk, signing)))
    stand(hall, LOW, seconds=120)
    assert (hall.open(), hall.calls()) == (["too_low:point:pot-1.weight"], [])
    hall.say(BUTTON.id, "press")
    hall.tick()
    assert hall.calls() == [CALL]
    hall.save(accept(hall.tasks()[0], "小李", hall.now))
    hall.save(finish(hall.tasks()[0], "小李", hall.now))
    hall.jump(at(890))
    hall.wait(5)
    assert hall.calls() == []
    hall.wait(16)
    assert hall.calls() == [CALL]


def test_tea_that_has_gone_cold_is_changed_and_an_absent_pot_is_not_cold(hall: Day) -> None:
    """茶水應溫度適宜 (R107): the same round, with the temperature."""
    hall.say(WARMTH.id, 22.0)
    hall.wait(30)
    assert hall.open() == []
    stand(hall, FULL)
    hall.say(WARMTH.id, 48.0)
    hall.wait(20)
    (task,) = hall.tasks()
    assert (task.dedupe, task.facts["value"], task.facts["measure"]) == (CALL, "48", "tea_temperature")


def test_a_node_that_weighs_a_pot_and_feels_the_air_tells_the_rooms_temperature(store: Store) -> None:
    """One box does both, as our own room node; only what is named after the tea is the tea's."""
    room, tea = (replace(WARMTH, id=f"pot-1.{key}", key=key) for key in ("temperature", "tea_temperature"))
    air = point("pot-1", "humidity", Quantity.HUMIDITY)
    day = Day(store, [node("pot-1")], [POTS[0], room, tea, air])
    stand(day, FULL)
    day.say(room.id, 23.0)
    day.say(tea.id, 48.0)
    day.wait(20)
    assert day.open() == ["too_low:point:pot-1.tea_temperature"]
    day.say(room.id, 29.0)
    day.wait(20)
    assert "room_climate:room hall:temperature" in day.calls()


def test_what_was_learned_of_a_pot_survives_a_restart(hall: Day) -> None:
    """It moves a little with each refill, and is written when that is worth it."""
    for _ in range(3):
        stand(hall, 2500)
        stand(hall, 1000, seconds=30)
        stand(hall, 0.0)
    stand(hall, 2500)
    with hall.store.read() as tx:
        kept = tx.watch_settings.pots()[POTS[0].id]
    assert kept.full == pytest.approx(2500, abs=60)
    assert kept.empty == pytest.approx(1000, abs=60)
    hall.start()
    stand(hall, 1300, seconds=30)
    assert hall.open() == []
    stand(hall, 1200, seconds=90)
    assert hall.open() == ["too_low:point:pot-1.weight"]


def test_what_is_no_pot_is_left_alone(hall: Day) -> None:
    """The house says so of a scale for luggage."""
    with hall.store.write() as tx:
        tx.watch_settings.put_sensors("hall", [SensorSettings(device="pot-1", room="hall", pot=False)])
    hall.start()
    stand(hall, LOW, seconds=120)
    assert hall.open() == []
