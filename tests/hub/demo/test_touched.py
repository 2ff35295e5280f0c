from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from devices.contract.messages import Method, Request, RequestKind
from devices.ids import uuid7
from hub.demo.diary import Came, Diary, Wish
from hub.demo.house import Cast, open_house
from hub.demo.summary import Summary
from hub.demo.touched import check_touched
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.usecases.asking import Asking, Service
from hub.usecases.serve_request import serve_request

KEY = bytes(32)
MORNING = datetime(2026, 12, 31, 1, 1, tzinfo=UTC)
SERVICE = Service(ids=uuid7, bits=lambda bits: (1 << bits) - 1, site_key=KEY)
SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Touches:
    """What visitors asked, served by the hub's own use cases, and their diary."""

    store: Store
    cast: Cast
    diary: Diary = field(default_factory=Diary)

    def ask(self, kind: RequestKind, note: str = "", name: str = "", phone: str = "") -> None:
        """Let a visitor ask, a second after the one before."""
        at = MORNING + len(self.diary.wishes) * SECOND
        request = Request(id=uuid7(), ts=at, boot=uuid7(), seq=1, kind=kind, note=note or None, text=name, phone=phone)
        with self.store.write() as tx:
            serve_request(Asking(tx=tx, device="kiosk-1", request=request, now=at, service=SERVICE))
        note = kind.value if kind is RequestKind.TOO_COLD else note
        wish = Wish(kiosk="kiosk-1", kind=kind, began=at, ended=at, note=note, name=name, phone=phone)
        self.diary.wishes.append(wish)

    def summary(self) -> Summary:
        """Add it all up."""
        sums = Summary()
        with self.store.read() as tx:
            self.diary.tasks |= {task.id for task in tx.tasks.open()}
            check_touched(sums, tx, self.diary)
        return sums


@pytest.fixture
def touches(sqlite_store: Store) -> Touches:
    """Let three visitors ask for a person: by a call, for the cold, and as a walk-in."""
    made = Touches(sqlite_store, open_house(sqlite_store, date(2026, 12, 31), MORNING, KEY))
    made.ask(RequestKind.HELP, "luggage")
    made.ask(RequestKind.TOO_COLD)
    made.ask(RequestKind.WALK_IN, name="AIDA KOVAC", phone="13800001234")
    return made


def test_what_was_asked_and_is_a_task_adds_up(touches: Touches) -> None:
    """A figure for each kind, and no promise broken; what somebody else asked is counted apart."""
    assert touches.summary().problems == []
    assert dict(touches.summary().rows) == {
        "asked at a screen: help": "1",
        "asked at a screen: too cold": "1",
        "asked at a screen: walk-in": "1",
        "tasks from the screens": "3",
    }
    touches.ask(RequestKind.HELP)
    touches.diary.wishes.pop()
    assert touches.summary().problems == []
    assert ("asked at a screen by somebody else", "1") in touches.summary().rows


def test_without_visitors_nothing_is_said_of_them(touches: Touches) -> None:
    """A demo that ends before anybody touches a screen adds up too."""
    touches.diary = Diary()
    assert (touches.summary().rows, touches.summary().checked) == ([], 0)


def _lose_all(touches: Touches) -> None:
    with touches.store.write() as tx:
        tx.requests.forget(MORNING + SECOND * 9)


def _lose_one(touches: Touches) -> None:
    touches.diary.wishes.append(
        replace(touches.diary.wishes[0], began=MORNING + SECOND * 9, ended=MORNING + SECOND * 9)
    )


def _keep_it_twice(touches: Touches) -> None:
    touches.ask(RequestKind.TOO_COLD)
    touches.diary.wishes.pop()
    touches.diary.wishes[1] = replace(touches.diary.wishes[1], ended=MORNING + SECOND * 9)


def _show_nothing(touches: Touches) -> None:
    touches.diary.wishes[0] = replace(touches.diary.wishes[0], seen=False)


def _bring_something_else(touches: Touches) -> None:
    touches.diary.wishes[0] = replace(touches.diary.wishes[0], note="seat")


def _misspell_the_walk_in(touches: Touches) -> None:
    touches.diary.wishes[2] = replace(touches.diary.wishes[2], name="AIDA COVAC")


def _call_twice(touches: Touches) -> None:
    with touches.store.write() as tx:
        task = next(one for one in tx.tasks.open() if one.kind is TaskKind.HELP)
        tx.tasks.raise_all([replace(task, id=uuid7(), dedupe="another")])


def _let_nobody_in(touches: Touches) -> None:
    touches.diary.came.append(Came(touches.cast.guests[0].invitation.id, Method.FOUND))


@pytest.mark.parametrize(
    "fault",
    [
        _lose_all,
        _lose_one,
        _keep_it_twice,
        _show_nothing,
        _bring_something_else,
        _misspell_the_walk_in,
        _call_twice,
        _let_nobody_in,
    ],
)
def test_whatever_was_asked_and_does_not_add_up_is_named(touches: Touches, fault: Callable[[Touches], None]) -> None:
    """A summary that cannot fail would be worth nothing: each of these must be seen."""
    fault(touches)
    assert touches.summary().problems
