"""Whatever was said in between, in whatever order and how often: what stands here in the end is what is said last."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.bookings import BookingState
from hub.domain.source_items import Batch, Item
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import at
from tests.hub.usecases.following import DAY, Book, Follower, item

NO_ROOM = "水晶厅"
ROOMS = ("大厅", "side-room", NO_ROOM)
TITLES = ("渠道大会", "年会", "培训")
STATES = (BookingState.DEFINITE,) * 4 + (BookingState.OPTION_SENT, BookingState.OPTION, BookingState.CANCELLED)
UIDS = tuple("abcdefgh")


def drawn(chance: random.Random, uid: str) -> Item:
    """Return a version of an event: mostly usable, now and then in a room that there is not."""
    starts_at = at(3 * DAY + 3600 * chance.randrange(12))
    return item(
        uid,
        title=Words(f"{chance.choice(TITLES)} {uid}", ""),
        room=chance.choices(ROOMS, (8, 6, 1))[0],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=chance.randint(1, 4)),
        state=chance.choice(STATES),
        made_at=at(chance.randrange(4)),
    )


def shake(chance: random.Random, books: list[Book]) -> None:
    """Change something at a source."""
    book, uid = chance.choice(books), chance.choice(UIDS)
    if uid in book.kept and chance.random() < 0.35:
        book.drop(uid)
    else:
        book.say(uid, drawn(chance, uid))


def answer(chance: random.Random, book: Book, seen: set[str]) -> Batch:
    """Return a book's answer: everything, or what changed, in any order; ``seen`` are the keys the hub may know."""
    resources = list(book.kept.values())
    chance.shuffle(resources)
    if chance.random() < 0.5:
        return Batch(cursor=str(book.number), resources=tuple(resources), complete=True)
    gone = tuple(sorted(seen - set(book.kept)))
    return Batch(cursor=str(book.number), resources=tuple(resources), gone=gone)


def stands(hub: Follower) -> set[tuple[object, ...]]:
    """Return what stands here, without the ids that chance gave."""
    with hub.store.read() as tx:
        meetings = {one.id: one for one in tx.meetings.all()}
        links = tx.sync.linked(meetings)
        held = tx.bookings.held_by(list(links))
    found: set[tuple[object, ...]] = set()
    for key, link in links.items():
        one = meetings[key]
        if not one.cancelled:
            firm = held[key][0].firmness if key in held else None
            found.add((link.source, link.key, one.title, one.room, one.starts_at, one.ends_at, one.agenda, firm))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_end_does_not_depend_on_the_way(seed: int, sqlite_store: Store, another_store: Store) -> None:
    """One hub sees every change, some twice and some halves; the other sees the end alone."""
    chance = random.Random(seed)
    books = [Book(), Book(source="calendar", collection="hall")]
    hub, fresh = Follower.over(sqlite_store), Follower.over(another_store)
    seen: dict[str, set[str]] = {book.source: set() for book in books}
    for _ in range(25):
        shake(chance, books)
        book = chance.choice(books)
        told = answer(chance, book, seen[book.source])
        for _ in range(chance.randint(1, 2)):
            hub.part(book, told)
            if chance.random() < 0.7:
                hub.rest(book, told)
        seen[book.source] |= set(book.kept)
    for book in books:
        for uid in [key for key, kept in book.kept.items() if kept.items[0].room == NO_ROOM]:
            book.say(uid, replace(drawn(chance, uid), room="大厅"))
    for one in (hub, fresh):
        chance.shuffle(books)
        for book in books:
            one.part(book, book.all())
            one.rest(book, book.all())
    assert sorted(map(str, stands(hub) - stands(fresh))) == sorted(map(str, stands(fresh) - stands(hub)))


def test_a_repetition_at_the_end_changes_nothing(sqlite_store: Store) -> None:
    """Not even a row of the feed but the cursor's."""
    chance = random.Random(99)
    book, hub = Book(), Follower.over(sqlite_store)
    for uid in UIDS:
        book.say(uid, replace(drawn(chance, uid), room="大厅"))
    hub.take(book)
    before = stands(hub)
    with hub.store.read() as tx:
        head = tx.feed.head()
    hub.take(book)
    assert stands(hub) == before
    with hub.store.read() as tx:
        assert tx.feed.head() == head
