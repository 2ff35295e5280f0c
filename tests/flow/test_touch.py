"""Guests go by touch, from the glass to the hub's memory and back: a real broker, a real hub, a whole kiosk."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from devices.contract.messages import Method
from hub.domain.guests import Invited
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.making import acting_as
from hub.usecases.group_codes import give_codes
from hub.usecases.serve_drinks import prepare_all
from hub.usecases.work_task import accept_task
from tests.flow.conftest import Door, House
from tests.flow.test_arrival import ready, up_to_date

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]


def named(house: House, name: str) -> Invited:
    """Return a guest of the demo by name."""
    return next(one for one in house.cast.guests if one.guest.name == name)


def tasks(house: House, kind: TaskKind) -> list[Task]:
    """Return the open tasks of a kind."""
    with house.store.read() as tx:
        return [task for task in tx.tasks.open() if task.kind is kind]


def method_of(house: House, invitation: str) -> str:
    """Return how the admitted guest was checked in."""
    with house.store.read() as tx:
        (event,) = tx.check_ins.of_invitations([invitation])[invitation]
    return event.method


def accept(house: House, task: Task, by: str) -> None:
    """Let somebody on the staff accept a task."""
    with house.store.write() as tx:
        accept_task(tx, task.id, by, datetime.now(UTC))


def ready_to_ask(house: House, wait_until: Wait) -> Door:
    """Open a door that knows what the hub does, and that the hub is there."""
    door = ready(house, wait_until)
    wait_until(lambda: door.kiosk._uplink.hub_reachable)
    return door


def drinks(door: Door, meeting: str) -> list[str]:
    """Return what a kiosk may offer the guests of a meeting."""
    card = next(one for one in door.kiosk._roster.meetings() if one.key == meeting)
    return [one.drink for one in card.drinks or ()]


def test_a_guest_without_a_code_is_found_greeted_counted_and_brought_tea(house: House, wait_until: Wait) -> None:
    """From idle to the seat in three touches and typing; then staff know who drinks what, and where (G9, G21)."""
    door = ready_to_ask(house, wait_until)
    guest = named(house, "许知洋")
    door.touch("no_code")
    door.touch("enter", "XUZY")
    assert "许**" in door.page()
    assert guest.guest.name not in door.page()
    door.touch("choose", "0")
    wait_until(lambda: guest.guest.salutation.zh in door.page())
    wait_until(lambda: 'data-action="drink"' in door.page())
    assert method_of(house, guest.invitation.id) == Method.FOUND
    door.touch("drink", "tea")
    assert "马上为您送上" in door.page()
    (task,) = tasks(house, TaskKind.DRINK)
    assert (task.facts["name"], task.facts["note"]) == (guest.guest.name, "tea")


def test_a_guest_sees_who_is_on_the_way(house: House, wait_until: Wait) -> None:
    """The answer that comes later changes the screen by itself (G11, R101)."""
    door = ready_to_ask(house, wait_until)
    door.touch("help")
    door.touch("call", "luggage")
    assert "工作人员马上就来" in door.page()
    (task,) = tasks(house, TaskKind.HELP)
    assert task.facts["note"] == "luggage"
    accept(house, task, "李小梅")
    wait_until(lambda: "李小梅正在过来" in door.page())


def test_a_guest_of_honour_sees_who_has_accepted_to_come(house: House, wait_until: Wait) -> None:
    """Staff accept on their own device; the guest reads the name where they stand (G7)."""
    door = ready_to_ask(house, wait_until)
    vip = house.guests(vip=True)[0]
    door.hold(vip.invitation.code)
    wait_until(lambda: tasks(house, TaskKind.VIP_ARRIVAL))
    accept(house, tasks(house, TaskKind.VIP_ARRIVAL)[0], "陈思远")
    wait_until(lambda: "陈思远" in door.page())


def test_somebody_who_is_not_invited_signs_in_and_a_person_comes(house: House, wait_until: Wait) -> None:
    """By the house's rule for walk-ins; the name and number that were typed are the task's."""
    door = ready_to_ask(house, wait_until)
    door.touch("no_code")
    door.touch("enter", "QQQZ")
    assert "没有找到您" in door.page()
    door.touch("walk_in")
    door.touch("enter", "LI NA")
    door.touch("enter", "13800001234")
    if 'data-action="choose"' in door.page():
        door.touch("choose", "0")
    wait_until(lambda: tasks(house, TaskKind.WALK_IN))
    facts = tasks(house, TaskKind.WALK_IN)[0].facts
    assert "LI NA" in facts.values()
    assert "13800001234" in facts.values()


def test_a_delegation_ticks_who_has_come(house: House, wait_until: Wait) -> None:
    """Its code typed in by hand; who is unticked is not let in (G22)."""
    with house.store.write() as tx:
        groups = give_codes(tx, house.cast.meeting, acting_as("tester", house.config))
        sizes = {len(tx.guests.of_parties(one.meeting, [one.party])): one for one in groups}
    size, group = next((size, one) for size, one in sorted(sizes.items()) if size >= 3)
    door = ready_to_ask(house, wait_until)
    up_to_date(house, door, wait_until)
    door.touch("no_code")
    door.touch("enter", group.code)
    door.touch("tick", "1")
    door.touch("enter")
    with house.store.read() as tx:
        members = [one.invitation.id for one in tx.guests.of_parties(group.meeting, [group.party])]

    def inside() -> int:
        with house.store.read() as tx:
            events = tx.check_ins.of_invitations(members).values()
        return sum(event.method == Method.GROUP for each in events for event in each)

    wait_until(lambda: inside() == size - 1)
    assert door.shows("group_in")


def test_without_the_hub_a_typed_code_still_lets_its_guest_in(house: House, wait_until: Wait) -> None:
    """And a name is not looked for in vain."""
    door = ready_to_ask(house, wait_until)
    guest = house.guests()[0]
    assert house.hub.broker is not None
    house.hub.broker.stop()
    wait_until(lambda: not door.kiosk._uplink.hub_reachable)
    door.touch("no_code")
    door.touch("enter", "XUZY")
    assert "现在无法查询" in door.page()
    door.touch("no_code")
    door.touch("enter", guest.invitation.code)
    wait_until(lambda: guest.guest.salutation.zh in door.page())
    house.hub.broker.start()


def test_a_drink_that_has_run_out_is_not_offered_to_the_next_guest(house: House, wait_until: Wait) -> None:
    """Its last portion is chosen at this door; the kiosk hears of it with the meeting's card (R110)."""
    door = ready_to_ask(house, wait_until)
    first, second = house.guests()[:2]
    meeting = first.invitation.meeting
    with house.store.write() as tx:
        prepare_all(tx, meeting, {"juice": 1}, datetime.now(UTC))
    assert drinks(door, meeting) == ["tea", "coffee", "juice", "water"]
    door.hold(first.invitation.code)
    wait_until(lambda: 'data-value="juice"' in door.page())
    door.touch("drink", "juice")
    assert "马上为您送上" in door.page()
    wait_until(lambda: drinks(door, meeting) == ["tea", "coffee", "water"])
    door.hold(second.invitation.code)
    wait_until(lambda: second.guest.salutation.zh in door.page())
    wait_until(lambda: 'data-value="tea"' in door.page())
    assert 'data-value="juice"' not in door.page()
