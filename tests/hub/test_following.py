"""The door for booking sources: asked in time, patient with one that is away, and never mistaken about silence."""

from datetime import timedelta

import pytest

from hub.booking_ports import BookingSource, CursorLost, SourceAway
from hub.following import Follower as Door
from hub.ports import Store
from tests.hub.usecases.following import DAY, Book, Follower, Hand, item, moved


class Watched:
    """A door over a book, with a clock in hand."""

    def __init__(self, store: Store) -> None:
        """Open it; nothing was asked yet."""
        self.hub, self.book, self.told = Follower.over(store), Book(), 0
        self.clock = Hand()
        source: BookingSource = self.book
        self.door = Door(
            store,
            source,
            lambda: self.hub.following("venue"),
            clock=self.clock,
            acting=self.hub.who,
            every=timedelta(seconds=15),
            ahead=timedelta(days=90),
            after=self.note,
        )

    def note(self) -> None:
        """Count that something was changed."""
        self.told += 1

    def turn(self, seconds: float = 0) -> None:
        """Look once, so much later."""
        self.clock.at += timedelta(seconds=seconds)
        self.hub.now = self.clock.now()
        self.door.turn()


@pytest.fixture
def watched(sqlite_store: Store) -> Watched:
    """Give a door that has asked nothing yet."""
    return Watched(sqlite_store)


def test_a_source_is_asked_in_time_with_the_cursor_it_gave(watched: Watched) -> None:
    """Everything at first, then what changed; everything again after a day."""
    watched.book.say("1", item("a"))
    watched.turn()
    watched.turn(14)
    assert watched.book.asked == [None]
    watched.turn(1)
    assert watched.book.asked == [None, "1"]
    assert [one.title.zh for one in watched.hub.meetings()] == ["渠道大会"]
    watched.turn(DAY)
    assert watched.book.asked == [None, "1", None]


def test_a_source_that_is_away_changes_nothing_and_is_asked_ever_less_often(watched: Watched) -> None:
    """A 403 is no empty calendar (GAS-ICS-Sync#118). Its trouble and the age of the copy are known."""
    watched.book.say("1", item("a"))
    watched.turn()
    ok_at = watched.clock.now()
    watched.book.trouble = [SourceAway("403: the password is wrong") for _ in range(4)]
    for seconds in (15, 2, 3, 6):
        watched.turn(seconds)
    assert len(watched.book.asked) == 5
    with watched.hub.store.read() as tx:
        (pull,) = tx.sync.pulls()
    assert (pull.failures, pull.problem, pull.ok_at) == (4, "403: the password is wrong", ok_at)
    assert not watched.hub.meeting().cancelled
    watched.turn(8)
    watched.turn(3)
    with watched.hub.store.read() as tx:
        assert tx.sync.pulls()[0].failures == 0


def test_a_lost_cursor_means_everything_anew_compared_with_what_is_known(watched: Watched) -> None:
    """So what was deleted meanwhile is found."""
    for number in range(3):
        watched.book.say(str(number), moved(item(str(number)), number * DAY))
    watched.turn()
    watched.book.drop("1")
    watched.book.trouble = [CursorLost("403 valid-sync-token")]
    watched.turn(15)
    assert watched.book.asked == [None, "3", None]
    assert [one.cancelled for one in watched.hub.meetings()] == [False, True, False]
