from dataclasses import replace

import pytest
from sqlalchemy import select

from devices.ids import uuid7
from hub.domain.errors import InvalidInput, NotFound, NotOpen, StepsOpen, TakenAlready
from hub.domain.meetings import Door
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Outcome, TaskState, raise_task
from hub.domain.words import Words
from hub.ports import Store
from hub.store import tables as t
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import say_fine, say_not_yet
from hub.usecases.call_staff import call, door_facts
from hub.usecases.work_task import accept_task, answer_task, finish_task, tell_guest, tick_step
from tests.hub.build import T0, at


def called(store: Store) -> str:
    """Let a guest call for help, and return the task."""
    with store.write() as tx:
        tx.meetings.save_door(Door(device="kiosk-1", name=Words("东门", "East door")))
        call(
            tx,
            raise_task(
                TaskKind.HELP, "kiosk-1", task_id=uuid7(), at=T0, facts=door_facts("kiosk-1", tx.meetings.doors())
            ),
        )
    with store.read() as tx:
        (task,) = tx.tasks.open()
    return task.id


def test_the_first_to_accept_owns_the_task_and_the_second_hears_who(store: Store) -> None:
    """Two people do not run to one door."""
    task = called(store)
    with store.write() as tx:
        accept_task(tx, task, "小李", at(3))
    with pytest.raises(TakenAlready) as caught, store.write() as tx:
        accept_task(tx, task, "小陈", at(4))
    assert caught.value.by == "小李"
    with store.read() as tx:
        found = tx.tasks.get(task)
    assert found is not None
    assert (found.state, found.accepted_by, found.accepted_at) == (TaskState.ACCEPTED, "小李", at(3))


def test_accepting_twice_by_the_same_person_is_harmless(store: Store) -> None:
    """A double tap is one tap."""
    task = called(store)
    for seconds in (3, 9):
        with store.write() as tx:
            accepted = accept_task(tx, task, "小李", at(seconds))
    assert accepted.accepted_at == at(3)


def test_a_finished_task_is_gone_from_the_list_and_cannot_be_done_again(store: Store) -> None:
    """Done is done, once the guest has said so; the door may call anew."""
    task = called(store)
    with store.write() as tx:
        finish_task(tx, task, "小李", at(60))
        say_fine(tx, task, Deciding(actor="小李", at=at(60), ids=uuid7))
    for step in (accept_task, finish_task):
        with pytest.raises(NotOpen), store.write() as tx:
            step(tx, task, "小陈", at(61))
    assert called(store) != task


def test_an_unknown_task_is_not_found(store: Store) -> None:
    """A tablet that slept through the night learns that its list is old."""
    with pytest.raises(NotFound), store.write() as tx:
        accept_task(tx, "no-such-task", "小李", T0)


def test_a_call_names_the_door_and_its_deadline(store: Store) -> None:
    """Who has both hands full reads where, at a glance (R101)."""
    called(store)
    with store.read() as tx:
        (task,) = tx.tasks.open()
    assert task.facts["door_zh"] == "东门"
    assert task.due_at == T0 + RULES[TaskKind.HELP].within


def test_every_kind_of_task_has_an_owner_and_a_deadline() -> None:
    """A task of a kind that nobody answers for cannot be raised (R4)."""
    assert set(RULES) == set(TaskKind)


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let helping a guest have two steps."""
    monkeypatch.setitem(RULES, TaskKind.HELP, replace(RULES[TaskKind.HELP], steps=("show", "guide")))


@pytest.mark.usefixtures("listed")
def test_a_task_is_finished_when_its_list_is_done(store: Store) -> None:
    """One tap for each step (R102)."""
    task = called(store)
    with store.write() as tx:
        for step in ("guide", "show"):
            tick_step(tx, task, step, "小李", at(5))
        assert finish_task(tx, task, "小李", at(9)).state is TaskState.DONE
    assert audited(store, "task.left_open") == []


@pytest.mark.usefixtures("listed")
def test_open_steps_are_asked_about_once_and_what_was_left_is_kept(store: Store) -> None:
    """Who finishes without them says so, under their name (R89, I12)."""
    task = called(store)
    with store.write() as tx:
        tick_step(tx, task, "show", "小李", at(5))
    with pytest.raises(StepsOpen) as caught, store.write() as tx:
        finish_task(tx, task, "小李", at(9))
    assert caught.value.steps == ("guide",)
    with store.write() as tx:
        finish_task(tx, task, "小李", at(9), without=True)
    assert audited(store, "task.left_open") == [("小李", f"{task} guide")]


@pytest.mark.usefixtures("listed")
def test_only_what_is_on_the_list_can_be_ticked(store: Store) -> None:
    """An address that somebody made up."""
    task = called(store)
    with pytest.raises(InvalidInput), store.write() as tx:
        tick_step(tx, task, "fly", "小李", at(5))


def test_a_guest_who_was_told_is_noted_with_the_time(store: Store) -> None:
    """The last time counts (R151)."""
    task = called(store)
    for seconds in (5, 50):
        with store.write() as tx:
            told = tell_guest(tx, task, "小李", at(seconds))
    assert told.told_at == at(50)


def test_an_answer_on_the_spot_closes_the_task(store: Store) -> None:
    """Nobody asks the guest again (R149)."""
    task = called(store)
    with store.write() as tx:
        closed = answer_task(tx, task, "小李", at(20))
    assert (closed.state, closed.outcome, closed.accepted_by) == (TaskState.CLOSED, Outcome.ANSWERED, "小李")
    with store.read() as tx:
        assert tx.tasks.open() == []


def test_every_step_of_a_life_is_audited(store: Store) -> None:
    """Who, what and in which order (I12)."""
    task = called(store)
    who = Deciding(actor="小陈", at=at(70), ids=uuid7)
    with store.write() as tx:
        accept_task(tx, task, "小李", at(3))
        finish_task(tx, task, "小李", at(60))
        say_not_yet(tx, task, who, TaskTimes())
        finish_task(tx, task, "小李", at(90))
        say_fine(tx, task, who)
    steps = ["accept", "finish", "ask", "not_yet", "finish", "ask", "fine"]
    names = ["小李", "小李", "小李", "小陈", "小李", "小李", "小陈"]
    assert audited(store) == [(name, f"task.{step}") for name, step in zip(names, steps, strict=True)]


def audited(store: Store, action: str = "") -> list[tuple[str, str]]:
    """Return who did what to tasks; or, of one action, to which subject."""
    with store.write() as tx:
        rows = tx._work.rows(select(t.audit).order_by(t.audit.c.id))  # type: ignore[attr-defined]  # no port reads it
    if action:
        return [(row.actor, row.subject) for row in rows if row.action == action]
    return [(row.actor, row.action) for row in rows if row.action.startswith("task.")]
