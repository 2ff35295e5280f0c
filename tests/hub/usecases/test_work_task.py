import pytest

from devices.ids import uuid7
from hub.domain.errors import NotFound, NotOpen, TakenAlready
from hub.domain.meetings import Door
from hub.domain.tasks import RULES, TaskKind, TaskState, raise_task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import say_fine
from hub.usecases.call_staff import call, door_facts
from hub.usecases.work_task import accept_task, finish_task
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
