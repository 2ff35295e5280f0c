"""A room is set up by a list and signed off by a supervisor before its doors open, on both databases (R39-R41)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.errors import InvalidInput, NotYours, Refused, StepsOpen
from hub.domain.meetings import Room, SetUpStyle
from hub.domain.staff import Staff
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.set_up_room import send_back, sign_off
from hub.usecases.work_task import finish_task, tick_step
from tests.hub.build import at
from tests.hub.usecases.housekeeping import LAUNCH, do_all, of, plan, planned, ticks, work
from tests.hub.usecases.working import Floor, by

ASKED = LAUNCH.doors_at - timedelta(hours=4)
SECOND = timedelta(seconds=1)


@pytest.fixture
def house(store: Store) -> Store:
    """Give the house with the launch six hours before its doors."""
    return planned(store)


@pytest.fixture
def done(house: Store) -> Store:
    """Give it with the set-up done by 小周, and the supervisor called."""
    Floor(house).until(ASKED)
    do_all(house, TaskKind.SET_UP, "小周", ASKED)
    Floor(house).until(ASKED + timedelta(minutes=4))
    return house


def sign(store: Store, who: str, minutes: float = 10) -> None:
    """Let somebody sign the set-up off."""
    with store.write() as tx:
        sign_off(tx, LAUNCH, by(who, ASKED + timedelta(minutes=minutes)))


def test_logistics_are_asked_four_hours_before_the_doors_to_be_done_half_an_hour_before(house: Store) -> None:
    """To the second, once, with the style and what was ordered."""
    floor = Floor(house)
    floor.until(ASKED - SECOND)
    assert of(house, TaskKind.SET_UP) == []
    floor.until(ASKED)
    plan(house, now=ASKED + SECOND)
    floor.until(ASKED + SECOND)
    (task,) = of(house, TaskKind.SET_UP)
    assert task.due_at == LAUNCH.doors_at - timedelta(minutes=30)
    assert task.open_steps() == ("tables_chairs", "sound_light", "banner", "plants")
    said = {name: task.facts[name] for name in ("style", "tables_chairs_zh", "sound_light_en", "banner_zh", "room")}
    assert list(said.values()) == ["theatre", "六米乘四米", "warm white", "发布会主视觉", "hall"]
    assert work(house).room == "hall"


def test_who_ticked_what_and_when_is_kept_and_taken_back_with_the_tick(house: Store) -> None:
    """R40: each ticked by a person with time."""
    Floor(house).until(ASKED)
    (task,) = of(house, TaskKind.SET_UP)
    for step, who, minutes in (("banner", "小周", 1), ("plants", "小吴", 2), ("plants", "小吴", 3)):
        with house.write() as tx:
            tick_step(tx, task.id, step, who, ASKED + timedelta(minutes=minutes))
    assert [(one.step, one.by, one.at) for one in ticks(house, task)] == [
        ("banner", "小周", ASKED + timedelta(minutes=1))
    ]


@pytest.mark.parametrize("without", [False, True])
def test_it_does_not_end_before_every_step_is_ticked(house: Store, *, without: bool) -> None:
    """Also not by saying that the rest is left out."""
    Floor(house).until(ASKED)
    (task,) = of(house, TaskKind.SET_UP)
    with pytest.raises(StepsOpen), house.write() as tx:
        finish_task(tx, task.id, "小周", ASKED, without=without)
    assert work(house).set_up_done_at is None


def test_what_is_done_is_signed_off_by_another_person(done: Store) -> None:
    """R41: the supervisor judges; nobody signs their own work, and a tap on the card is no signature."""
    (task,) = of(done, TaskKind.SIGN_OFF)
    assert (task.facts["done_by"], task.created_at) == ("小周", ASKED + timedelta(minutes=4))
    with pytest.raises(Refused, match="list"), done.write() as tx:
        finish_task(tx, task.id, "刘主管", ASKED + timedelta(minutes=5))
    with pytest.raises(Refused, match="another person"):
        sign(done, "小周")
    assert work(done).is_unsigned
    sign(done, "刘主管")
    sign(done, "王主管", 11)
    assert (work(done).signed_by, work(done).signed_at) == ("刘主管", ASKED + timedelta(minutes=10))
    assert of(done, TaskKind.SIGN_OFF) == []
    Floor(done).until(LAUNCH.doors_at)
    assert of(done, TaskKind.SET_UP_LATE) == []


def test_where_the_house_knows_its_people_only_a_supervisor_signs_or_sends_back(done: Store) -> None:
    """A receptionist helps to set up, and does not judge."""
    with done.write() as tx:
        tx.staff.put(
            [
                Staff(key="li", name="小李", roles=frozenset({Role.RECEPTIONIST})),
                Staff(key="liu", name="刘主管", roles=frozenset({Role.SUPERVISOR})),
            ]
        )
    with pytest.raises(NotYours):
        sign(done, "小李")
    with pytest.raises(NotYours), done.write() as tx:
        send_back(tx, LAUNCH, "横幅歪了", by("小李", ASKED + timedelta(minutes=6)))
    sign(done, "刘主管")
    assert work(done).signed_by == "刘主管"


def test_nothing_is_signed_off_that_is_not_done(house: Store) -> None:
    """Neither before it was asked for, nor while somebody works."""
    for _ in range(2):
        with pytest.raises(Refused, match="not done"):
            sign(house, "刘主管")
        Floor(house).until(ASKED)


def test_what_is_not_right_goes_back_with_a_note_and_is_done_anew(done: Store) -> None:
    """The list starts from nothing; without a word nobody would know what to change."""
    with pytest.raises(InvalidInput), done.write() as tx:
        send_back(tx, LAUNCH, " ", by("刘主管", ASKED + timedelta(minutes=6)))
    with done.write() as tx:
        send_back(tx, LAUNCH, "横幅歪了", by("刘主管", ASKED + timedelta(minutes=6)))
    (task,) = of(done, TaskKind.SET_UP)
    assert (task.facts["text"], len(task.open_steps())) == ("横幅歪了", 4)
    assert of(done, TaskKind.SIGN_OFF) == []
    do_all(done, TaskKind.SET_UP, "小周", ASKED + timedelta(minutes=7))
    sign(done, "刘主管", 20)
    assert work(done).signed_at


def test_at_the_doors_opening_the_supervisor_hears_what_is_not_signed_off(done: Store) -> None:
    """To the second, once; the signature ends it, also a late one."""
    floor = Floor(done)
    floor.until(LAUNCH.doors_at - SECOND)
    assert of(done, TaskKind.SET_UP_LATE) == []
    floor.until(LAUNCH.doors_at)
    (late,) = of(done, TaskKind.SET_UP_LATE)
    assert late.facts["room_zh"] == "大厅"
    sign(done, "刘主管", 300)
    assert of(done, TaskKind.SET_UP_LATE) == []


def test_it_moves_with_the_meeting_and_goes_with_it(house: Store) -> None:
    """Later doors are a later deadline; a cancelled meeting asks nobody."""
    floor = Floor(house)
    floor.until(ASKED)
    hour = timedelta(hours=1)
    later = replace(
        LAUNCH, doors_at=LAUNCH.doors_at + hour, starts_at=LAUNCH.starts_at + hour, style=SetUpStyle.U_SHAPE
    )
    plan(house, later, ASKED + SECOND)
    (task,) = of(house, TaskKind.SET_UP)
    assert (task.due_at, task.facts["style"]) == (later.doors_at - hour / 2, "u_shape")
    plan(house, replace(later, cancelled=True), ASKED + SECOND)
    assert of(house, TaskKind.SET_UP) == []
    with house.read() as tx:
        for rule in ("set_up", "house_doors", "meals", "count_materials"):
            assert tx.timers.of_rule(rule) == []


def test_in_another_room_it_is_set_up_and_signed_off_anew(done: Store) -> None:
    """What stands in the hall is of no use in the annex."""
    sign(done, "刘主管")
    with done.write() as tx:
        tx.meetings.save_room(Room(key="annex", name=Words("副厅", "Annex")))
    moved = replace(LAUNCH, room="annex")
    plan(done, moved, ASKED + timedelta(minutes=20))
    assert work(done).signed_at is None
    Floor(done).until(ASKED + timedelta(minutes=20))
    (task,) = of(done, TaskKind.SET_UP)
    assert task.facts["room"] == "annex"


def test_nobody_sets_up_for_a_meeting_that_has_begun(house: Store) -> None:
    """The hub was away for a day."""
    Floor(house).until(LAUNCH.starts_at)
    assert of(house, TaskKind.SET_UP) == []
    assert of(house, TaskKind.SET_UP_LATE) == []
    assert at(0) < ASKED
