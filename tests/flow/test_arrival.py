from collections.abc import Callable
from functools import partial

import pytest

from hub.demo.house import insert_tea_break
from hub.domain.task_kinds import TaskKind
from hub.domain.words import Words
from hub.usecases.serve_roster import KINDS
from tests.flow.conftest import Door, House

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]


def ready(house: House, wait_until: Wait) -> Door:
    """Open a door and wait until it knows all that the hub does."""
    door = house.open_door("kiosk-1")
    up_to_date(house, door, wait_until)
    return door


def up_to_date(house: House, door: Door, wait_until: Wait) -> None:
    """Wait until a kiosk's roster has caught up with the hub."""
    with house.store.read() as tx:
        head = tx.feed.head(KINDS)
    wait_until(lambda: door.kiosk._roster.cursor() >= head)


def test_a_guest_holds_a_letter_up_and_is_greeted_and_seated(house: House, wait_until: Wait) -> None:
    """From the lens to the seat in the database, through a real broker (R91, R96, R97, R144)."""
    door = ready(house, wait_until)
    guest = house.guests()[0]
    door.hold(guest.invitation.code)
    wait_until(lambda: guest.guest.salutation.zh in door.page())
    assert door.shows("welcome")
    with house.store.read() as tx:
        seat = tx.seats.of_invitations([guest.invitation.id])[guest.invitation.id]
        (arrived,) = tx.attendance.arrivals(house.cast.meeting.id, limit=9)
    assert arrived.who.invitation == guest.invitation.id
    assert seat.number in door.page()
    assert "走廊尽头" in door.page()


def test_a_vip_calls_the_greeter_while_the_screen_says_the_host_is_coming(house: House, wait_until: Wait) -> None:
    """Screen and staff learn of it in the same moment (R100)."""
    door = ready(house, wait_until)
    vip = house.guests(vip=True)[0]
    door.hold(vip.invitation.code)
    wait_until(lambda: vip.invitation.host in door.page())
    with house.store.read() as tx:
        called = {(task.kind, task.facts["name"]) for task in tx.tasks.open()}
    assert called == {(TaskKind.VIP_ARRIVAL, vip.guest.name), (TaskKind.DRINK, vip.guest.name)}


def test_a_code_that_opens_nothing_is_answered_and_the_next_guest_is_served(house: House, wait_until: Wait) -> None:
    """Foreign, revoked and replaced codes have their own words; the line goes on."""
    door = ready(house, wait_until)
    refused = {"foreign": house.cast.foreign[0], "revoked": house.cast.revoked[0], "replaced": house.cast.replaced[0]}
    for kind, code in refused.items():
        door.hold(code, for_ms=1_200)
        wait_until(partial(door.shows, kind))
    guest = house.guests()[0]
    door.hold(guest.invitation.code)
    wait_until(lambda: guest.guest.salutation.zh in door.page())
    with house.store.read() as tx:
        arrived = tx.attendance.arrivals(house.cast.meeting.id, limit=9)
    assert [one.who.invitation for one in arrived] == [guest.invitation.id]


def test_a_tea_break_put_into_the_agenda_is_named_to_the_next_guest(house: House, wait_until: Wait) -> None:
    """Greetings read the live agenda, never fixed text (R98)."""
    door = ready(house, wait_until)
    first = house.guests()[0]
    door.hold(first.invitation.code)
    wait_until(lambda: first.guest.salutation.zh in door.page())
    assert "11:30" not in door.page()
    insert_tea_break(house.store, house.cast.meeting, Words("会议室旁边的休息室", "the lounge"))
    up_to_date(house, door, wait_until)
    second = house.guests()[1]
    door.hold(second.invitation.code)
    wait_until(lambda: second.guest.salutation.zh in door.page())
    assert "11:30" in door.page()


def test_a_guest_is_greeted_while_the_hub_is_gone_and_counted_when_it_is_back(house: House, wait_until: Wait) -> None:
    """The kiosk answers from its roster; the event waits on its disk (I1)."""
    door = ready(house, wait_until)
    assert house.hub.broker is not None
    house.hub.broker.stop()
    guest = house.guests()[0]
    wait_until(lambda: not door.kiosk._link.connected)
    door.hold(guest.invitation.code)
    wait_until(lambda: guest.guest.salutation.zh in door.page())
    house.hub.broker.start()
    wait_until(lambda: _arrived(house) == [guest.invitation.id])


def _arrived(house: House) -> list[str]:
    with house.store.read() as tx:
        return [one.who.invitation for one in tx.attendance.arrivals(house.cast.meeting.id, limit=9)]
