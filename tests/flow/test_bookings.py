"""What changes at a booking source stands on the kiosks' own disks within seconds, through a real broker."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from devices.contract.cards import GuestCard
from devices.contract.credential import lookup
from hub.domain.booked_meetings import Reading
from hub.domain.source_items import Horizon, Item, ItemGuest
from hub.domain.words import Words
from hub.making import acting_as, hub_secrets
from hub.usecases.follow_agenda import TIMES
from hub.usecases.follow_source import take_part
from hub.usecases.keep_changes import Following
from tests.flow.conftest import MORNING, Door, House
from tests.flow.test_arrival import ready
from tests.hub.usecases.following import Book, item

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]
WANG = ItemGuest(key="7", name="王伟", vip=1)
TOMORROW = item(
    guests=(WANG,), room="hall", starts_at=MORNING + timedelta(days=1), ends_at=MORNING + timedelta(days=1, hours=2)
)


def follow(house: House, book: Book, said: Item) -> None:
    """Let the source say something and the hub follow it."""
    book.say("1", said)
    following = Following(source="venue", readings={"venue": Reading(source="venue")}, times=TIMES)
    who = replace(acting_as("hub", house.config), at=MORNING)
    horizon = Horizon(since=MORNING - timedelta(days=1), until=MORNING + timedelta(days=90))
    with house.store.write() as tx:
        take_part(tx, following, book.collection, book.all().resources, horizon, who)


def code(house: House) -> str:
    """Return the guest's code."""
    with house.store.read() as tx:
        (meeting,) = tx.sync.linked([one.id for one in tx.meetings.all()])
        (invited,) = tx.guests.of_meeting(meeting)
    return invited.invitation.code


def card(house: House, door: Door) -> GuestCard | None:
    """Return what a kiosk knows by itself of who holds the code."""
    key = bytes.fromhex(hub_secrets(house.config).lookup_key)
    text = code(house)
    return door.kiosk._roster.guest(lookup(key, text), text)


def titles(door: Door) -> set[str]:
    """Return the meetings that a kiosk knows."""
    return {one.title.zh for one in door.kiosk._roster.meetings()}


def test_a_kiosk_learns_of_a_booking_its_changes_and_its_guests_by_itself(house: House, wait_until: Wait) -> None:
    """A new one, another title, a guest who is not to come any more (R104)."""
    door, book = ready(house, wait_until), Book()
    follow(house, book, TOMORROW)
    wait_until(lambda: card(house, door) is not None and "渠道大会" in titles(door))
    follow(house, book, replace(TOMORROW, title=Words("渠道日", "Channel day")))
    wait_until(lambda: "渠道日" in titles(door))
    follow(house, book, replace(TOMORROW, title=Words("渠道日", "Channel day"), guests=()))
    wait_until(lambda: (found := card(house, door)) is not None and found.status == "revoked")


def test_a_booking_that_lies_far_ahead_is_no_kiosks_business_yet(house: House, wait_until: Wait) -> None:
    """The one that is told after it comes alone."""
    door, book = ready(house, wait_until), Book()
    by = timedelta(days=30)
    follow(house, book, replace(TOMORROW, starts_at=TOMORROW.starts_at + by, ends_at=TOMORROW.ends_at + by))
    book.say("2", replace(TOMORROW, uid="b", booking="b", title=Words("年会", "")))
    follow(house, book, replace(TOMORROW, starts_at=TOMORROW.starts_at + by, ends_at=TOMORROW.ends_at + by))
    wait_until(lambda: "年会" in titles(door))
    assert "渠道大会" not in titles(door)
