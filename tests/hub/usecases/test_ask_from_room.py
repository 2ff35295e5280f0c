"""What people in a room ask for at its panel, on both databases: one task each, with room and device named."""

import threading
from dataclasses import replace

import pytest

from devices.contract.messages import Progress, RequestKind
from devices.ids import uuid7
from hub.domain.errors import InvalidInput, NotFound, NotOpen
from hub.domain.field_devices import FieldDevice
from hub.domain.meetings import Room
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.room_wishes import RoomWish, wish_keys
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Outcome, Task, TaskState
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.ask_from_room import RoomAnswer, answer_from_room, ask_from_room
from hub.usecases.ask_guest import ask_now
from hub.usecases.work_task import finish_task
from tests.hub.build import at, furnished, meeting
from tests.hub.usecases import asks

PROJECTOR = RoomDevice(room="hall", key="projector", kind=DeviceKind.PROJECTOR, name=Words("投影仪", "Projector"))


@pytest.fixture
def house(store: Store) -> Store:
    """Give a furnished store with a projector in the hall, and a second room."""
    with furnished(store).write() as tx:
        tx.meetings.save_room(Room(key="annex", name=Words("副厅", "Annex")))
        tx.room_devices.put([PROJECTOR])
    return store


def ask(store: Store, wish: RoomWish, device: str = "", room: str = "hall", seconds: float = 20) -> Task:
    """Ask in a transaction of its own."""
    with store.write() as tx:
        return ask_from_room(tx, room, wish, device, Deciding(actor="panel", at=at(seconds), ids=uuid7), TaskTimes())


def open_tasks(store: Store) -> list[Task]:
    """Return the open tasks."""
    with store.read() as tx:
        return list(tx.tasks.open())


@pytest.mark.parametrize(
    ("wish", "kind", "owner", "note"),
    [
        (RoomWish.HELP, TaskKind.HELP, Role.RECEPTIONIST, None),
        (RoomWish.TOO_COLD, TaskKind.COMFORT, Role.LOGISTICS, "too_cold"),
        (RoomWish.TOO_HOT, TaskKind.COMFORT, Role.LOGISTICS, "too_hot"),
        (RoomWish.TEA, TaskKind.DRINK, Role.RECEPTIONIST, "tea"),
        (RoomWish.BROKEN, TaskKind.DEVICE_FAULT, Role.TECHNICIAN, None),
    ],
)
def test_every_wish_reaches_who_answers_for_it_with_the_room(
    house: Store, wish: RoomWish, kind: TaskKind, owner: Role, note: str | None
) -> None:
    """And with the meeting that has the room, so that staff know whom they will meet (R155)."""
    assert ask(house, wish) in open_tasks(house)
    (task,) = open_tasks(house)
    assert (task.kind, RULES[task.kind].owner, task.facts.get("note")) == (kind, owner, note)
    assert (task.facts["room"], task.facts["room_en"], task.meeting) == ("hall", "Grand Hall", "m-launch")


def test_a_broken_device_is_named(house: Store) -> None:
    """Which one, in both languages and by its key, under which the real device will be found."""
    facts = ask(house, RoomWish.BROKEN, "projector").facts
    assert (facts["thing"], facts["thing_zh"], facts["thing_en"]) == ("projector", "投影仪", "Projector")


def test_a_child_at_the_buttons_makes_one_task_for_each_wish(house: Store) -> None:
    """I5: whoever asks again joins the task that is open, which stays as it was; staff pages hear of it once."""
    first = ask(house, RoomWish.TOO_COLD)
    with house.read() as tx:
        head = tx.feed.head(["tasks"])
    for again in range(30):
        assert ask(house, RoomWish.TOO_COLD, seconds=21 + again) == first
    with house.read() as tx:
        assert tx.feed.head(["tasks"]) == head
    assert open_tasks(house) == [first]


def test_rooms_wishes_and_devices_are_kept_apart(house: Store) -> None:
    """Cold here is not cold there, and the projector is not the something else."""
    for wish in RoomWish:
        ask(house, wish)
    ask(house, RoomWish.BROKEN, "projector")
    ask(house, RoomWish.TOO_COLD, room="annex")
    found = open_tasks(house)
    assert len(found) == len(RoomWish) + 2
    keys = wish_keys("hall", [PROJECTOR])
    assert {task.dedupe for task in found if task.facts["room"] == "hall"} == set(keys)
    assert [task.meeting for task in found if task.facts["room"] == "annex"] == [None]


def test_a_wish_that_was_done_may_be_made_again(house: Store) -> None:
    """They would like more tea: a new task."""
    first = ask(house, RoomWish.TEA)
    with house.write() as tx:
        finish_task(tx, first.id, "Li", at(30))
    assert ask(house, RoomWish.TEA, seconds=40).id != first.id


def test_two_tablets_that_ask_at_once_are_one_task(house: Store) -> None:
    """The database holds it, on both."""
    told: list[str] = []
    both = [threading.Thread(target=lambda: told.append(ask(house, RoomWish.TEA).id)) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert len(told) == 4
    assert set(told) == {task.id for task in open_tasks(house)}


def test_a_room_or_device_that_is_not_there_is_refused_with_its_name(house: Store) -> None:
    """And nothing is raised."""
    with pytest.raises(NotFound, match="'cellar'"):
        ask(house, RoomWish.HELP, room="cellar")
    with pytest.raises(InvalidInput, match="'lamp' does not stand in this room"):
        ask(house, RoomWish.BROKEN, "lamp")
    with pytest.raises(InvalidInput):
        ask(house, RoomWish.BROKEN, "projector", room="annex")
    assert open_tasks(house) == []


def test_a_cancelled_meeting_has_no_room(house: Store) -> None:
    """The task names none."""
    with house.write() as tx:
        tx.meetings.save(replace(meeting(), cancelled=True))
    assert ask(house, RoomWish.HELP).meeting is None


def answer(store: Store, wish: RoomWish, said: RoomAnswer, seconds: float = 700) -> None:
    """Answer in a transaction of its own."""
    with store.write() as tx:
        answer_from_room(
            tx, "hall", wish, said, Deciding(actor="panel", at=at(seconds), ids=uuid7), TaskTimes(comfort_step=1.5)
        )


def done(store: Store, wish: RoomWish) -> Task:
    """Ask for something, have it done, and have the room asked whether it helped."""
    task = ask(store, wish)
    with store.write() as tx:
        finished = finish_task(tx, task.id, "小李", at(60))
        return finished if finished.asked_at else ask_now(tx, finished, "hub", at(660), TaskTimes())


def test_a_room_that_is_comfortable_says_so_and_its_task_is_closed(house: Store) -> None:
    """R154, R155: only the people in the room close it; a second tap finds that it is over."""
    task = done(house, RoomWish.TOO_COLD)
    assert task.facts["degrees"] == "+2"
    answer(house, RoomWish.TOO_COLD, RoomAnswer.FINE)
    assert open_tasks(house) == []
    with house.read() as tx:
        closed = tx.tasks.get(task.id)
    assert closed is not None
    assert closed.outcome is Outcome.CONFIRMED
    with pytest.raises(NotOpen):
        answer(house, RoomWish.TOO_COLD, RoomAnswer.FINE)


def test_a_room_that_is_still_cold_has_its_task_opened_again(house: Store) -> None:
    """By its answer, or by its pressing the same button once more."""
    task = done(house, RoomWish.TOO_COLD)
    answer(house, RoomWish.TOO_COLD, RoomAnswer.NOT_YET)
    (again,) = open_tasks(house)
    assert (again.id, again.state, again.rounds) == (task.id, TaskState.ACCEPTED, 1)
    with house.write() as tx:
        finish_task(tx, task.id, "小李", at(800))
    assert ask(house, RoomWish.TOO_COLD, seconds=900).state is TaskState.ACCEPTED
    (again,) = open_tasks(house)
    assert again.rounds == 2


def test_a_room_that_became_too_hot_is_turned_back_by_half_and_asked_about_that(house: Store) -> None:
    """The opposite is the room's own wish: its button and its question are those of the panel."""
    done(house, RoomWish.TOO_COLD)
    answer(house, RoomWish.TOO_COLD, RoomAnswer.TOO_MUCH)
    (opposite,) = open_tasks(house)
    assert (opposite.facts["note"], opposite.facts["degrees"]) == ("too_hot", "-0.75")
    assert wish_keys("hall", [])[opposite.dedupe] is RoomWish.TOO_HOT


def test_help_that_did_not_help_is_said_at_the_panel_too(house: Store) -> None:
    """It is asked at once when somebody has finished."""
    task = done(house, RoomWish.HELP)
    answer(house, RoomWish.HELP, RoomAnswer.NOT_YET, seconds=61)
    assert [one.id for one in open_tasks(house)] == [task.id]


def test_a_room_that_nobody_asked_cannot_answer(house: Store) -> None:
    """Nor one whose work is not done."""
    with pytest.raises(NotOpen):
        answer(house, RoomWish.HELP, RoomAnswer.FINE)
    ask(house, RoomWish.HELP)
    with pytest.raises(NotOpen):
        answer(house, RoomWish.HELP, RoomAnswer.FINE)


@pytest.mark.parametrize(
    ("kind", "wish"),
    [
        (RequestKind.HELP, RoomWish.HELP),
        (RequestKind.TEA, RoomWish.TEA),
        (RequestKind.TOO_COLD, RoomWish.TOO_COLD),
        (RequestKind.TOO_HOT, RoomWish.TOO_HOT),
    ],
)
def test_a_button_and_the_panel_of_a_room_raise_one_task_between_them(
    house: Store, kind: RequestKind, wish: RoomWish
) -> None:
    """Whoever was second learns how far the first one's wish has come."""
    by_panel = ask(house, wish)
    answer = asks.ask(house, kind, room="hall", device="room-1")
    assert [task.id for task in open_tasks(house)] == [by_panel.id]
    assert answer.progress is Progress.TAKEN


def test_a_button_asks_for_the_room_that_a_technician_put_its_device_into(house: Store) -> None:
    """Its own file may still name the room it was in before."""
    moved = FieldDevice(
        id="room-1", publisher="room-1", identity="room-1", name="Agent", room="annex", announced_at=at(0)
    )
    with house.write() as tx:
        tx.field_devices.save(moved)
    asks.ask(house, RequestKind.TEA, room="hall", device="room-1")
    assert [task.facts["room"] for task in open_tasks(house)] == ["annex"]


def test_a_button_of_a_room_that_is_none_is_refused_with_the_reason(house: Store) -> None:
    """Nobody is sent to a place that does not exist."""
    answer = asks.ask(house, RequestKind.HELP, room="attic", device="room-1")
    assert (answer.progress, answer.reason) == (Progress.REFUSED, "unknown_room")
    assert open_tasks(house) == []
