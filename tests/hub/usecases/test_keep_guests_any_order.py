"""Whatever lists were sent in between, in whatever order and how often: the guests are those of the last one."""

import random
from dataclasses import replace

import pytest

from hub.domain.bookings import BookingState
from hub.domain.guests import Diet, InvitationStatus, Rsvp
from hub.domain.source_items import Item, ItemGuest
from hub.domain.words import Language
from hub.ports import Store
from tests.hub.build import at, seat_map
from tests.hub.usecases.following import Book, Follower, item, moved

KEYS = tuple("abcdef")
SEATS = tuple(f"A-1-{number}" for number in range(1, 9))
NAMES = ("王伟", "李娜", "Anna Li", "")


def listed(chance: random.Random) -> Item:
    """Return what a source may say of its meeting: anybody invited, at any time, sometimes off, sometimes listless."""
    seats = chance.sample(SEATS, len(KEYS))
    guests = tuple(
        ItemGuest(
            key=key,
            name=chance.choices(NAMES, (4, 4, 4, 1))[0],
            language=chance.choice((None, *Language)),
            diets=frozenset(chance.sample(tuple(Diet), chance.randint(0, 2))),
            phone=chance.choice(("", "123456")),
            party=chance.choice(("", "云杉")),
            seat=chance.choice((seats[number], "", "A-9-9")),
            vip=chance.randint(0, 2),
            rsvp=chance.choice(tuple(Rsvp)),
        )
        for number, key in enumerate(KEYS)
        if chance.random() < 0.7
    )
    state = chance.choices((BookingState.DEFINITE, BookingState.OPTION_SENT, BookingState.CANCELLED), (6, 2, 1))[0]
    one = item(guests=chance.choices((guests, None), (9, 1))[0], state=state)
    return moved(one, 3600 * chance.randrange(3))


def stands(hub: Follower) -> set[tuple[object, ...]]:
    """Return who may come, with all that is known of them and their seats, without the ids and codes of chance."""
    with hub.store.read() as tx:
        ((meeting, _),) = tx.sync.linked([one.id for one in tx.meetings.all()]).items()
        seats = {one.invitation: one.seat for one in tx.seats.assignments(meeting)}
        everybody = tx.guests.of_meeting(meeting)
    return {
        (
            replace(one.guest, id=""),
            one.invitation.source_key,
            one.invitation.party,
            one.invitation.vip_level,
            one.invitation.rsvp,
            seats.get(one.invitation.id),
        )
        for one in everybody
        if one.invitation.status is InvitationStatus.VALID
    }


def followed(store: Store, first: Item) -> tuple[Follower, Book]:
    """Return a hub that follows a meeting in a room with seats."""
    hub, book = Follower.over(store), Book()
    book.say("1", replace(first, guests=None, state=BookingState.DEFINITE))
    hub.take(book)
    with hub.store.write() as tx:
        (meeting,) = tx.sync.linked([one.id for one in tx.meetings.all()])
        tx.seats.replace(meeting, seat_map())
    return hub, book


@pytest.mark.parametrize("seed", range(10))
def test_the_guests_are_those_of_the_last_list_whatever_came_before(
    seed: int, sqlite_store: Store, another_store: Store
) -> None:
    """One hub hears of everything, some twice; the other of the end alone. Who was known before keeps the code."""
    chance = random.Random(seed)
    hub, book = followed(sqlite_store, item())
    codes: dict[str, str] = {}
    for number in range(20):
        book.say("1", listed(chance))
        hub.now = at(number)
        for _ in range(chance.randint(1, 2)):
            hub.take(book)
        with hub.store.read() as tx:
            (meeting,) = tx.sync.linked([one.id for one in tx.meetings.all()])
            now = {one.invitation.source_key: one.invitation.code for one in tx.guests.of_meeting(meeting)}
        assert now.items() >= codes.items()
        codes = now
    last = replace(listed(chance), state=BookingState.DEFINITE)
    last = replace(last, guests=last.guests or (ItemGuest(key="a", name="王伟"),))
    fresh, other = followed(another_store, item())
    for one, said in ((hub, book), (fresh, other)):
        said.say("1", last)
        one.take(said)
    assert sorted(map(str, stands(hub))) == sorted(map(str, stands(fresh)))
    assert len(stands(hub)) > 0 or all(one.rsvp is Rsvp.DECLINED or not one.name for one in last.guests or ())
