"""A booking for more people than its room seats is put before a person, and takes its room all the same (C.4)."""

from dataclasses import replace

import pytest

from hub.domain.alternatives import Other
from hub.domain.bookings import Firmness, Headcount
from hub.domain.meetings import SetUpStyle
from hub.domain.room_set_ups import RoomSetUps, StyleSetUp
from hub.domain.syncing import ConflictKind, Decision
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_desk import close
from hub.usecases.find_alternatives import alternatives
from tests.hub.usecases.following import Book, Follower, item, moved

MANY = item("a", headcount=Headcount(least=80, most=120))


@pytest.fixture
def hub(store: Store) -> Follower:
    """Give a hub whose hall seats a hundred in rows, and its side room as many again."""
    hub = Follower.over(store)
    with store.write() as tx:
        for room, seats in (("hall", 100), ("side-room", 200)):
            styles = (StyleSetUp(style=SetUpStyle.THEATRE, capacity=seats),)
            tx.set_ups.save(RoomSetUps(room=room, styles=styles))
    return hub


def test_too_small_a_room_is_asked_about_once_and_kept(hub: Follower) -> None:
    """What else changes is no reason to ask again, also after somebody has decided."""
    book = Book()
    book.say("1", MANY)
    assert hub.take(book).asked == 1
    (asked,) = hub.asked()
    assert (asked.kind, asked.source, asked.facts["people"]) == (ConflictKind.TOO_SMALL, "venue", "120")
    assert hub.firmness() == {"a": Firmness.DEFINITE}
    with hub.store.write() as tx:
        close(tx, asked, Decision.KEPT_OURS, hub.who())
    book.say("1", replace(MANY, title=Words("别名", "Other")))
    hub.take(book)
    assert hub.asked() == []
    book.say("1", replace(MANY, headcount=Headcount(most=121)))
    hub.take(book)
    assert [one.facts["people"] for one in hub.asked()] == ["121"]


@pytest.mark.parametrize(
    "now", [replace(MANY, room="side-room"), replace(MANY, headcount=Headcount(most=100)), item("a"), None]
)
def test_when_it_fits_nobody_is_asked_any_more(hub: Follower, now: object) -> None:
    """A larger room, fewer people, no number any more, or no meeting."""
    book = Book()
    book.say("1", MANY)
    hub.take(book)
    book.drop("1")
    if now is not None:
        book.say("1", now)  # type: ignore[arg-type] # an item
    hub.take(book)
    assert hub.asked() == []


def test_the_desk_is_offered_rooms_that_fit_and_are_free(hub: Follower) -> None:
    """Another room at the same time; while somebody has that, nothing but what fits."""
    book = Book()
    book.say("1", MANY)
    hub.take(book)
    (meeting,) = hub.meetings()
    with hub.store.read() as tx:
        (offer,) = alternatives(tx, meeting, hub.now)
    assert (offer.other, offer.room, offer.seats) == (Other.ROOM, "side-room", 200)
    assert (offer.starts_at, offer.ends_at) == (meeting.starts_at, meeting.ends_at)
    book.say("2", replace(moved(item("b"), 1800), room="side-room"))
    hub.take(book)
    with hub.store.read() as tx:
        assert alternatives(tx, meeting, hub.now) == []
