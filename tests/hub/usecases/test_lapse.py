"""An option that nobody confirmed in time is free for others, and may come back (R33; C.3.1, C.6.6)."""

from dataclasses import replace

import pytest

from hub.domain.bookings import Booking, BookingState, Firmness
from hub.domain.source_items import Item
from hub.domain.syncing import ConflictKind
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.lapse import look_after_options
from tests.hub.build import T0, admission, at, check_in, invited
from tests.hub.usecases.following import DAY, Book, Follower, item
from tests.hub.usecases.working import Floor

OPTION = item("a", state=BookingState.OPTION_SENT, reply_by=at(DAY))
RIVAL = item("b", title=Words("年会", "Gala"), made_at=at(60))


@pytest.fixture
def hub(store: Store) -> Follower:
    """Give a hub that knows an option which is to be confirmed within a day."""
    hub = Follower.over(store)
    book = Book()
    book.say("1", OPTION)
    hub.take(book)
    pass_time(hub, 0)
    return hub


def pass_time(hub: Follower, seconds: float) -> None:
    """Let what is due happen up to an instant."""
    hub.pass_time(seconds)
    with hub.store.write() as tx:
        look_after_options(tx, hub.now)
    Floor(hub.store).until(hub.now)


def booking(hub: Follower, key: str = "a") -> Booking:
    """Return a booking as it stands."""
    with hub.store.read() as tx:
        return tx.bookings.of_source("venue", [key])[key]


def said(*items: Item) -> Book:
    """Return a book that says so."""
    book = Book()
    for number, one in enumerate(items, 1):
        book.say(str(number), one)
    return book


def test_what_nobody_confirmed_in_time_is_off_and_its_room_free(hub: Follower) -> None:
    """Once, and on record; the source's entry stays as it is."""
    pass_time(hub, DAY - 1)
    assert booking(hub).state is BookingState.OPTION_SENT
    pass_time(hub, DAY + 60)
    pass_time(hub, DAY + 180)
    lapsed = booking(hub)
    assert (lapsed.state, lapsed.lapsed_at) == (BookingState.LAPSED, at(DAY + 60))
    assert hub.meeting().cancelled
    assert hub.firmness() == {}
    with hub.store.read() as tx:
        assert [one.action for one in tx.records.audited(lapsed.id, T0, 9)] == ["booking.lapsed"]


def test_whoever_waited_for_the_room_has_it_then(hub: Follower) -> None:
    """And the desk is not asked about it any more."""
    hub.take(said(OPTION, RIVAL))
    assert hub.firmness() == {"a": Firmness.OPTION_SENT, "b": Firmness.DOUBLE_BOOKED}
    assert [one.kind for one in hub.asked()] == [ConflictKind.DOUBLE_BOOKED]
    pass_time(hub, DAY + 60)
    assert hub.firmness() == {"b": Firmness.DEFINITE}
    assert hub.asked() == []


def test_an_option_whose_time_is_over_holds_up_nobody_before_that_is_written_down(hub: Follower) -> None:
    """It is free at query time (hotelyn#169)."""
    hub.pass_time(DAY + 1)
    hub.take(said(OPTION, RIVAL))
    assert hub.firmness()["b"] is Firmness.DEFINITE
    assert hub.asked() == []


def test_confirmed_after_all_it_is_back_in_its_room(hub: Follower) -> None:
    """The same meeting."""
    before = hub.meeting().id
    pass_time(hub, DAY + 60)
    hub.take(said(replace(OPTION, state=BookingState.DEFINITE)))
    assert (hub.meeting().id, hub.meeting().cancelled) == (before, False)
    assert hub.firmness() == {"a": Firmness.DEFINITE}
    pass_time(hub, DAY + 300)
    assert booking(hub).state is BookingState.DEFINITE


def test_confirmed_when_others_have_the_room_a_person_is_asked(hub: Follower) -> None:
    """Though it was made first: it stands in line from when it lapsed (conflict table, C.6.6)."""
    pass_time(hub, DAY + 60)
    hub.take(said(OPTION, RIVAL))
    hub.take(said(replace(OPTION, state=BookingState.DEFINITE), RIVAL))
    assert hub.firmness() == {"a": Firmness.DOUBLE_BOOKED, "b": Firmness.DEFINITE}
    assert [one.kind for one in hub.asked()] == [ConflictKind.DOUBLE_BOOKED]


def test_a_longer_time_to_reply_brings_it_back_and_another_word_alone_does_not(hub: Follower) -> None:
    """A title that is corrected confirms nothing."""
    pass_time(hub, DAY + 60)
    hub.take(said(replace(OPTION, title=Words("渠道日", ""))))
    assert (hub.meeting().cancelled, hub.meeting().title.zh) == (True, "渠道日")
    assert booking(hub).state is BookingState.LAPSED
    hub.take(said(replace(OPTION, reply_by=at(DAY + 3600))))
    assert (hub.meeting().cancelled, booking(hub).state) == (False, BookingState.OPTION_SENT)
    assert hub.firmness() == {"a": Firmness.OPTION_SENT}
    pass_time(hub, DAY + 3660)
    assert hub.meeting().cancelled


def test_what_has_begun_is_not_called_off_by_a_deadline(hub: Follower) -> None:
    """Guests are inside: it runs on, in its room."""
    late = replace(OPTION, reply_by=at(2 * DAY + 600))
    hub.take(said(late))
    meeting = hub.meeting().id
    with hub.store.write() as tx:
        guest = invited(11, meeting)
        tx.guests.add(guest.guest, guest.invitation)
        event = check_in(11, meeting=meeting)
        tx.check_ins.add([event])
        tx.check_ins.admit([admission(event)])
    pass_time(hub, 2 * DAY + 660)
    assert booking(hub).state is BookingState.LAPSED
    assert not hub.meeting().cancelled
    assert hub.firmness() == {"a": Firmness.OPTION_SENT}
