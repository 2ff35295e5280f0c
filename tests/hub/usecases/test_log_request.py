from collections.abc import Callable

import pytest

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.guests import Diet
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState
from hub.ports import Store, Transaction
from hub.usecases.log_request import Said, change_diet, log_request
from tests.hub.build import T0, assignment, at, furnished
from tests.hub.usecases.scans import scan, take
from tests.hub.usecases.working import TIMES, Floor, by

VEGETARIAN = "需要增加素食选项"


@pytest.fixture
def floor(store: Store) -> Floor:
    """Give a house with three guests; the first has a seat."""
    furnished(store)
    with store.write() as tx:
        tx.seats.assign([assignment("A-1-5")])
    return Floor(store)


def test_what_a_guest_said_is_a_task_with_guest_seat_and_meeting(floor: Floor) -> None:
    """李总说需要增加素食选项: who and what, at once (R148)."""
    with floor.store.write() as tx:
        task = log_request(tx, TaskKind.REQUEST, Said(text=VEGETARIAN, invitation="inv-1"), by("小李", T0), TIMES)
    assert floor.open() == [task]
    assert (task.state, task.meeting) == (TaskState.NEW, "m-launch")
    assert (task.facts["name"], task.facts["seat"], task.facts["text"]) == ("王1", "A-1-5", VEGETARIAN)


def test_somebody_who_is_on_no_list_is_kept_as_they_were_called(floor: Floor) -> None:
    """A driver, a companion."""
    said = Said(text=" 车停  在哪 ", who="李总的司机", meeting="m-launch")
    with floor.store.write() as tx:
        task = log_request(tx, TaskKind.REQUEST, said, by("小李", T0), TIMES)
    assert task.facts == {"name": "李总的司机", "text": "车停 在哪"}
    assert task.meeting == "m-launch"


def test_the_same_words_of_the_same_guest_are_one_task_while_it_is_open(floor: Floor) -> None:
    """A double tap, or two colleagues who heard the same."""
    for name in ("小李", "小陈"):
        with floor.store.write() as tx:
            log_request(tx, TaskKind.REQUEST, Said(text=VEGETARIAN, invitation="inv-1"), by(name, T0), TIMES)
    with floor.store.write() as tx:
        log_request(tx, TaskKind.REQUEST, Said(text=VEGETARIAN, invitation="inv-2"), by("小李", T0), TIMES)
    assert len(floor.open()) == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(text="  "), "text"),
        (Said(text="x" * 201), "text"),
        (Said(text="a\x07b"), "text"),
        (Said(text="茶", who="x" * 61), "who"),
    ],
)
def test_what_cannot_be_kept_is_named(floor: Floor, said: Said, field: str) -> None:
    """And nothing is."""
    with pytest.raises(InvalidInput) as caught, floor.store.write() as tx:
        log_request(tx, TaskKind.REQUEST, said, by("小李", T0), TIMES)
    assert caught.value.field == field
    assert floor.open() == []


def test_a_guest_who_is_not_there_is_told(floor: Floor) -> None:
    """A page that is older than the list."""
    steps: tuple[Callable[[Transaction], Task], ...] = (
        lambda tx: log_request(tx, TaskKind.REQUEST, Said(text="茶", invitation="no"), by("小李", T0), TIMES),
        lambda tx: change_diet(tx, "no", Diet.VEGAN, by("小李", T0)),
    )
    for step in steps:
        with pytest.raises(NotFound), floor.store.write() as tx:
            step(tx)


def test_a_diet_changes_the_covers_at_once_and_the_kitchen_is_told(floor: Floor) -> None:
    """Of all who are invited, and of those who have come (R18, R148)."""
    take(floor.store, scan(1, 600))
    with floor.store.read() as tx:
        before = tx.feed.head(["arrivals"])
    for invitation in ("inv-1", "inv-2"):
        with floor.store.write() as tx:
            change_diet(tx, invitation, Diet.VEGETARIAN, by("小李", at(700)))
    with floor.store.read() as tx:
        assert tx.feed.head(["arrivals"]) > before  # so that open pages count anew
        share = tx.attendance.counts(["m-launch"])["m-launch"].diet(Diet.VEGETARIAN)
    assert (share.expected, share.arrived) == (2, 1)
    told = {one.facts["name"]: one.facts["diets"] for one in floor.open() if one.kind is TaskKind.DIET}
    assert told == {"王1": "vegetarian", "王2": "vegetarian"}


def test_a_second_change_before_the_kitchen_heard_is_on_the_same_task(floor: Floor) -> None:
    """It says what holds now; to take all away is a change too."""
    for diet, expected in ((Diet.VEGETARIAN, "vegetarian"), (Diet.GLUTEN_FREE, "gluten_free vegetarian"), (None, "")):
        with floor.store.write() as tx:
            change_diet(tx, "inv-1", diet, by("小李", T0))
        (task,) = floor.open()
        assert task.facts["diets"] == expected
    with floor.store.read() as tx:
        assert tx.guests.by_invitation(["inv-1"])["inv-1"].guest.diets == frozenset()
