"""Two doors that cannot hear of each other, and the person who settles it."""

import re
import urllib.parse
import urllib.request
from collections.abc import Callable
from functools import partial

import pytest

from hub.domain.check_ins import Class
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.usecases.serve_roster import KINDS
from tests.conftest import WAIT_S
from tests.flow.conftest import Door, House
from tests.tokens import with_token

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]


class Staff:
    """A person at the hub's pages, as their browser speaks."""

    def __init__(self, house: House, name: str) -> None:
        """Begin a shift."""
        self._address = house.hub.address.rstrip("/")
        self._cookies = house.cookie(name)

    def sees(self, path: str) -> str:
        """Return a page."""
        return self._ask(urllib.request.Request(self._address + path))  # noqa: S310 - our own address

    def taps(self, path: str, **form: str) -> None:
        """Press a button of a page."""
        body = urllib.parse.urlencode(form).encode()
        headers = with_token(self._address, {"Cookie": self._cookies, "Sec-Fetch-Site": "same-origin"})
        self._ask(urllib.request.Request(self._address + path, body, headers))  # noqa: S310 - same

    def _ask(self, request: urllib.request.Request) -> str:
        if not request.has_header("Cookie"):
            request.add_header("Cookie", self._cookies)
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:  # noqa: S310 - same
            text: str = answer.read().decode()
        return text


def ready(house: House, device: str, wait_until: Wait) -> Door:
    """Open a door and wait until it knows all that the hub does."""
    door = house.open_door(device)
    up_to_date(house, door, wait_until)
    return door


def up_to_date(house: House, door: Door, wait_until: Wait) -> None:
    """Wait until a kiosk's roster has caught up with the hub."""
    with house.store.read() as tx:
        head = tx.feed.head(KINDS)
    wait_until(lambda: door.kiosk._roster.cursor() >= head)


def conflicts(house: House) -> list[Task]:
    """Return the open double entries."""
    with house.store.read() as tx:
        return [task for task in tx.tasks.open() if task.kind is TaskKind.DOUBLE_ENTRY]


def answered(door: Door) -> bool:
    """Say whether the hub has answered everything a kiosk holds."""
    return not door.kiosk._uplink._outbox.waiting(1)


def is_cut_off(door: Door) -> bool:
    """Say whether a kiosk knows that it is alone."""
    return not door.kiosk._link.connected


def test_two_doors_cut_off_from_each_other_end_in_one_task_that_one_tap_closes(house: House, wait_until: Wait) -> None:
    """Both welcome the bearer; when the line is back a person is asked once, and says who it was (fault 50)."""
    doors = [ready(house, device, wait_until) for device in ("kiosk-1", "kiosk-2")]
    assert house.hub.broker is not None
    house.hub.broker.stop()
    guest = house.guests()[0]
    for door in doors:
        wait_until(partial(is_cut_off, door))
        door.hold(guest.invitation.code)
        wait_until(partial(door.shows, "welcome"))
    house.hub.broker.start()
    wait_until(lambda: all(answered(door) for door in doors))
    (task,) = conflicts(house)
    assert (task.facts["1_device"], task.facts["2_device"]) == ("kiosk-1", "kiosk-2")
    assert task.facts["1_at"] < task.facts["2_at"]
    li = Staff(house, "小李")
    page = li.sees("/staff")
    assert all(task.facts[f"{number}_door_zh"] in page for number in (1, 2))
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen
    li.taps(
        f"/staff/guests/{guest.invitation.id}/tell-apart", kind="same_person", reason="walked_round", seen=seen.group(1)
    )
    assert conflicts(house) == []
    assert "小李 判定" in li.sees("/staff/rulings")
    with house.store.read() as tx:
        assert tx.check_ins.tally() == {Class.ADMITTED: 1, Class.DUPLICATE: 1}


def test_an_admission_that_was_undone_is_news_to_the_other_door(house: House, wait_until: Wait) -> None:
    """The other kiosk's card forgets the arrival, so that the right guest is welcomed there, not told "already in"."""
    first, second = (ready(house, device, wait_until) for device in ("kiosk-1", "kiosk-2"))
    guest = house.guests()[0]
    first.hold(guest.invitation.code)
    wait_until(lambda: first.shows("welcome"))
    wait_until(lambda: answered(first))
    up_to_date(house, second, wait_until)
    with house.store.read() as tx:
        (event,) = tx.check_ins.of_invitations([guest.invitation.id])[guest.invitation.id]
    Staff(house, "小李").taps(f"/staff/scans/{event.scan.id}/rule", kind="undo", reason="wrong_guest")
    up_to_date(house, second, wait_until)
    second.hold(guest.invitation.code)
    wait_until(lambda: second.shows("welcome"))
    wait_until(lambda: answered(second))
    with house.store.read() as tx:
        events = tx.check_ins.of_invitations([guest.invitation.id])[guest.invitation.id]
        admission = tx.check_ins.admissions([guest.invitation.id])[guest.invitation.id]
    assert {one.kiosk_verdict for one in events} == {"welcome"}
    assert admission.device == "kiosk-2"
    assert conflicts(house) == []
