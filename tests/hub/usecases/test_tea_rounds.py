"""Pots, buttons and clocks: tea is one open task for a room, at the right time (R106 to R109)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.field_devices import Quantity
from hub.domain.meetings import Room, SegmentKind
from hub.domain.room_wishes import RoomWish
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import TaskState, accept, finish
from hub.domain.tea_pots import LearnedPot
from hub.domain.timers import Timer
from hub.domain.transfers import Leads
from hub.domain.watch_settings import RoomClass, SensorSettings, Tea
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.pass_time import fire_next
from hub.usecases.serve_tea import BEFORE, ROUND, set_tea
from hub.usecases.timer_rules import timer_rules
from tests.hub.build import admission, at, check_in, furnish, invited, meeting
from tests.hub.usecases.watching import Day, node, point

CALL = "drink:room hall:tea"
POTS = [point(f"pot-{number}", "weight", Quantity.WEIGHT) for number in (1, 2, 3)]
BUTTON = point("pot-1", "button", Quantity.EVENT, component="event")
WARMTH = point("pot-1", "temperature", Quantity.TEMPERATURE)
FULL, LOW = 2300.0, 1200.0


@pytest.fixture
def hall(store: Store) -> Day:
    """Give a hall with three pots that are known, the meeting under way."""
    devices = [node(f"pot-{number}") for number in (1, 2, 3)]
    day = Day(store, devices, [*POTS, BUTTON, WARMTH])
    with store.write() as tx:
        tx.watch_settings.save_pots(LearnedPot(point=pot.id, empty=1100, full=2300) for pot in POTS)
    day.start()
    return day


def stand(day: Day, *kilograms: float, seconds: int = 20) -> None:
    """Let each pot stand at a weight, which its scale says each ten seconds."""
    for _ in range(seconds // 10):
        for pot, kg in zip(POTS, kilograms, strict=False):
            day.say(pot.id, kg)
        day.wait(10)


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


RULES = timer_rules(TaskTimes(), Leads())


def clock(day: Day) -> None:
    """Let what is due by now happen."""
    while fire_next(day.store, day.who, RULES):
        pass


def timed(store: Store, guests: int = 0) -> Day:
    """Return a hall without scales, its tea by the clock, and so many guests who have come."""
    day = Day(store, [], [])
    with store.write() as tx:
        furnish(tx, [invited(number) for number in range(1, guests + 1)])
        events = [check_in(number) for number in range(1, guests + 1)]
        tx.check_ins.add(events)
        tx.check_ins.admit([admission(event) for event in events])
        set_tea(tx, [meeting()], day.now)
    return day


def test_tea_stands_in_the_room_a_quarter_of_an_hour_before_the_start(store: Store) -> None:
    """Due when the meeting starts (R106); importing the same again changes nothing."""
    day = timed(store)
    day.jump(at(2699))
    clock(day)
    assert day.calls() == []
    day.jump(at(2700))
    clock(day)
    (task,) = day.tasks()
    assert (task.dedupe, task.due_at, task.facts["before"]) == (CALL, at(3600), "yes")
    with store.write() as tx:
        set_tea(tx, [meeting()], day.now)
        assert (tx.timers.of_rule(BEFORE), len(tx.timers.of_rule(ROUND))) == ([], 1)


def test_a_meeting_that_is_imported_while_it_runs_is_refilled_from_then_on(store: Store) -> None:
    """Once more, and the time stays as it is."""
    day = timed(store)
    with store.write() as tx:
        tx.timers.remove(BEFORE, [meeting().id])
        for seconds in (4000, 5000):
            set_tea(tx, [meeting()], at(seconds))
        assert [timer.due_at for timer in tx.timers.of_rule(ROUND)] == [at(4000 + 2700)]
        set_tea(tx, [replace(meeting(), id="over")], at(10_800))
        assert len(tx.timers.of_rule(ROUND)) == 1
    assert day.calls() == []


def test_where_no_pot_is_weighed_tea_is_refilled_by_the_clock_while_there_are_guests(store: Store) -> None:
    """A pot for each ten of them, 45 minutes after the start; held while somebody speaks (R108, R109)."""
    day = timed(store, guests=12)
    whole = meeting()
    speech = replace(whole.agenda[0], quiet=True, starts_at=at(6000), ends_at=at(6900))
    with store.write() as tx:
        tx.meetings.save(replace(whole, agenda=(speech,)))
    day.jump(at(2700))
    clock(day)
    day.save(finish(day.tasks()[0], "小李", day.now))
    day.jump(at(3600 + 2700))
    clock(day)
    assert day.calls() == []
    day.jump(at(6900))
    clock(day)
    (task,) = day.tasks()
    assert (task.dedupe, task.facts["pots"]) == (CALL, "2")
    day.jump(at(6900 + 2700))
    clock(day)
    assert len(day.tasks()) == 1
    day.jump(at(20_000))
    clock(day)
    with store.read() as tx:
        assert tx.timers.of_rule(ROUND) == []


def test_a_round_is_left_out_where_tea_was_brought_a_moment_ago(store: Store) -> None:
    """Somebody in the room had asked for it."""
    day = timed(store, guests=3)
    day.jump(at(2700))
    clock(day)
    day.jump(at(3600 + 2700 - 600))
    day.save(finish(day.tasks()[0], "小李", day.now))
    day.jump(at(3600 + 2700))
    clock(day)
    assert day.calls() == []
    day.jump(at(3600 + 2 * 2700))
    clock(day)
    assert day.calls() == [CALL]


def test_an_empty_room_a_weighed_one_and_one_without_tea_are_not_refilled_by_the_clock(store: Store) -> None:
    """Nobody drinks; the pots say it themselves; the house does not want it."""
    day = timed(store)
    day.jump(at(2700))
    clock(day)
    day.save(replace(day.tasks()[0], state=TaskState.CLOSED))
    day.jump(at(3600 + 2700))
    clock(day)
    assert day.calls() == []
    with store.write() as tx:
        tx.watch_settings.put_classes([RoomClass(key="c", tea=Tea(served=False))])
        tx.watch_settings.put_rooms({"hall": "c"})
        set_tea(tx, [meeting()], at(0))
        assert (tx.timers.of_rule(BEFORE), tx.timers.of_rule(ROUND)) == ([], [])


def test_where_pots_are_weighed_the_clock_brings_only_the_first(hall: Day) -> None:
    """Afterwards each pot calls for itself."""
    with hall.store.write() as tx:
        furnish(tx, [invited(1)])
        tx.check_ins.add([check_in(1)])
        tx.check_ins.admit([admission(check_in(1))])
        set_tea(tx, [meeting()], hall.now)
    hall.jump(at(2700))
    clock(hall)
    assert hall.calls() == [CALL]
    hall.save(finish(hall.tasks()[0], "小李", hall.now))
    hall.jump(at(3600 + 2700))
    clock(hall)
    assert hall.calls() == []


def floor_of_two(store: Store, pots: Day | None = None) -> Day:
    """Return a hall and a lounge on one floor, guests in both; the lounge is refilled 8 minutes after 6300 s."""
    day = pots or Day(store, [], [])
    lounge = meeting("talk", room="lounge", starts_at=at(4080), agenda=())
    with store.write() as tx:
        furnish(tx, [invited(1)])
        tx.meetings.save_room(Room(key="lounge", name=Words("茶室", "Lounge"), floor="1"))
        tx.meetings.save(lounge)
        tx.guests.add(invited(2).guest, invited(2, lounge.id).invitation)
        events = [check_in(1), check_in(2, meeting=lounge.id)]
        tx.check_ins.add(events)
        tx.check_ins.admit([admission(event) for event in events])
        tx.timers.put([Timer(rule=ROUND, subject=lounge.id, due_at=at(4080 + 2700))])
    return day


LOUNGE = "drink:room lounge:tea"


def test_the_clock_brings_tea_to_a_floor_in_one_round(store: Store) -> None:
    """The lounge's goes along 8 minutes early, and its next one counts from then: nobody walks twice."""
    day = floor_of_two(store)
    with store.write() as tx:
        tx.timers.put([Timer(rule=ROUND, subject="m-launch", due_at=at(6300))])
    day.jump(at(6299))
    clock(day)
    assert day.calls() == []
    day.jump(at(6300))
    clock(day)
    assert day.calls() == [CALL, LOUNGE]
    with store.read() as tx:
        assert {timer.due_at for timer in tx.timers.of_rule(ROUND)} == {at(6300 + 2700)}


def test_a_room_in_which_somebody_speaks_stays_out_of_the_round(store: Store) -> None:
    """Its refill keeps its own time (R109)."""
    day = floor_of_two(store)
    with store.write() as tx:
        (lounge,) = (one for one in tx.meetings.all() if one.room == "lounge")
        speech = replace(meeting().agenda[0], quiet=True, starts_at=at(6000), ends_at=at(6400))
        tx.meetings.save(replace(lounge, agenda=(speech,)))
        tx.timers.put([Timer(rule=ROUND, subject="m-launch", due_at=at(6300))])
    day.jump(at(6300))
    clock(day)
    assert day.calls() == [CALL]
    day.jump(at(4080 + 2700))
    clock(day)
    assert day.calls() == [CALL, LOUNGE]


def test_a_pot_that_runs_low_takes_the_timed_rooms_of_its_floor_along(hall: Day) -> None:
    """Whoever goes for the pot goes for both."""
    floor_of_two(hall.store, hall)
    hall.jump(at(6200))
    stand(hall, FULL)
    stand(hall, LOW, seconds=90)
    clock(hall)
    assert hall.calls() == [CALL, LOUNGE]
