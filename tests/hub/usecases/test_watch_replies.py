from dataclasses import replace

import pytest

from hub.domain.guest_messages import GuestMessage, MessageKind
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState
from hub.ports import Store
from hub.usecases.hand_up import LATE_REPLY
from hub.usecases.log_request import Said, log_request
from hub.usecases.work_task import accept_task, answer_task, finish_task, promise_reply
from tests.hub.build import T0, at, furnished
from tests.hub.usecases.working import TIMES, Floor, by

HALF_HOUR = 1_800
WARNED = HALF_HOUR - 300


@pytest.fixture
def floor(store: Store) -> Floor:
    """Give a house with guests, of whom 王1 has left an address."""
    furnished(store)
    with store.write() as tx:
        invited = tx.guests.by_invitation(["inv-1"])["inv-1"]
        tx.guests.change(replace(invited.guest, email="wang@example.com"), invited.invitation)
    return Floor(store)


def asked(floor: Floor, kind: TaskKind = TaskKind.QUESTION, invitation: str = "inv-1") -> Task:
    """Log what a guest asks."""
    with floor.store.write() as tx:
        return log_request(tx, kind, Said(text="发票什么时候开", invitation=invitation), by("小李", T0), TIMES)


def messages(floor: Floor, task: Task) -> list[GuestMessage]:
    """Return what was put for the guest."""
    with floor.store.read() as tx:
        return list(tx.guest_messages.of_tasks([task.id]))


def test_a_question_to_be_confirmed_starts_the_clock_and_tells_the_guest(floor: Floor) -> None:
    """R150: half an hour; who logged it owns it, and the guest has it in writing."""
    task = asked(floor)
    assert (task.state, task.accepted_by) == (TaskState.ACCEPTED, "小李")
    assert (task.respond_by, task.due_at, task.told_at) == (at(HALF_HOUR), at(HALF_HOUR), T0)
    (message,) = messages(floor, task)
    assert (message.kind, message.invitation) == (MessageKind.TO_BE_CONFIRMED, "inv-1")
    assert message.facts == {"question": "发票什么时候开", "until": at(HALF_HOUR).isoformat()}
    assert message.pointless_at == at(HALF_HOUR)


def test_staff_are_warned_five_minutes_before_and_the_supervisor_is_called_once(floor: Floor) -> None:
    """The breach stands on the task; the next minutes bring no second call."""
    task = asked(floor)
    floor.until(at(WARNED - 1))
    assert floor.task(task.id).warned_at is None
    floor.until(at(WARNED))
    assert floor.task(task.id).warned_at == at(WARNED)
    assert len(floor.open()) == 1
    floor.until(at(HALF_HOUR))
    assert floor.task(task.id).breached_at == at(HALF_HOUR)
    floor.until(at(2 * HALF_HOUR))
    (called,) = [one for one in floor.open() if one.kind is TaskKind.HANDED_UP]
    assert (called.facts["why"], called.facts["about"]) == (LATE_REPLY, task.id)
    assert (called.facts["text"], called.facts["owner"]) == ("发票什么时候开", "小李")


@pytest.mark.parametrize("end", ["finished", "answered"])
def test_a_guest_who_has_the_reply_calls_nobody(floor: Floor, end: str) -> None:
    """In time is in time, whatever fires later."""
    task = asked(floor)
    with floor.store.write() as tx:
        if end == "finished":
            finish_task(tx, task.id, "小李", at(600))
        else:
            answer_task(tx, task.id, "小李", at(600))
    floor.until(at(3 * HALF_HOUR))
    standing = floor.task(task.id)
    assert (standing.warned_at, standing.breached_at) == (None, None)
    assert floor.open() == []


def test_a_new_promise_has_a_clock_of_its_own(floor: Floor) -> None:
    """The guest was told again; the timers of the first promise do nothing."""
    task = asked(floor)
    with floor.store.write() as tx:
        promise_reply(tx, task.id, "小李", at(1_000))
    floor.until(at(HALF_HOUR))
    assert floor.task(task.id).breached_at is None
    floor.until(at(1_000 + HALF_HOUR))
    assert floor.task(task.id).breached_at == at(1_000 + HALF_HOUR)


def test_a_breach_is_written_once_and_calls_the_supervisor_once(floor: Floor) -> None:
    """Who promises again after that does so with the supervisor's knowledge."""
    task = asked(floor)
    floor.until(at(HALF_HOUR))
    (called,) = [one for one in floor.open() if one.kind is TaskKind.HANDED_UP]
    with floor.store.write() as tx:
        finish_task(tx, called.id, "主管", at(HALF_HOUR + 60))
        promise_reply(tx, task.id, "小李", at(HALF_HOUR + 90))
    floor.until(at(4 * HALF_HOUR))
    assert floor.task(task.id).breached_at == at(HALF_HOUR)
    assert [one.id for one in floor.open()] == [task.id]


def test_a_reply_that_is_late_by_an_outage_is_warned_of_and_broken_at_once(floor: Floor) -> None:
    """Each once, with the times at which people could know."""
    task = asked(floor)
    floor.until(at(9_000))
    standing = floor.task(task.id)
    assert standing.warned_at == standing.breached_at == at(9_000)
    assert len(floor.open()) == 2


def test_a_guest_hears_by_mail_how_a_request_goes_on_once_for_each_state(floor: Floor) -> None:
    """Taken, and done (R151); what comes after being asked they know."""
    task = asked(floor, TaskKind.REQUEST)
    with floor.store.write() as tx:
        accept_task(tx, task.id, "小李", at(10))
        accept_task(tx, task.id, "小李", at(11))
        finish_task(tx, task.id, "小李", at(60))
    told = [(one.kind, one.facts["state"], one.facts["what_zh"]) for one in messages(floor, task)]
    assert told == [(MessageKind.PROGRESS, state, "发票什么时候开") for state in ("accepted", "done")]


def test_a_guest_without_an_address_is_told_by_people_alone(floor: Floor) -> None:
    """No message is kept that nobody could send."""
    task = asked(floor, invitation="inv-2")
    assert messages(floor, task) == []
