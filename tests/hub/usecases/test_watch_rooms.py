"""The watch over the rooms: one condition for each thing that is wrong, one task for what it takes."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.field_devices import Quantity, Standing
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Outcome, TaskState, accept, finish
from hub.ports import Store
from hub.usecases.call_staff import FAULT_LATE
from tests.hub.build import at, meeting
from tests.hub.usecases.watching import Day, alarm, battery, node, point

AIR = point("air", "temperature", Quantity.TEMPERATURE)
TOO_HOT, TOO_HOT_CALL = "too_high:point:air.temperature", "room_climate:room hall:temperature"
PROJECTOR = node("pj", thing="projector")
LAMP = alarm("pj", "lamp", "problem")
FAULT_CALL = "device_fault:room hall:projector:broken"


@pytest.fixture
def hall(store: Store) -> Day:
    """Give a hall with one sensor of the air and a projector."""
    return Day(store, [node("air"), PROJECTOR], [AIR, LAMP])


def test_a_room_that_gets_too_warm_is_one_condition_and_one_task_until_it_is_right_again(hall: Day) -> None:
    """After its on-delay, with value and limit; at 26 °C it is not right yet, half a degree lower it is (R82)."""
    for degrees in (25.9, 26.4):
        hall.say(AIR.id, degrees)
        hall.wait(10)
    assert hall.open() == []
    hall.wait(10)
    (warm,), (task,) = hall.conditions(), hall.tasks()
    assert (warm.key, warm.value, warm.limit, warm.since, warm.opened_at) == (TOO_HOT, 26.4, 26.0, at(10), at(30))
    assert (task.dedupe, task.id) == (TOO_HOT_CALL, warm.task)
    assert task.facts | {"value": "26.4", "limit": "26", "unit": "°C", "room": "hall"} == task.facts
    hall.say(AIR.id, 25.8)
    hall.wait(90)
    assert hall.open() == [TOO_HOT]
    hall.say(AIR.id, 25.4)
    hall.wait(59)
    assert hall.open() == [TOO_HOT]
    hall.wait(1)
    assert (hall.open(), hall.calls()) == ([], [])
    with hall.store.read() as tx:
        closed = tx.tasks.get(task.id)
    assert closed is not None
    assert (closed.state, closed.outcome) == (TaskState.CLOSED, Outcome.CLEARED)


def test_nobody_is_called_about_the_air_of_an_empty_room_until_guests_are_expected(store: Store) -> None:
    """It is shown all the same; half an hour before the doors it becomes a task."""
    day = Day(store, [node("air", room="annex")], [AIR])
    with store.write() as tx:
        talk = meeting("talk", room="annex", doors_at=at(3600), starts_at=at(4000), ends_at=at(5000), agenda=())
        tx.meetings.save(talk)
    day.say(AIR.id, 15.0)
    day.wait(30)
    assert (day.open(), day.calls()) == (["too_low:point:air.temperature"], [])
    day.jump(at(1810))
    day.wait(1)
    assert day.calls() == ["room_climate:room annex:temperature"]
    day.jump(at(5000))
    day.wait(1)
    assert day.calls() == []


def test_who_works_on_a_task_is_told_that_its_cause_is_gone_and_keeps_it(hall: Day) -> None:
    """The hub closes nobody's work; when it goes wrong again the word is taken back."""
    hall.say(AIR.id, 30.0)
    hall.wait(20)
    (task,) = hall.tasks()
    hall.save(accept(task, "小李", hall.now))
    hall.say(AIR.id, 22.0)
    hall.wait(61)
    (mine,) = hall.tasks()
    assert (hall.open(), mine.state, mine.facts["gone"]) == ([], TaskState.ACCEPTED, "yes")
    hall.say(AIR.id, 30.0)
    hall.wait(21)
    (mine,) = hall.tasks()
    assert ("gone" in mine.facts, mine.id) == (False, task.id)


def test_a_task_that_is_finished_while_its_cause_is_still_there_comes_again_later(hall: Day) -> None:
    """Not at once, which would be a quarrel, and not never (I5)."""
    hall.say(AIR.id, 30.0)
    hall.wait(20)
    (task,) = hall.tasks()
    hall.save(finish(task, "小李", hall.now))
    hall.wait(60)
    assert hall.calls() == []
    hall.jump(hall.now + timedelta(minutes=15))
    hall.wait(1)
    (again,) = hall.tasks()
    assert (again.dedupe, again.id == task.id) == (TOO_HOT_CALL, False)


def test_a_fault_is_the_task_that_the_panel_opens_and_is_due_at_once_only_during_a_meeting(store: Store) -> None:
    """R118; before the doors it waits half an hour, and becomes urgent when the meeting begins."""
    day = Day(store, [PROJECTOR], [LAMP])
    day.jump(at(-1200))
    day.start()
    day.say(LAMP.id, "on")
    day.wait(20)
    (task,) = day.tasks()
    assert (task.kind, task.dedupe, task.facts["thing_zh"]) == (TaskKind.DEVICE_FAULT, FAULT_CALL, "投影仪")
    assert (task.due_at - task.created_at, task.facts["calm"]) == (timedelta(minutes=30), "yes")
    day.jump(at(0))
    day.wait(11)
    (pressed,) = day.tasks()
    assert (pressed.id, "calm" in pressed.facts) == (task.id, False)
    assert pressed.due_at - day.now <= timedelta(minutes=5)
    with store.read() as tx:
        (late,) = tx.timers.of_rule(FAULT_LATE)
    assert late.due_at == pressed.due_at, "the supervisor is called after five minutes, not after thirty"
    day.say(LAMP.id, "off")
    day.wait(61)
    assert (day.open(), day.calls()) == ([], [])


def test_a_fault_during_a_meeting_is_due_in_five_minutes(hall: Day) -> None:
    """R118, and its word is the point's own."""
    hall.wait(1)
    hall.say(LAMP.id, "on")
    hall.wait(20)
    (task,) = hall.tasks()
    assert task.due_at - task.created_at == timedelta(minutes=5)
    assert (task.facts["detail"], task.meeting) == ("lamp", "m-launch")


def test_what_does_not_run_is_a_fault_only_while_guests_are_expected(store: Store) -> None:
    """A projector that is off at night is none; one that is cut off from its control is, and can wait."""
    fan, wire = alarm("pj", "fan", "running"), alarm("pj", "wire", "connectivity")
    day = Day(store, [replace(PROJECTOR, room="annex")], [fan, wire])
    day.say(fan.id, "off")
    day.wait(21)
    assert (day.open(), day.calls()) == (["fault:point:pj.fan"], [])
    day.say(wire.id, "off")
    day.wait(21)
    (task,) = day.tasks()
    assert (task.facts["detail"], task.facts["calm"]) == ("wire", "yes")
    assert {one.detail for one in day.conditions()} == {"fan", "wire"}


def test_a_battery_that_runs_down_is_looked_after_in_time(store: Store) -> None:
    """Below 15 %; with a new one the task is gone."""
    low = point("tag", "battery", Quantity.BATTERY)
    day = Day(store, [battery("tag")], [low])
    day.say(low.id, 14.0)
    day.wait(21)
    assert (day.open(), day.calls()) == (["too_low:point:tag.battery"], ["device_check:device tag"])
    assert day.tasks()[0].kind is TaskKind.DEVICE_CHECK
    day.save(finish(day.tasks()[0], "小李", day.now))
    day.jump(day.now + timedelta(minutes=119))
    day.wait(1)
    assert day.calls() == []  # it may be changed already: it speaks seldom
    day.say(low.id, 100.0)
    day.wait(61)
    assert (day.open(), day.calls()) == ([], [])


def test_a_value_that_expires_is_old_and_what_its_device_hides_is_not_said_twice(store: Store) -> None:
    """A point names its own span; an absent device explains it."""
    expiring = replace(AIR, expires_s=60.0)
    day = Day(store, [node("air")], [expiring])
    day.say(AIR.id, 22.0)
    day.wait(60)
    assert day.open() == []
    day.wait(1)
    assert (day.open(), day.calls()) == (["stale:point:air.temperature"], ["device_check:device air"])
    day.told("air", available=False)
    day.wait(20)
    assert day.open() == ["(stale:point:air.temperature)", "offline:device:air"]
    assert day.calls() == ["device_fault:device air"]


def test_a_device_that_is_expected_to_be_off_calls_nobody_until_that_is_over(hall: Day) -> None:
    """What happens meanwhile is noted; what is still wrong then becomes a task by itself (T6, T10)."""
    hall.change(replace(PROJECTOR, excused_until=at(600), excuse="lamp is changed"))
    hall.told("pj", available=False)
    hall.wait(60)
    assert (hall.open(), hall.calls()) == (["offline:device:pj"], [])
    hall.jump(at(599))
    hall.wait(2)
    assert (hall.open(), hall.calls()) == (["offline:device:pj"], [FAULT_CALL])


def test_a_device_that_is_excused_while_its_task_is_open_lets_it_go(hall: Day) -> None:
    """The technician knows."""
    hall.told("pj", available=False)
    hall.wait(30)
    hall.change(replace(PROJECTOR, available=False, excused_until=at(900)))
    hall.wait(1)
    assert (hall.open(), hall.calls()) == (["offline:device:pj"], [])


def test_a_restart_forgets_nothing_that_is_open_and_raises_nothing_twice(hall: Day) -> None:
    """What was waiting for its delay begins anew, once."""
    hall.say(AIR.id, 30.0)
    hall.told("pj", available=False)
    hall.wait(20)
    before = hall.conditions(), hall.tasks()
    hall.change(replace(PROJECTOR, available=False))
    hall.start()
    hall.wait(120)
    assert (hall.conditions(), hall.tasks()) == before
    hall.told("pj", available=True)
    hall.say(AIR.id, 22.0)
    hall.wait(60)
    assert (hall.open(), hall.calls()) == ([], [])


def test_what_is_withdrawn_or_refused_is_not_wrong_any_more(hall: Day) -> None:
    """Its condition is closed, and its task."""
    hall.told("pj", available=False)
    hall.wait(20)
    hall.change(replace(PROJECTOR, standing=Standing.GONE))
    hall.wait(1)
    assert (hall.open(), hall.calls()) == ([], [])


def test_what_waits_in_quarantine_calls_nobody(store: Store) -> None:
    """A technician has not admitted it."""
    day = Day(store, [replace(PROJECTOR, standing=Standing.QUARANTINED)], [LAMP])
    day.say(LAMP.id, "on")
    day.told("pj", available=False)
    day.wait(60)
    assert day.open() == []


def test_what_was_not_kept_is_settled_again(hall: Day) -> None:
    """A transaction that fails takes nothing from the watch's memory."""
    hall.say(AIR.id, 30.0)
    hall.jump(at(20))
    with suppress(ZeroDivisionError), hall.store.write() as tx:
        hall.watch.settle(tx, hall.who)
        raise ZeroDivisionError
    assert hall.open() == []
    assert hall.watch.due(hall.now)
    hall.settle()
    assert hall.open() == [TOO_HOT]
    assert not hall.watch.due(hall.now + timedelta(seconds=1))


def test_a_condition_is_on_the_feed_when_it_opens_and_when_it_closes(hall: Day) -> None:
    """Pages follow it."""
    hall.say(AIR.id, 30.0)
    hall.wait(20)
    with hall.store.read() as tx:
        (change,) = tx.feed.after(0, ["condition"], 10)
    assert change.key == "hall"
    hall.say(AIR.id, 22.0)
    hall.wait(61)
    with hall.store.read() as tx:
        assert [one.key for one in tx.feed.after(change.seq, ["condition"], 10)] == ["hall"]
