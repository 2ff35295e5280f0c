"""The life of a task as a table: what leads where, and that nothing else does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain import task_life
from hub.domain.errors import NotOpen
from hub.domain.task_kinds import RULES, TaskKind, TaskRule
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import MOVES, Outcome, Step, Task, TaskState, accept, finish, move
from tests.hub.build import at, task

NEW, OFFERED, ACCEPTED, WORKING, WAITING, DONE, CLOSED = TaskState
TIMES = TaskTimes()

TABLE = {
    Step.OFFER: (OFFERED, OFFERED, None, None, None, None, None),
    Step.ACCEPT: (ACCEPTED, ACCEPTED, ACCEPTED, WORKING, WAITING, None, None),
    Step.START: (None, None, WORKING, WORKING, None, None, None),
    Step.WAIT: (None, None, WAITING, WAITING, WAITING, None, None),
    Step.RESUME: (None, None, None, None, WORKING, None, None),
    Step.GIVE_BACK: (NEW, NEW, NEW, NEW, NEW, None, None),
    Step.SNOOZE: (NEW, OFFERED, ACCEPTED, WORKING, WAITING, None, None),
    Step.WAKE: (NEW, OFFERED, ACCEPTED, WORKING, WAITING, None, None),
    Step.RUSH: (NEW, OFFERED, ACCEPTED, WORKING, WAITING, None, None),
    Step.REMIND: (None, None, ACCEPTED, WORKING, WAITING, None, None),
    Step.CLEAR: (CLOSED, CLOSED, None, None, None, None, None),
    Step.SEEN: (None, None, None, None, None, None, CLOSED),
    Step.CANCEL: (CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, None),
    Step.ASSIGN: (ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED, None, None),
    Step.TICK: (NEW, OFFERED, ACCEPTED, WORKING, WAITING, None, None),
    Step.TELL: (NEW, OFFERED, ACCEPTED, WORKING, WAITING, DONE, None),
    Step.PROMISE: (ACCEPTED, ACCEPTED, ACCEPTED, WORKING, WAITING, None, None),
    Step.WARN: (NEW, OFFERED, ACCEPTED, WORKING, WAITING, None, None),
    Step.BREACH: (NEW, OFFERED, ACCEPTED, WORKING, WAITING, None, None),
    Step.ANSWER: (CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, None, None),
    Step.FINISH: (DONE, DONE, DONE, DONE, DONE, None, None),
    Step.ASK: (None, None, None, None, None, DONE, None),
    Step.FINE: (None, None, None, None, None, CLOSED, None),
    Step.NOT_YET: (None, None, None, None, None, ACCEPTED, None),
    Step.REVERSE: (None, None, None, None, None, CLOSED, None),
    Step.HAND_UP: (None, None, None, None, None, CLOSED, None),
    Step.LAPSE: (None, None, None, None, None, CLOSED, None),
}
"""Where each step leads from each state, in the order of ``TaskState``; None is refused."""

ASKING = {TaskKind.HELP, TaskKind.COMFORT, TaskKind.REQUEST, TaskKind.QUESTION, TaskKind.GUIDANCE}
ASKING |= {TaskKind.STATIONERY, TaskKind.DOCUMENTS}
"""Kinds whose guest is asked afterwards (R154). A drink is simply brought."""


@pytest.mark.parametrize("step", list(Step))
def test_a_step_leads_where_the_table_says_and_nowhere_else(step: Step) -> None:
    """For a kind whose guest is asked."""
    for state, target in zip(TaskState, TABLE[step], strict=True):
        if target is None:
            with pytest.raises(NotOpen):
                move(replace(task(), state=state), step)
        else:
            assert move(replace(task(), state=state), step).state is target
    assert set(MOVES) == set(TABLE)


@pytest.mark.parametrize("kind", list(TaskKind))
def test_only_a_task_of_a_guest_waits_for_a_guests_word(kind: TaskKind) -> None:
    """All others are closed by the tap that finishes them."""
    assert RULES[kind].asks == (kind in ASKING)
    done = finish(task(kind=kind), "小李", at(60))
    expected = (DONE, None) if kind in ASKING else (CLOSED, Outcome.FINISHED)
    assert (done.state, done.outcome) == expected
    assert (done.accepted_by, done.accepted_at, done.done_at) == ("小李", at(60), at(60))


def test_a_task_that_did_not_help_goes_back_to_its_owner_with_its_history() -> None:
    """The same owner and beginning; the clock stood while the guest was waited for, and a round is counted."""
    done = finish(accept(task(), "小李", at(10)), "小陈", at(60))
    again = task_life.not_yet(task_life.ask(done, at(60), TIMES), at(360))
    assert (again.state, again.accepted_by, again.accepted_at) == (ACCEPTED, "小李", at(10))
    assert (again.created_at, again.due_at) == (done.created_at, done.due_at + timedelta(seconds=300))
    assert (again.rounds, again.done_at, again.asked_at, again.until) == (1, None, None, None)


ENDINGS = {
    Outcome.CONFIRMED: task_life.fine,
    Outcome.UNCONFIRMED: task_life.lapse,
    Outcome.REVERSED: task_life.reverse,
    Outcome.HANDED_UP: task_life.hand_up,
}


@pytest.mark.parametrize("outcome", list(ENDINGS))
def test_a_closed_task_says_how_it_ended(outcome: Outcome) -> None:
    """Confirmed or not is what the reports count."""
    asked = task_life.ask(finish(task(), "小李", at(60)), at(60), TIMES)
    closed = ENDINGS[outcome](asked)
    assert (closed.state, closed.outcome, closed.until) == (CLOSED, outcome, None)


def test_a_guest_is_asked_at_once_and_about_a_room_ten_minutes_later() -> None:
    """So long it takes to be felt (R155)."""
    assert task_life.asks_at(task(), at(60), TIMES) == at(60)
    assert task_life.asks_at(task(kind=TaskKind.COMFORT), at(60), TIMES) == at(660)


@pytest.mark.parametrize(("rounds", "last"), [(0, False), (1, False), (2, True), (3, True)])
def test_a_room_is_changed_three_times_at_most(rounds: int, last: bool) -> None:  # noqa: FBT001 - the table's own column
    """Then a person with more say comes. Help has no such limit."""
    assert task_life.is_last_round(replace(task(kind=TaskKind.COMFORT), rounds=rounds), TIMES) is last
    assert not task_life.is_last_round(replace(task(), rounds=rounds), TIMES)


@pytest.mark.parametrize(
    ("starts", "due"), [(3600, 180), (180, 180), (120, 120), (61, 61), (60, 60), (20, 60), (0, 180), (-600, 180)]
)
def test_what_is_of_use_before_the_start_is_due_before_it(starts: float, due: float) -> None:
    """But in a minute at the least, and as usual once the meeting has begun (R105)."""
    assert task_life.due_before(task(), at(starts)).due_at == at(due)


def test_a_promise_takes_the_place_of_the_deadline() -> None:
    """Who promises owns the task; the guest was told in this moment (R150)."""
    made = task_life.promise(task(kind=TaskKind.REQUEST), "小李", at(300), TIMES)
    assert (made.state, made.accepted_by, made.told_at) == (ACCEPTED, "小李", at(300))
    assert made.respond_by == made.due_at == at(300 + 1800)


def test_a_tick_is_taken_back_by_the_second_tap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip of the finger (R102)."""
    monkeypatch.setitem(RULES, TaskKind.HELP, _with_steps("show", "ask"))
    ticked = task_life.tick(task(), "ask")
    assert ticked.open_steps() == ("show",)
    assert task_life.tick(ticked, "ask").open_steps() == ("show", "ask")


@pytest.mark.parametrize(
    ("note", "step", "said"), [("too_cold", 2.0, "+2"), ("too_hot", 2.0, "-2"), ("too_hot", 0.5, "-0.5")]
)
def test_degrees_are_written_with_their_sign(note: str, step: float, said: str) -> None:
    """Warmer for who is cold."""
    assert task_life.degrees(note, step) == said


def _with_steps(*steps: str) -> TaskRule:
    return replace(RULES[TaskKind.HELP], steps=steps)


def test_nothing_happens_to_a_closed_task() -> None:
    """Whoever taps on an old page."""
    closed: Task = replace(task(), state=CLOSED)
    steps: tuple[Callable[[], Task], ...] = (
        lambda: accept(closed, "小李", at(1)),
        lambda: finish(closed, "小李", at(1)),
        lambda: task_life.answer(closed, "小李", at(1)),
        lambda: task_life.promise(closed, "小李", at(1), TIMES),
        lambda: task_life.not_yet(closed, at(1)),
    )
    for step in steps:
        with pytest.raises(NotOpen):
            step()
