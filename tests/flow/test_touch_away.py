"""Guests touch the screen while the hub is away, or hangs: each is told where help is, and nothing is asked twice."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from devices.contract.messages import Method
from hub.domain.groups import Group
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.making import acting_as
from hub.usecases.group_codes import give_codes
from tests.flow.conftest import Door, House
from tests.flow.test_arrival import up_to_date
from tests.flow.test_touch import ready_to_ask

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]
Touches = tuple[tuple[str, str], ...]

NOT_SENT, NOT_LOOKED_UP, TO_THE_DESK = "暂时无法转告同事", "现在无法查询", "请您移步服务台"
VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Jane Roe\nTEL:+1 555 0100\nEND:VCARD"
FIND: Touches = (("no_code", ""), ("enter", "XUZY"))
WALK_IN: Touches = (("no_code", ""), ("enter", "QQQZ"), ("walk_in", ""), ("enter", "LI NA"))
OF_GUESTS = {TaskKind.HELP, TaskKind.COMFORT, TaskKind.DRINK, TaskKind.WALK_IN}


def go(door: Door, *touches: tuple[str, str]) -> None:
    """Touch one button after the other."""
    for touch in touches:
        door.touch(*touch)


@contextmanager
def hub_away(house: House, door: Door, wait_until: Wait) -> Iterator[None]:
    """Let the broker be away for a while; both times the kiosk has noticed."""
    assert house.hub.broker is not None
    house.hub.broker.stop()
    wait_until(lambda: not door.kiosk._uplink.hub_reachable)
    yield
    house.hub.broker.start()
    wait_until(lambda: door.kiosk._uplink.hub_reachable)


def asked_of_people(house: House) -> list[Task]:
    """Return the open tasks that guests asked for."""
    with house.store.read() as tx:
        return [task for task in tx.tasks.open() if task.kind in OF_GUESTS]


def to_idle(door: Door) -> None:
    """Take away whatever is on the screen."""
    while not door.shows("idle"):
        door.kiosk._journey._board.leave()


def delegation(house: House) -> Group:
    """Give the parties their codes, and return one of them."""
    with house.store.write() as tx:
        return give_codes(tx, house.cast.meeting, acting_as("tester", house.config))[0]


def test_with_the_hub_away_every_touch_says_where_help_is(house: House, wait_until: Wait) -> None:
    """In words that fit what was wanted. Nobody is promised, so no task comes up when the hub is back."""
    door = ready_to_ask(house, wait_until)
    greeted: Touches = (("no_code", ""), ("enter", house.guests()[0].invitation.code))
    cases: list[tuple[Touches, tuple[str, str], str]] = [
        (greeted, ("drink", "tea"), "请您告诉身边的工作人员"),
        ((*greeted, ("services", "")), ("too_cold", ""), NOT_SENT),
        ((*greeted, ("services", "")), ("too_hot", ""), NOT_SENT),
        ((("help", ""),), ("call", "luggage"), TO_THE_DESK),
        ((("help", ""),), ("call", ""), TO_THE_DESK),
        (FIND[:1], FIND[1], NOT_LOOKED_UP),
        (FIND, ("choose", "0"), NOT_LOOKED_UP),
        (WALK_IN, ("enter", "13800001234"), NOT_SENT),
    ]
    for way, last, words in cases:
        to_idle(door)
        go(door, *way)
        with hub_away(house, door, wait_until):
            door.touch(*last)
            assert words in door.page(), last
            assert "马上" not in door.page(), last
    door.hold(VCARD)
    wait_until(lambda: door.shows("business_card"))
    with hub_away(house, door, wait_until):
        door.touch("yes")
        assert NOT_SENT in door.page()
    assert asked_of_people(house) == []


def test_what_needs_no_hub_goes_on_without_it_and_is_counted_once_when_it_is_back(
    house: House, wait_until: Wait
) -> None:
    """Agenda and answers; a typed code and a ticked group, who are in. No drink is offered that nobody would bring."""
    group, alone = delegation(house), house.guests()[1]
    door = ready_to_ask(house, wait_until)
    up_to_date(house, door, wait_until)
    with house.store.read() as tx:
        members = [one.invitation.id for one in tx.guests.of_parties(group.meeting, [group.party])]

    def ways() -> list[list[str]]:
        with house.store.read() as tx:
            events = tx.check_ins.of_invitations([alone.invitation.id, *members])
        return [[event.method for event in events.get(key, ())] for key in (alone.invitation.id, *members)]

    with hub_away(house, door, wait_until):
        go(door, ("services", ""), ("agenda", ""))
        assert "开场致辞" in door.page()
        go(door, ("back", ""), ("answers", ""), ("choose", "0"))
        assert "Qiming-Guest" in door.page()
        to_idle(door)
        go(door, ("no_code", ""), ("enter", alone.invitation.code))
        assert alone.guest.salutation.zh in door.page()
        assert 'data-action="drink"' not in door.page()
        to_idle(door)
        go(door, ("no_code", ""), ("enter", group.code), ("enter", ""))
        assert door.shows("group_in")
        assert ways() == [[]] * (1 + len(members))
    wait_until(lambda: all(ways()))
    assert ways() == [[Method.TYPED], *([Method.GROUP] for _ in members)]


def test_what_was_asked_of_a_hub_that_hangs_is_one_task_each_when_it_goes_on(
    house: House, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kiosk waits a moment, asks again under the same id, sends the guest to the desk; staff learn of it late."""
    monkeypatch.setattr("kiosk.journey.WITHIN_S", 1.5)
    door = ready_to_ask(house, wait_until)
    goes_on = threading.Event()
    keep = house.hub.ingest._keep

    def hang(batch: Any) -> None:  # noqa: ANN401 - the hub's own
        goes_on.wait()
        keep(batch)

    monkeypatch.setattr(house.hub.ingest, "_keep", hang)
    try:
        go(door, ("no_code", ""), ("enter", house.guests()[0].invitation.code))
        assert door.shows("welcome")
        door.touch("drink", "tea")
        assert "请您告诉身边的工作人员" in door.page()
        go(door, ("services", ""), ("too_cold", ""))
        assert NOT_SENT in door.page()
        go(door, ("help", ""), ("call", "luggage"))
        assert TO_THE_DESK in door.page()
        to_idle(door)
    finally:
        goes_on.set()
    wait_until(lambda: len(asked_of_people(house)) == 3)
    wait_until(lambda: len(house.hub.ingest._lanes) == 0)
    found = {task.kind: (task.facts["note"], task.facts.get("name")) for task in asked_of_people(house)}
    name = house.guests()[0].guest.name
    assert found == {
        TaskKind.DRINK: ("tea", name),
        TaskKind.COMFORT: ("too_cold", name),
        TaskKind.HELP: ("luggage", name),
    }
    with house.store.read() as tx:
        kept = tx.requests.since(min(task.created_at for task in tx.tasks.open()))
    assert sorted(one.kind for one in kept) == ["drink", "help", "too_cold"]
    assert door.shows("idle")
