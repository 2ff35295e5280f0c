"""Guests ask at a kiosk, over a real broker: they are answered, and told how it goes on."""

from collections.abc import Callable
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.messages import Progress, Request, RequestKind
from devices.contract.topics import Leaf
from hub.domain.tasks import Outcome, Task, TaskState
from hub.usecases.ask_guest import say_fine, say_not_yet
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import at, lookup
from tests.hub.hall import Hall, event, stamp
from tests.hub.usecases.working import TIMES, Floor, by

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]


def ask(hall: Hall, kind: RequestKind, **fields: Any) -> Request:  # noqa: ANN401 - any field
    """Let the kiosk ask for something."""
    request = Request(**stamp(), kind=kind, **fields)
    hall.say(Leaf.UP_REQUEST, codec.encode(request))
    return request


def open_tasks(hall: Hall) -> list[Task]:
    """Return the open tasks."""
    with hall.store.read() as tx:
        return list(tx.tasks.open())


def progress(hall: Hall, request: str) -> list[tuple[Progress, str]]:
    """Return what the kiosk was told of one request."""
    return [(one.progress, one.by) for one in hall.told().get(request, [])]


def test_a_kiosk_hears_that_somebody_is_told_who_comes_and_that_it_is_done(hall: Hall, wait_until: Wait) -> None:
    """Taken at once, accepted with the person's name, done; each once."""
    request = ask(hall, RequestKind.HELP, note="luggage")
    wait_until(lambda: progress(hall, request.id) == [(Progress.TAKEN, "")])
    task = open_tasks(hall)[0]
    with hall.store.write() as tx:
        accept_task(tx, task.id, "李娜", at(16))
    wait_until(lambda: progress(hall, request.id)[1:] == [(Progress.ACCEPTED, "李娜")])
    with hall.store.write() as tx:
        finish_task(tx, task.id, "李娜", at(17))
    wait_until(lambda: progress(hall, request.id)[2:] == [(Progress.DONE, "李娜")])


def test_a_request_sent_twice_raises_one_task_and_is_answered_twice(hall: Hall, wait_until: Wait) -> None:
    """The answer may have been lost."""
    request = ask(hall, RequestKind.TOO_COLD)
    hall.say(Leaf.UP_REQUEST, codec.encode(request))
    wait_until(lambda: len(progress(hall, request.id)) == 2)
    assert len(open_tasks(hall)) == 1


def test_a_guest_is_found_shown_masked_and_opened_by_the_kiosk_that_was_shown_them(
    hall: Hall, wait_until: Wait
) -> None:
    """王1, 王2, 王3 are in the house: three masked candidates, one card."""
    search = ask(hall, RequestKind.FIND, text="王1")
    wait_until(lambda: search.id in hall.told())
    found = hall.told()[search.id][0]
    assert [(one.name, one.lookup) for one in found.found] == [("王*", lookup(1))]
    chosen = ask(hall, RequestKind.IDENTIFY, lookup=lookup(1))
    wait_until(lambda: chosen.id in hall.told())
    opened = hall.told()[chosen.id][0]
    assert opened.card is not None
    assert (opened.lookup, opened.card.name) == (lookup(1), "王1")
    guessed = ask(hall, RequestKind.IDENTIFY, lookup=lookup(2))
    wait_until(lambda: guessed.id in hall.told())
    assert hall.told()[guessed.id][0].reason == "not_found"


def test_a_request_for_the_guest_who_was_scanned_a_moment_ago_names_guest_and_seat(
    hall: Hall, wait_until: Wait
) -> None:
    """The scan and the wish may even come in one batch."""
    scan = event(2)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    request = ask(hall, RequestKind.DRINK, note="tea", about=scan.id)
    wait_until(lambda: request.id in hall.told())
    facts = open_tasks(hall)[0].facts
    assert (facts["name"], facts["chair_zh"], facts["note"]) == ("王2", "A 区 1 排 1 座", "tea")


def test_one_request_id_for_two_things_is_set_aside(hall: Hall, wait_until: Wait) -> None:
    """A mistake of a kiosk, or worse."""
    request = ask(hall, RequestKind.HELP)
    wait_until(lambda: request.id in hall.told())
    again = Request(**(stamp() | {"id": request.id}), kind=RequestKind.TOO_HOT)
    hall.say(Leaf.UP_REQUEST, codec.encode(again))
    wait_until(lambda: hall.reasons() == ["same_id_other_body"])


def test_a_guest_who_is_too_cold_is_asked_until_it_is_fine(hall: Hall, wait_until: Wait) -> None:
    """From the kiosk's message to the last word: changed, asked ten minutes later, changed again, fine (R155)."""
    floor = Floor(hall.store)
    scan = event(2)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    request = ask(hall, RequestKind.TOO_COLD, about=scan.id)
    wait_until(lambda: progress(hall, request.id) == [(Progress.TAKEN, "")])
    (task,) = open_tasks(hall)
    assert (task.facts["name"], task.facts["degrees"]) == ("王2", "+2")
    floor.until(at(30))  # nothing in the room can be told to be warmer
    finish(hall, task, 60)
    wait_until(lambda: progress(hall, request.id)[1:] == [(Progress.DONE, "李娜")])  # done for the guest at the kiosk
    assert floor.until(at(60 + 599)) == 0
    assert floor.until(at(60 + 600)) == 1
    assert floor.task(task.id).asked_at == at(660)
    with hall.store.write() as tx:
        say_not_yet(tx, task.id, by("李娜", at(665)), TIMES)
    wait_until(lambda: progress(hall, request.id)[2:] == [(Progress.ACCEPTED, "李娜")])
    floor.until(at(690))
    finish(hall, task, 700)
    assert floor.until(at(1_299)) == 0
    assert floor.until(at(1_300)) == 1
    with hall.store.write() as tx:
        say_fine(tx, task.id, by("小陈", at(1_310)))
    closed = floor.task(task.id)
    assert (closed.state, closed.outcome, closed.rounds) == (TaskState.CLOSED, Outcome.CONFIRMED, 1)
    assert (closed.accepted_by, closed.created_at) == ("李娜", task.created_at)
    floor.until(at(9_999))
    assert open_tasks(hall) == []
    again = ask(hall, RequestKind.TOO_COLD, about=scan.id)
    wait_until(lambda: progress(hall, again.id) == [(Progress.TAKEN, "")])


def finish(hall: Hall, task: Task, seconds: float) -> None:
    """Let 李娜 have the room changed."""
    with hall.store.write() as tx:
        finish_task(tx, task.id, "李娜", at(seconds))
