"""Tea by the clock: before the start, while guests are there, and for the rooms of a floor in one round."""

from dataclasses import replace

import pytest

from hub.domain.meetings import Room
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import TaskState, finish
from hub.domain.timers import Timer
from hub.domain.transfers import Leads
from hub.domain.watch_settings import RoomClass, Tea
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.pass_time import fire_next
from hub.usecases.serve_tea import BEFORE, ROUND, set_tea
from hub.usecases.timer_rules import timer_rules
from tests.hub.build import admission, at, check_in, furnish, invited, meeting
from tests.hub.usecases.pots import CALL, FULL, LOW, stand, weighed_hall
from tests.hub.usecases.watching import Day

RULES = timer_rules(TaskTimes(), Leads())


@pytest.fixture
def hall(store: Store) -> Day:
    """Give a hall with three pots that are known, the meeting under way."""
    return weighed_hall(store)


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
