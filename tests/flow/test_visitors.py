"""The demo's visitors at a real kiosk: each gets what they came for, and the database says what their diary says."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from devices.clock import SystemClock
from hub.demo.callers import Caller, plan_errands
from hub.demo.diary import Diary
from hub.demo.errands import Errand
from hub.demo.house import TouchCast, cast_touches
from hub.demo.summary import Summary
from hub.demo.touched import check_touched
from hub.demo.visitor import Visitor
from hub.making import hub_secrets
from tests.flow.conftest import Door, House
from tests.flow.test_arrival import up_to_date
from tests.flow.test_touch import ready_to_ask

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]

PATIENCE_S = 60


def cast(house: House) -> TouchCast:
    """Choose who touches the screen."""
    key = bytes.fromhex(hub_secrets(house.config).lookup_key)
    return cast_touches(house.store, house.cast, datetime.now(UTC), key)


def play(house: House, door: Door, errand: Errand, diary: Diary) -> list[str]:
    """Let one visitor come, quick of hand; return what the terminal tells."""
    clock = SystemClock(timedelta(seconds=house.config.clock_offset_s))
    ends_ms = clock.monotonic_ms() + PATIENCE_S * 1000
    pause = threading.Event()
    told: list[str] = []
    visitor = Visitor(
        door.kiosk._server.port, lambda s: pause.wait(min(s, 0.05)), lambda: clock.monotonic_ms() > ends_ms
    )
    with house.store.read() as tx:
        here = tx.meetings.doors()["kiosk-1"]
    if errand.code:
        door.hold(errand.code)
    errand.go(Caller(visitor, here, diary, clock, told.append))
    return told


def test_every_errand_of_the_demo_gets_what_it_came_for_and_adds_up(house: House, wait_until: Wait) -> None:
    """A drink, help, cold and heat, a guest found, a walk-in, a party on one code, agenda and answers (G3 to G22)."""
    touches = cast(house)
    door = ready_to_ask(house, wait_until)
    up_to_date(house, door, wait_until)
    diary = Diary()
    errands = plan_errands(touches)
    told = [play(house, door, errand, diary) for errand in errands]
    assert all(told)
    assert len(diary.came) == 1 + len(touches.members)
    assert set(diary.looked) == {"agenda", "answers", "the other language"}
    sums = Summary()
    events = [touches.found.invitation.id, *(one.invitation.id for one in touches.members)]

    def all_counted() -> bool:
        with house.store.read() as tx:
            return len(tx.check_ins.of_invitations(events)) == len(events)

    wait_until(all_counted)
    with house.store.read() as tx:
        diary.tasks |= {task.id for task in tx.tasks.open()}
        check_touched(sums, tx, diary)
    assert sums.problems == []
    assert sum(name.startswith("asked at a screen") for name, _ in sums.rows) == len(
        {wish.kind for wish in diary.wishes}
    )
    assert ("tasks from the screens", str(sum(bool(wish.note or wish.name) for wish in diary.wishes) + 1)) in sums.rows


def test_a_visitor_who_finds_another_s_steps_begins_at_idle(house: House, wait_until: Wait) -> None:
    """A step over a greeting is put away, and the greeting beneath it too: nobody asks in another's name."""
    touches = cast(house)
    door = ready_to_ask(house, wait_until)
    diary = Diary()
    errands = plan_errands(touches)
    call, tea = errands[0], errands[1]
    play(house, door, tea, diary)
    door.touch("services")
    play(house, door, call, diary)
    assert diary.wishes[-1].who == ""
    with house.store.read() as tx:
        helped = next(task for task in tx.tasks.open() if task.kind == "help")
    assert "invitation" not in helped.facts
