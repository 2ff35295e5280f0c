"""Kiosks hear of a booked meeting and its guests when its day comes near, and of nothing that lies far ahead."""

from dataclasses import replace
from datetime import datetime

import pytest

from devices.contract.messages import ItemKind, Request, RequestKind
from devices.ids import uuid7
from devices.sealing import seal
from hub.domain.kiosk_view import AHEAD, BACK
from hub.domain.source_items import ItemGuest
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.come_into_view import IN_VIEW, fire_view
from hub.usecases.import_guests import import_guests
from hub.usecases.serve_roster import roster_page
from tests.hub.build import T0, at
from tests.hub.imports import acting, rows
from tests.hub.usecases.following import DAY, Book, Follower, item, moved

GUESTS = (ItemGuest(key="1", name="王伟"), ItemGuest(key="2", name="李娜"))
NEAR = item(guests=GUESTS)
FAR = moved(NEAR, 20 * DAY)


@pytest.fixture
def hub(store: Store) -> Follower:
    """Give a hub of which kiosks know nothing yet but the launch."""
    return Follower.over(store)


def told(hub: Follower) -> dict[tuple[str, str], bool]:
    """Return what a kiosk is told that asks for everything: by kind and key, whether there is anything of it."""
    found: dict[tuple[str, str], bool] = {}
    cursor, head = 0, 1
    while cursor < head:
        asked = Request(id=uuid7(), ts=T0, boot=uuid7(), seq=1, kind=RequestKind.ROSTER, cursor=cursor)
        with hub.store.read() as tx:
            page = roster_page(tx, "kiosk-1", asked, seal, hub.now)
        found |= {(one.kind.value, one.key): not one.gone for one in page.items}
        cursor, head = page.to, page.head
    return found


def seen(hub: Follower) -> tuple[bool, int]:
    """Return whether kiosks know the meeting, and how many guests they know."""
    found = told(hub)
    guests = [there for (kind, _), there in found.items() if kind == ItemKind.GUEST]
    return found.get((ItemKind.MEETING.value, hub.meeting().id), False), sum(guests)


def fire(hub: Follower) -> None:
    """Let the clock do what is due."""
    with hub.store.write() as tx:
        for timer in tx.timers.of_rule(IN_VIEW):
            if timer.due_at <= hub.now:
                tx.timers.remove(IN_VIEW, [timer.subject])
                fire_view(tx, timer, hub.who())


def edges(hub: Follower) -> list[datetime]:
    """Return when the clock has something to do."""
    with hub.store.read() as tx:
        return [one.due_at for one in tx.timers.of_rule(IN_VIEW)]


def test_what_lies_far_ahead_costs_kiosks_nothing_until_its_time_comes(hub: Follower) -> None:
    """Not even an entry that it is not there; a week before, the meeting comes with its guests, and leaves again."""
    book = Book()
    book.say("1", FAR)
    hub.take(book)
    assert told(hub) == {}
    meeting = hub.meeting()
    assert edges(hub) == [meeting.doors_at - AHEAD]
    hub.now = meeting.doors_at - AHEAD
    fire(hub)
    assert seen(hub) == (True, 2)
    assert edges(hub) == [meeting.ends_at + BACK]
    hub.now = meeting.ends_at + BACK
    fire(hub)
    assert seen(hub) == (False, 0)
    assert edges(hub) == []


def test_a_meeting_that_is_near_is_told_at_once_with_every_change(hub: Follower) -> None:
    """What changes, who joins, and who is off the list: in the transaction that keeps it."""
    book = Book()
    book.say("1", NEAR)
    hub.take(book)
    assert seen(hub) == (True, 2)
    other = replace(NEAR, title=Words("别名", "Other"))
    for changed in (other, replace(other, guests=GUESTS[:1])):
        with hub.store.read() as tx:
            head = tx.feed.head()
        book.say("1", changed)
        hub.take(book)
        with hub.store.read() as tx:
            kinds = {one.kind for one in tx.feed.after(head, [ItemKind.MEETING, ItemKind.GUEST], 9)}
        assert kinds == ({ItemKind.MEETING} if changed.guests == GUESTS else {ItemKind.GUEST})


@pytest.mark.parametrize(("first", "then", "expected"), [(FAR, NEAR, (True, 2)), (NEAR, FAR, (False, 0))])
def test_a_meeting_that_moves_into_view_or_out_of_it_takes_its_guests_along(
    hub: Follower, first: object, then: object, expected: tuple[bool, int]
) -> None:
    """Nobody waits for the clock."""
    book = Book()
    for one in (first, then):
        book.say("1", one)  # type: ignore[arg-type] # items
        hub.take(book)
    assert seen(hub) == expected


def test_a_list_that_is_imported_for_a_far_meeting_waits_for_its_time_too(hub: Follower) -> None:
    """As those of a source do."""
    book = Book()
    book.say("1", moved(item(), 20 * DAY))
    hub.take(book)
    with hub.store.write() as tx:
        meeting = next(iter(tx.meetings.get(tx.sync.linked([one.id for one in tx.meetings.all()])).values()))
        who = replace(acting(7), at=at(1))
        import_guests(tx, meeting, rows("王伟,云杉,"), who, good_rows=False, track=lambda things: things)
    assert told(hub) == {}
    hub.now = meeting.doors_at - AHEAD
    fire(hub)
    assert seen(hub) == (True, 1)
