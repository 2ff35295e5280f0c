from dataclasses import replace

import pytest

from hub.domain.errors import NotFound, Refused
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import fine
from hub.domain.tasks import accept, finish, key_of
from hub.ports import Store
from tests.hub.build import at, furnished, task


def test_a_task_comes_back_whole(store: Store) -> None:
    """New, accepted, done and closed, with its facts and everything that is kept of its guest."""
    new = replace(task(), meeting="m-launch", facts={"name": "王", "seat": "A-1-1"})
    with furnished(store).write() as tx:
        tx.tasks.raise_all([new])
        assert tx.tasks.get("task-1") == new
        accepted = accept(new, "Li", at(5))
        tx.tasks.save(accepted)
        assert tx.tasks.get("task-1") == accepted
        done = finish(accepted, "Li", at(9))
        whole = replace(done, asked_at=at(10), until=at(11), rounds=2, ticked=frozenset({"b", "a"}), told_at=at(4))
        whole = replace(whole, respond_by=at(12), warned_at=at(7), breached_at=at(8))
        tx.tasks.save(whole)
        assert tx.tasks.get("task-1") == whole
        tx.tasks.save(fine(whole))
    with store.read() as tx:
        assert tx.tasks.get("task-1") == fine(whole)
        assert tx.tasks.get("task-none") is None


def test_a_subject_has_one_open_task_and_may_have_another_once_it_is_closed(store: Store) -> None:
    """I5: a thousand button presses are one task, also while its guest is asked; the next one after that is new."""
    first = task("1")
    with store.write() as tx:
        tx.tasks.raise_all([first, task("2")])
        tx.tasks.raise_all([task("3"), task("4", subject="kiosk-2")])
        tx.tasks.raise_all([])
        assert {one.id for one in tx.tasks.open()} == {"task-1", "task-4"}
        assert tx.tasks.get("task-1") == first
        tx.tasks.save(accept(first, "Li", at(1)))
        tx.tasks.raise_all([task("5")])
        done = finish(accept(first, "Li", at(1)), "Li", at(2))
        tx.tasks.save(done)
        tx.tasks.raise_all([task("5")])
        assert tx.tasks.about([first.dedupe]) == {first.dedupe: done}
        tx.tasks.save(fine(done))
        tx.tasks.raise_all([task("6")])
    with store.read() as tx:
        assert {one.id for one in tx.tasks.open()} == {"task-4", "task-6"}


def test_a_closed_task_cannot_be_opened_beside_another_for_the_same_thing(store: Store) -> None:
    """The database holds it, whoever tries."""
    closed = fine(finish(task("1"), "Li", at(1)))
    with store.write() as tx:
        tx.tasks.raise_all([task("1")])
        tx.tasks.save(closed)
        tx.tasks.raise_all([task("2")])
    with pytest.raises(Refused, match="open task for the same thing"), store.write() as tx:
        tx.tasks.save(task("1"))


def test_open_tasks_come_by_deadline(store: Store) -> None:
    """The one that runs out first stands on top."""
    later, sooner = task("1", "a", TaskKind.SUSPECT_EVENT), task("2", "b", TaskKind.VIP_ARRIVAL)
    with store.write() as tx:
        tx.tasks.raise_all([later, sooner])
        assert tx.tasks.open() == [sooner, later]


def test_a_task_that_was_never_raised_cannot_be_saved(store: Store) -> None:
    """It would be lost in silence."""
    with pytest.raises(NotFound), store.write() as tx:
        tx.tasks.save(task())


def test_the_newest_task_of_a_thing_is_found_while_open_and_for_a_while_after(store: Store) -> None:
    """What a room's panel shows: one open, one just done, none that was done long ago, none of other things."""
    old, new = task("1", "a", TaskKind.DRINK), replace(task("2", "a", TaskKind.DRINK), created_at=at(50))
    with store.write() as tx:
        tx.tasks.raise_all([old, task("3", "b", TaskKind.DRINK), task("4", "c")])
        tx.tasks.save(finish(old, "Li", at(10)))
        tx.tasks.raise_all([new])
        tx.tasks.save(finish(task("3", "b", TaskKind.DRINK), "Li", at(20)))
    keys = [key_of(TaskKind.DRINK, subject) for subject in ("a", "b", "none")]
    with store.read() as tx:
        assert tx.tasks.latest([], at(0)) == {}
        assert {key: one.id for key, one in tx.tasks.latest(keys, at(20)).items()} == {
            keys[0]: "task-2",
            keys[1]: "task-3",
        }
        assert set(tx.tasks.latest(keys, at(21))) == {keys[0]}
