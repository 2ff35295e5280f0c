"""Conflicts between doors become one open task each, whatever order the news arrives in (R3, R5, I5, I6)."""

import random
from datetime import timedelta
from itertools import permutations

import pytest

from devices.contract.messages import Verdict
from devices.ids import uuid7
from hub.domain.check_ins import Class
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Door
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming
from hub.usecases.withdraw import withdraw_invitation
from hub.usecases.work_task import finish_task
from tests.hub.build import at, furnished, lookup
from tests.hub.usecases.scans import scan, take

DOORS = {"kiosk-1": ("东门", "East Gate"), "kiosk-2": ("西门", "West Gate"), "kiosk-3": ("南门", "South Gate")}
LATER = at(5_000)


def house(store: Store, guests: int = 3) -> Store:
    """Furnish a store and name its doors."""
    furnished(store, guests)
    with store.write() as tx:
        for device, (zh, en) in DOORS.items():
            tx.meetings.save_door(Door(device=device, name=Words(zh, en)))
    return store


def offline(seconds: float, device: str, number: int = 1, verdict: Verdict = Verdict.WELCOME) -> Incoming:
    """Make a scan at a kiosk that could not reach the hub."""
    return scan(number, seconds, device, offline=True, verdict=verdict)


def arrives(store: Store, *batch: Incoming) -> None:
    """Let events arrive long after they happened, at three doors."""
    with store.write() as tx:
        check_in(tx, list(batch), Desk(uuid7, DOORS), LATER)


def tasks(store: Store, kind: TaskKind = TaskKind.DOUBLE_ENTRY) -> list[Task]:
    """Return the open tasks of a kind."""
    with store.read() as tx:
        return [task for task in tx.tasks.open() if task.kind is kind]


def doors(task: Task) -> list[tuple[str, str, str]]:
    """Return the doors and times that a task names."""
    numbers = range(1, 1 + sum(key.endswith("_device") for key in task.facts))
    facts = task.facts
    return [(facts[f"{each}_door_zh"], facts[f"{each}_door_en"], facts[f"{each}_at"]) for each in numbers]


def test_two_doors_cut_off_from_each_other_make_one_task_with_both_doors_and_times(store: Store) -> None:
    """After the news from both is in: one admission, one duplicate, one task (fault 50)."""
    house(store)
    arrives(store, offline(10, "kiosk-1"))
    assert tasks(store) == []
    arrives(store, offline(70, "kiosk-2"))
    (task,) = tasks(store)
    assert (task.meeting, task.facts["name"], task.facts["salutation_en"]) == ("m-launch", "王1", "Mr Wang")
    assert doors(task) == [
        ("东门", "East Gate", "2026-12-01T01:00:10.123Z"),
        ("西门", "West Gate", "2026-12-01T01:01:10.123Z"),
    ]
    assert task.created_at == LATER
    assert task.due_at == LATER + timedelta(minutes=5)
    with store.read() as tx:
        assert tx.check_ins.tally() == {Class.ADMITTED: 1, Class.DUPLICATE: 1}


EVENTS = (offline(30, "kiosk-1"), offline(10, "kiosk-2"), offline(20, "kiosk-3"), offline(40, "kiosk-1", 2))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_of_arrival_gives_one_task_with_the_same_facts(sqlite_store: Store, order: tuple[int, ...]) -> None:
    """A late, earlier scan changes who was first, and the open task says so (I6)."""
    house(sqlite_store)
    for place in order:
        arrives(sqlite_store, EVENTS[place])
        arrives(sqlite_store, EVENTS[place], EVENTS[3])
    (task,) = tasks(sqlite_store)
    assert [zh for zh, _, _ in doors(task)] == ["西门", "南门", "东门"]
    with sqlite_store.read() as tx:
        assert tx.check_ins.admissions(["inv-1"])["inv-1"].device == "kiosk-2"


def test_a_late_earlier_scan_corrects_the_open_task(store: Store) -> None:
    """It stays the same task, with its owner, its time and its place in the list."""
    house(store)
    arrives(store, offline(30, "kiosk-1"), offline(40, "kiosk-2"))
    (before,) = tasks(store)
    arrives(store, offline(10, "kiosk-3"))
    (after,) = tasks(store)
    assert (after.id, after.due_at) == (before.id, before.due_at)
    assert [zh for zh, _, _ in doors(after)] == ["南门", "东门", "西门"]


def test_batches_cut_anyhow_end_in_the_same_tasks(sqlite_store: Store) -> None:
    """Twenty guests at three doors, shuffled, repeated and cut: as many tasks as a plain count of pairs says."""
    chance = random.Random(11)
    house(sqlite_store, guests=20)
    events = [
        scan(number, chance.randint(0, 99), device, offline=chance.random() < 0.5)
        for number in range(1, 21)
        for device in chance.sample(sorted(DOORS), chance.randint(1, 3))
    ]
    expected = {one.event.lookup for one in events for other in events if _apart(one, other)}
    shuffled = [*events, *events[:9]]
    chance.shuffle(shuffled)
    while shuffled:
        size = chance.randint(1, 7)
        arrives(sqlite_store, *shuffled[:size])
        del shuffled[:size]
    assert {lookup(int(task.facts["invitation"].removeprefix("inv-"))) for task in tasks(sqlite_store)} == expected
    assert 3 < len(expected) < 20


def _apart(one: Incoming, other: Incoming) -> bool:
    if one.device == other.device or one.event.lookup != other.event.lookup:
        return False
    near = abs(one.event.ts - other.event.ts) <= timedelta(seconds=5)
    return near or one.event.offline or other.event.offline


def test_what_the_kiosk_knew_is_nobodys_task(store: Store) -> None:
    """Already in, rescans at one door, and doors that had time to hear of each other."""
    house(store)
    take(store, scan(1, 10), scan(1, 30))
    arrives(store, offline(40, "kiosk-2", verdict=Verdict.ALREADY_IN))
    take(store, scan(2, 10), scan(2, 100, "kiosk-2"))
    assert tasks(store) == []


def test_the_same_moment_at_two_doors_that_are_online_is_a_task(store: Store) -> None:
    """Nobody can be at two doors at once, and neither kiosk had heard of the other (fault 49)."""
    house(store)
    answers = take(store, scan(1, 10), scan(1, 10.2, "kiosk-2"))
    assert [answer.verdict for answer in answers] == [Verdict.WELCOME, Verdict.ALREADY_IN]
    assert len(tasks(store)) == 1


def test_a_task_that_a_person_closed_stays_closed_until_another_door_turns_up(store: Store) -> None:
    """Repeats of the same events open nothing; a third door does."""
    house(store)
    events = (offline(10, "kiosk-1"), offline(20, "kiosk-2"))
    arrives(store, *events)
    (task,) = tasks(store)
    with store.write() as tx:
        finish_task(tx, task.id, "小李", LATER)
    arrives(store, *events)
    arrives(store, scan(1, 90, "kiosk-1", verdict=Verdict.ALREADY_IN))
    assert tasks(store) == []
    arrives(store, offline(30, "kiosk-3"))
    assert len(tasks(store)) == 1


WHO = Deciding(actor="小陈", at=LATER, ids=uuid7)


@pytest.mark.parametrize("news_first", [True, False])
def test_withdrawn_while_the_kiosk_was_offline_stays_admitted_flagged_and_one_task(
    store: Store, *, news_first: bool
) -> None:
    """Whether the withdrawal or the guest's scan reaches the hub first (R5, fault 43)."""
    house(store)
    if news_first:
        withdraw(store, since=5)
    arrives(store, offline(10, "kiosk-1"))
    if not news_first:
        withdraw(store, since=5)
    with store.read() as tx:
        assert tx.check_ins.admissions(["inv-1"])["inv-1"].flagged
        assert tx.check_ins.tally() == {Class.REVOKED: 1}
    (task,) = tasks(store, TaskKind.REVOKED_INSIDE)
    assert (task.facts["name"], task.facts["door_zh"]) == ("王1", "东门")


def test_who_came_before_the_withdrawal_is_simply_in(store: Store) -> None:
    """In both orders no flag and no task; and an earlier scan that arrives late takes flag and task away."""
    house(store)
    arrives(store, offline(10, "kiosk-1", 2))
    withdraw(store, since=15)
    withdraw(store, since=15, number=2)
    arrives(store, offline(20, "kiosk-1"))
    assert [task.facts["name"] for task in tasks(store, TaskKind.REVOKED_INSIDE)] == ["王1"]
    arrives(store, offline(12, "kiosk-2"))
    assert tasks(store, TaskKind.REVOKED_INSIDE) == []
    with store.read() as tx:
        assert not any(one.flagged for one in tx.check_ins.admissions(["inv-1", "inv-2"]).values())


def test_a_scan_of_an_old_code_does_not_forget_the_withdrawal(store: Store) -> None:
    """Only the current code can be withdrawn; a replaced one, read offline, changes nothing about that."""
    house(store)
    with store.write() as tx:
        tx.guests.replace_code("inv-1", "NEW", lookup(77), at(1))
    withdraw(store, since=5)
    arrives(store, offline(10, "kiosk-1", 77))
    arrives(store, offline(20, "kiosk-2", 1))
    with store.read() as tx:
        assert tx.check_ins.admissions(["inv-1"])["inv-1"].flagged
    assert len(tasks(store, TaskKind.REVOKED_INSIDE)) == 1


def withdraw(store: Store, *, since: float, number: int = 1) -> None:
    """Withdraw a guest's invitation as from a moment after T0."""
    with store.write() as tx:
        withdraw_invitation(tx, f"inv-{number}", at(since), WHO)
    with store.read() as tx:
        found = tx.guests.by_invitation([f"inv-{number}"])[f"inv-{number}"].invitation
    assert (found.status, found.status_at) == (InvitationStatus.REVOKED, at(since))
