"""What people do about what is wrong in the rooms, with the hub at work beside them (T11)."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.device_ports import DeviceRecord
from hub.domain.condition_steps import LONGEST_NOTE, MOST_NOTES, Ends
from hub.domain.conditions import Condition
from hub.domain.errors import AlreadyOver, ClearsItself, InvalidInput, NotFound, TakenAlready
from hub.domain.field_devices import Quantity, Standing
from hub.domain.tasks import Task, TaskState
from hub.ports import Store, Transaction
from hub.store import tables as t
from hub.store.sql import open_store
from hub.usecases.acting import Deciding
from hub.usecases.work_condition import (
    acknowledge_condition,
    assign_condition,
    clear_condition,
    comment_on_condition,
    take_back_acknowledgement,
)
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.usecases.watching import Day, alarm, battery, node, point
from tests.hub.usecases.working import by

PATIENCE_S = 60
AIR = point("air", "temperature", Quantity.TEMPERATURE)
STEPS: dict[str, Callable[[Transaction, str, Deciding], Condition]] = {
    "acknowledge": lambda tx, one, who: acknowledge_condition(tx, one, "", who),
    "take back": take_back_acknowledgement,
    "comment": lambda tx, one, who: comment_on_condition(tx, one, "x", who),
    "assign": lambda tx, one, who: assign_condition(tx, one, "小陈", who),
    "clear": clear_condition,
}


@pytest.fixture
def hall(store: Store) -> Day:
    """Give a hall whose projector went away a minute ago, in a meeting; its lamp and the air are well."""
    day = Day(store, [node("air"), node("pj", thing="projector")], [AIR, alarm("pj", "lamp", "problem")])
    leave(day, "pj")
    day.wait(60)
    return day


def leave(day: Day, name: str) -> None:
    """Let a device's will come, and be stored."""
    with day.store.read() as tx:
        device = tx.field_devices.get(name)
    assert device is not None
    day.change(replace(device, available=False))
    day.told(name, available=False)


def only(day: Day) -> Condition:
    """Return the only thing that is wrong."""
    (one,) = day.conditions()
    return one


def task_of(day: Day) -> Task:
    """Return the only open task."""
    (task,) = day.tasks()
    return task


def step(day: Day, name: str, person: str = "小李") -> Condition:
    """Let a person take a step with the only thing that is wrong."""
    found = only(day).id
    with day.store.write() as tx:
        return STEPS[name](tx, found, by(person, day.now))


def write(day: Day, text: str, use_case: Callable[..., Condition] = comment_on_condition) -> Condition:
    """Let a person write something about the only thing that is wrong, or name somebody for it."""
    found = only(day).id
    with day.store.write() as tx:
        return use_case(tx, found, text, by("小李", day.now))


def audited(day: Day) -> list[tuple[str, str]]:
    """Return what people did, and who."""
    query = select(t.audit.c.actor, t.audit.c.action).where(t.audit.c.actor != "hub").order_by(t.audit.c.id)
    with day.store.read() as tx:
        return [(row.actor, row.action) for row in tx._work.rows(query)]  # type: ignore[attr-defined]


def test_acknowledging_takes_the_task_and_keeps_who_when_and_why(hall: Day) -> None:
    """And the condition stays open, through everything the hub does, until the device is right again."""
    write(hall, "  去看一下\n", acknowledge_condition)
    at = hall.now
    assert (task_of(hall).state, task_of(hall).accepted_by) == (TaskState.ACCEPTED, "小李")
    hall.wait(120)
    found = only(hall)
    assert (found.acked_by, found.acked_at, found.assignee, found.over_at) == ("小李", at, "小李", None)
    assert [(note.text, note.by, note.at) for note in found.notes] == [("去看一下", "小李", at)]
    assert audited(hall) == [("小李", "task.accept"), ("小李", "condition.acknowledge")]
    hall.told("pj", available=True)
    hall.wait(60)
    assert hall.open() == []
    with hall.store.read() as tx:
        over = tx.conditions.get(found.id)
    assert over is not None
    assert (over.acked_by, len(over.notes), over.over_at is None) == ("小李", 1, False)


def test_a_second_tap_changes_nothing_and_a_second_person_hears_who_was_first(hall: Day) -> None:
    """The task of somebody else stays theirs, whoever acknowledges."""
    task = task_of(hall).id
    with hall.store.write() as tx:
        accept_task(tx, task, "小陈", hall.now)
    assert step(hall, "acknowledge") == step(hall, "acknowledge")
    assert task_of(hall).accepted_by == "小陈"
    with pytest.raises(TakenAlready) as caught:
        step(hall, "acknowledge", "小王")
    assert caught.value.by == "小李"
    assert audited(hall).count(("小李", "condition.acknowledge")) == 1


def test_an_acknowledgement_is_taken_back_and_the_task_stays(hall: Day) -> None:
    """Somebody else may acknowledge it then."""
    step(hall, "acknowledge")
    back = step(hall, "take back", "小陈")
    assert (back.acked_by, back.acked_at) == ("", None)
    assert step(hall, "take back") == back
    assert task_of(hall).accepted_by == "小李"
    assert step(hall, "acknowledge", "小陈").acked_by == "小陈"
    assert audited(hall).count(("小陈", "condition.take_back")) == 1


def test_comments_are_kept_in_their_order_and_bounded(hall: Day) -> None:
    """Empty, unreadable and endless ones are refused by name."""
    for text in ("一", "two"):
        found = write(hall, text)
    assert [note.text for note in found.notes] == ["一", "two"]
    for text in ("", "  ", "a\u202eb", "x" * (LONGEST_NOTE + 1)):
        with pytest.raises(InvalidInput) as caught:
            write(hall, text)
        assert caught.value.field == "text"
    for _ in range(MOST_NOTES - 2):
        step(hall, "comment")
    with pytest.raises(InvalidInput):
        step(hall, "comment")


def test_assigning_gives_the_task_to_another_person_as_far_as_its_state_allows(hall: Day) -> None:
    """Also one that somebody has; a task that is done stays as it was."""
    step(hall, "acknowledge")
    assert step(hall, "assign").assignee == "小陈"
    task = task_of(hall)
    assert (task.state, task.accepted_by) == (TaskState.ACCEPTED, "小陈")
    assert ("小李", "task.assign") in audited(hall)
    with hall.store.write() as tx:
        finish_task(tx, task.id, "小陈", hall.now)
    write(hall, "小王", assign_condition)
    with hall.store.read() as tx:
        done = tx.tasks.get(task.id)
    assert done is not None
    assert (done.accepted_by, only(hall).assignee) == ("小陈", "小王")


def test_assigning_what_nobody_took_accepts_it_in_the_other_persons_name(hall: Day) -> None:
    """Nobody has to run to a second page."""
    step(hall, "assign")
    assert (task_of(hall).state, task_of(hall).accepted_by) == (TaskState.ACCEPTED, "小陈")
    assert only(hall).acked_by == ""


@pytest.mark.parametrize("name", list(STEPS))
def test_what_is_right_again_meanwhile_is_said_so(hall: Day, name: str) -> None:
    """And nothing is changed or audited; what never was is not found."""
    found = only(hall)
    hall.told("pj", available=True)
    hall.wait(60)
    with pytest.raises(AlreadyOver), hall.store.write() as tx:
        STEPS[name](tx, found.id, by("小李", hall.now))
    with pytest.raises(NotFound), hall.store.write() as tx:
        STEPS[name](tx, "nothing", by("小李", hall.now))
    assert audited(hall) == []


def test_a_device_that_was_taken_away_is_cleared_by_a_person_with_its_task_and_does_not_come_back(hall: Day) -> None:
    """The device is forgotten: else the hub would find the same wrong again."""
    before = only(hall)
    over = step(hall, "clear")
    assert (over.over_at, over.cleared_by) == (hall.now, "小李")
    assert (hall.open(), hall.calls()) == ([], [])
    hall.load()
    hall.settle()
    hall.wait(90)
    assert (hall.open(), hall.calls()) == ([], [])
    with hall.store.read() as tx:
        device, kept = tx.field_devices.get("pj"), tx.conditions.get(before.id)
    assert device is not None
    assert (device.standing, device.room) == (Standing.REFUSED, None)
    assert kept == over
    assert [action for _, action in audited(hall)] == ["field_device.forget", "condition.clear"]


def test_all_that_is_open_about_the_device_is_cleared_and_others_keep_their_task(store: Store) -> None:
    """A lamp that was broken before the projector went; the plug of the same projector stays a fault."""
    day = Day(
        store,
        [node("pj", thing="projector"), node("plug", thing="projector")],
        [alarm("pj", "lamp", "problem"), alarm("plug", "heat", "heat")],
    )
    day.say("pj.lamp", "on")
    day.say("plug.heat", "on")
    day.wait(90)
    leave(day, "pj")
    day.wait(90)
    assert len(day.open()) == 3
    (away,) = [one for one in day.conditions() if one.subject == "pj"]
    with store.write() as tx:
        clear_condition(tx, away.id, by("小李", day.now))
    assert day.open() == ["fault:point:plug.heat"]
    assert len(day.calls()) == 1


def test_what_a_device_ends_itself_no_person_clears(store: Store) -> None:
    """A device that is there; one of many that went together; the room itself."""
    names = [f"n-{number}" for number in range(4)]
    day = Day(store, [*(node(name) for name in names), node("air", room="annex")], [AIR])
    day.told(*names, available=False)
    for _ in range(90):
        day.say(AIR.id, 40.0)
        day.wait(10)
    found = {one.key: one for one in day.conditions()}
    for key, reason in (
        ("offline:room:hall", Ends.ROOM),
        ("offline:device:n-0", Ends.CAUSE),
        ("too_high:point:air.temperature", Ends.DEVICE),
    ):
        with pytest.raises(ClearsItself) as caught, store.write() as tx:
            clear_condition(tx, found[key].id, by("小李", day.now))
        assert caught.value.reason == reason


def test_a_kiosk_that_is_away_is_put_away_by_itself(store: Store) -> None:
    """After a day; a person need not say so."""
    day = Day(store, [], [])
    with store.write() as tx:
        tx.devices.save(DeviceRecord(id="kiosk-1", kind="kiosk", status="offline", status_at=day.now))
    day.wait(40)
    with pytest.raises(ClearsItself) as caught:
        step(day, "clear")
    assert caught.value.reason == Ends.STATION


def test_a_sensor_on_a_battery_that_is_silent_may_have_been_taken_away(store: Store) -> None:
    """It never says that it leaves, so its silence is all there will be."""
    day = Day(store, [battery("tag")], [point("tag", "t", Quantity.TEMPERATURE)])
    for _ in range(4):
        day.say("tag.t", 22.0)
        day.jump(day.now + timedelta(minutes=2))
    day.jump(day.now + timedelta(minutes=4))
    day.wait(5)
    step(day, "clear")
    assert day.open() == []


def test_of_people_who_acknowledge_at_once_one_is_first_and_no_comment_is_lost(database_url: str) -> None:
    """From two programs where the database allows it, while the hub goes on judging (I5)."""
    stores = [open_store(database_url)]
    stores.append(stores[0] if database_url.startswith("sqlite") else open_store(database_url))
    day = Day(stores[0], [node("air"), node("pj", thing="projector")], [AIR])
    leave(day, "pj")
    day.wait(60)
    found, names = only(day).id, [f"p{number}" for number in range(4)]
    together, outcomes, problems = threading.Barrier(len(names)), [], []

    def work(number: int, name: str) -> None:
        store = stores[number % 2]
        together.wait(PATIENCE_S)
        try:
            with store.write() as tx:
                acknowledge_condition(tx, found, "", by(name, day.now))
            outcomes.append("first")
        except TakenAlready:
            outcomes.append("later")
        try:
            for _ in range(5):
                with store.write() as tx:
                    comment_on_condition(tx, found, name, by(name, day.now))
        except Exception as problem:  # noqa: BLE001 - told below
            problems.append(problem)

    workers = [threading.Thread(target=work, args=(number, name)) for number, name in enumerate(names)]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        day.settle()
    for worker in workers:
        worker.join(PATIENCE_S)
    assert problems == []
    assert sorted(outcomes) == ["first", *["later"] * 3]
    assert sorted(note.by for note in only(day).notes) == sorted(names * 5)
    assert task_of(day).accepted_by == only(day).acked_by
    for store in set(stores):
        store.close()
