from collections.abc import Callable, Mapping

import pytest

from hub.domain.errors import NotOpen
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Outcome, Task, TaskState, raise_task
from hub.ports import Store, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import say_fine, say_not_yet, say_too_much
from hub.usecases.call_staff import call
from hub.usecases.hand_up import STILL_UNCOMFORTABLE
from hub.usecases.work_task import finish_task
from tests.hub.build import T0, at
from tests.hub.usecases.working import TIMES, Floor, by

MINUTE = 60
FELT = 10 * MINUTE


@pytest.fixture
def floor(store: Store) -> Floor:
    """Give an empty house."""
    return Floor(store)


def raised(floor: Floor, kind: TaskKind = TaskKind.HELP, note: str = "seat") -> str:
    """Let a guest ask for something, and return the task."""
    facts = {"note": note, "invitation": "inv-1", "degrees": "+2"}
    with floor.store.write() as tx:
        task = raise_task(kind, f"inv-1:{note}", task_id=f"task-{kind}", at=T0, facts=facts)
        return call(tx, task).id


def finished(floor: Floor, task: str, seconds: float) -> Task:
    """Let 小李 do the work."""
    with floor.store.write() as tx:
        return finish_task(tx, task, "小李", at(seconds))


def test_a_guest_is_asked_as_soon_as_the_work_is_done_and_fine_closes_it(floor: Floor) -> None:
    """The owner is the one who did it (R154)."""
    task = raised(floor)
    asked = finished(floor, task, 60)
    assert (asked.state, asked.asked_at, asked.until) == (TaskState.DONE, at(60), at(60) + TIMES.answer_within)
    with floor.store.write() as tx:
        say_fine(tx, task, by("小陈", at(90)))
    closed = floor.task(task)
    assert (closed.state, closed.outcome, closed.accepted_by) == (TaskState.CLOSED, Outcome.CONFIRMED, "小李")
    assert floor.open() == []


def test_not_yet_gives_it_back_to_its_owner_as_often_as_need_be(floor: Floor) -> None:
    """Only a positive answer closes; each round is counted."""
    task = raised(floor)
    for number in range(1, 6):
        finished(floor, task, 100 * number)
        with floor.store.write() as tx:
            again = say_not_yet(tx, task, by("小陈", at(100 * number + 50)), TIMES)
        assert (again.id, again.state, again.accepted_by) == (task, TaskState.ACCEPTED, "小李")
        assert again.rounds == number


def test_without_an_answer_it_is_closed_as_unconfirmed_when_the_time_is_up(floor: Floor) -> None:
    """Not a second before, and once."""
    task = raised(floor)
    finished(floor, task, 60)
    assert floor.until(at(60 + 15 * MINUTE - 1)) == 0
    assert floor.task(task).state is TaskState.DONE
    assert floor.until(at(60 + 15 * MINUTE)) == 1
    closed = floor.task(task)
    assert (closed.state, closed.outcome) == (TaskState.CLOSED, Outcome.UNCONFIRMED)


def test_the_timer_of_an_earlier_round_closes_nothing(floor: Floor) -> None:
    """The guest said no in the meantime, and the work was done again."""
    task = raised(floor)
    finished(floor, task, 60)
    with floor.store.write() as tx:
        say_not_yet(tx, task, by("小李", at(14 * MINUTE)), TIMES)
    finished(floor, task, 15 * MINUTE)
    floor.until(at(17 * MINUTE))
    assert floor.task(task).state is TaskState.DONE
    floor.until(at(30 * MINUTE))
    assert floor.task(task).outcome is Outcome.UNCONFIRMED


def test_a_cold_guest_is_asked_exactly_ten_minutes_later(floor: Floor) -> None:
    """R155: to the second, and then there is as much time to answer as for any guest."""
    task = raised(floor, TaskKind.COMFORT, "too_cold")
    assert floor.until(at(1)) == 1  # nothing in the room can be told to be warmer
    waiting = finished(floor, task, 60)
    assert (waiting.asked_at, waiting.until) == (None, at(60 + FELT))
    assert floor.until(at(60 + FELT - 1)) == 0
    assert floor.until(at(60 + FELT)) == 1
    asked = floor.task(task)
    assert (asked.asked_at, asked.until) == (at(60 + FELT), at(60 + FELT) + TIMES.answer_within)


def test_after_an_outage_the_guest_is_still_asked_before_the_task_is_closed(floor: Floor) -> None:
    """The time to answer begins when staff can see the question."""
    task = raised(floor, TaskKind.COMFORT, "too_cold")
    floor.until(at(1))
    finished(floor, task, 60)
    assert floor.until(at(7_200)) == 1
    assert floor.task(task).until == at(7_200) + TIMES.answer_within


def test_still_cold_repeats_until_the_supervisor_is_called(floor: Floor) -> None:
    """Three changes of the room, then a person with more say, who finds the guest and the seat on the task."""
    task = raised(floor, TaskKind.COMFORT, "too_cold")
    for number in range(3):
        begin = 1_000 * number
        finished(floor, task, begin + 60)
        floor.until(at(begin + 60 + FELT))
        with floor.store.write() as tx:
            goes_on = say_not_yet(tx, task, by("小李", at(begin + 60 + FELT + 5)), TIMES)
    closed = floor.task(task)
    assert (closed.state, closed.outcome, closed.rounds) == (TaskState.CLOSED, Outcome.HANDED_UP, 2)
    (called,) = floor.open()
    assert called == goes_on
    assert called.kind is TaskKind.HANDED_UP
    assert (called.facts["why"], called.facts["about"]) == (STILL_UNCOMFORTABLE, task)
    assert (called.facts["invitation"], called.facts["owner"]) == ("inv-1", "小李")


def test_too_much_opens_the_opposite_by_half_a_step(floor: Floor) -> None:
    """One degree back, not four; the first task is over."""
    task = raised(floor, TaskKind.COMFORT, "too_cold")
    finished(floor, task, 60)
    floor.until(at(60 + FELT))
    with floor.store.write() as tx:
        opposite = say_too_much(tx, task, by("小李", at(700)), TIMES)
    assert floor.task(task).outcome is Outcome.REVERSED
    assert floor.open() == [opposite]
    assert (opposite.facts["note"], opposite.facts["degrees"]) == ("too_hot", "-1")
    assert (opposite.state, opposite.dedupe) == (TaskState.NEW, "comfort:inv-1:too_hot")


def test_only_a_room_can_have_become_too_much(floor: Floor) -> None:
    """There is no opposite of help."""
    task = raised(floor)
    finished(floor, task, 60)
    with pytest.raises(NotOpen), floor.store.write() as tx:
        say_too_much(tx, task, by("小李", at(61)), TIMES)
    assert floor.task(task).state is TaskState.DONE


ANSWERS: Mapping[str, Callable[[Transaction, str, Deciding], Task]] = {
    "fine": say_fine,
    "not yet": lambda tx, task, who: say_not_yet(tx, task, who, TIMES),
    "too much": lambda tx, task, who: say_too_much(tx, task, who, TIMES),
}


@pytest.mark.parametrize("answer", list(ANSWERS))
def test_a_guest_has_one_answer(floor: Floor, answer: str) -> None:
    """The second tap, on a page that is a moment old, is told so."""
    task = raised(floor, TaskKind.COMFORT, "too_cold")
    finished(floor, task, 60)
    with floor.store.write() as tx:
        say_fine(tx, task, by("小李", at(61)))
    with pytest.raises(NotOpen), floor.store.write() as tx:
        ANSWERS[answer](tx, task, by("小陈", at(62)))
