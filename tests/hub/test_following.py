"""The door for booking sources: asked in time, patient with one that is away, and never mistaken about silence."""

from datetime import timedelta
from unittest.mock import Mock

import pytest

from hub.booking_ports import BookingSource, CursorLost, SourceAway
from hub.domain.meetings import Room
from hub.domain.source_items import Batch, Horizon, ItemGuest, Resource
from hub.domain.words import Words
from hub.following import Follower as Door
from hub.following import parts
from hub.ports import Store
from hub.usecases.follow_source import take_part
from tests.hub.usecases.following import DAY, Book, Follower, Hand, item, moved


class Waiting:
    """Another process follows the source, until it does not any more."""

    def __init__(self) -> None:
        """Begin as the one that follows."""
        self.mine = True
        self.back = False

    def is_mine(self) -> bool:
        """Say what the test wants."""
        return self.mine

    def give_back(self) -> None:
        """Note it."""
        self.back = True


class Watched:
    """A door over a book, with a clock in hand."""

    def __init__(self, store: Store, book: Book | None = None, hub: Follower | None = None) -> None:
        """Open it; nothing was asked yet. Several may stand over one book."""
        self.hub, self.book, self.told = hub or Follower.over(store), book or Book(), 0
        self.clock, self.process = Hand(), Waiting()
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
            turn=self.process,
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
    assert (pull.failures, pull.trouble, pull.problem, pull.ok_at) == (
        4,
        "source_away",
        "403: the password is wrong",
        ok_at,
    )
    assert not watched.hub.meeting().cancelled
    watched.turn(8)
    watched.turn(3)
    with watched.hub.store.read() as tx:
        (pull,) = tx.sync.pulls()
    assert (pull.failures, pull.trouble, pull.problem) == (0, "", "")


def test_an_answer_over_which_the_reader_stumbles_is_a_trouble_of_the_source(watched: Watched) -> None:
    """Said on the page, asked again later, and nothing is changed: one mistake of ours must not turn in circles."""
    watched.book.say("1", item("a"))
    watched.turn()
    watched.book.trouble = [KeyError("guest 周敏")]
    watched.turn(15)
    watched.turn(0.5)
    with watched.hub.store.read() as tx:
        (pull,) = tx.sync.pulls()
    assert pull.trouble == "answer_unreadable"
    assert (pull.failures, "KeyError" in pull.problem, "周敏" in pull.problem) == (1, True, False)
    assert len(watched.book.asked) == 2
    assert not watched.hub.meeting().cancelled


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


def test_of_several_processes_one_follows_and_another_takes_over_when_it_stops(watched: Watched) -> None:
    """So a source is not asked twice for everything."""
    watched.book.say("1", item("a"))
    watched.process.mine = False
    watched.turn()
    assert watched.book.asked == []
    watched.process.mine = True
    watched.turn(1)
    assert watched.book.asked == [None]
    watched.door.stop()
    assert watched.process.back


class Slow(Book):
    """A book whose answer takes so long that another process asks, and is done, in the meantime."""

    other: Watched | None = None

    def pull(self, collection: str, cursor: str | None, horizon: Horizon) -> Batch:
        """Answer with what was so when it was asked."""
        answer = super().pull(collection, cursor, horizon)
        if self.other is not None:
            other, self.other = self.other, None
            self.say("1", moved(item("a"), DAY))
            other.turn(60)
        return answer


def test_an_answer_that_is_older_than_what_another_process_has_read_is_dropped(sqlite_store: Store) -> None:
    """Two hubs over one database: the slower one must not put a meeting back to where it was."""
    first = Watched(sqlite_store, Slow())
    second = Watched(sqlite_store, first.book, first.hub)
    first.book.say("1", item("a"))
    first.turn()
    first.book.say("1", moved(item("a"), 3600))
    assert isinstance(first.book, Slow)
    first.book.other = second
    first.turn(60)
    assert first.hub.meeting().starts_at == moved(item("a"), DAY).starts_at
    assert first.door.counts["stale"] == 1
    first.turn(60)
    assert first.hub.meeting().starts_at == moved(item("a"), DAY).starts_at


def test_a_quiet_source_keeps_the_copy_young_and_wakes_nobody(watched: Watched) -> None:
    """Nothing has changed: the age is that of the last answer."""
    watched.book.say("1", item("a"))
    watched.turn()
    assert watched.told == 1
    watched.book.said.clear()
    kept, watched.book.kept = watched.book.kept, {}
    watched.turn(15)
    with watched.hub.store.read() as tx:
        assert tx.sync.pulls()[0].ok_at == watched.clock.now()
    assert watched.told == 1
    watched.book.kept = kept
    assert not watched.hub.meeting().cancelled


def test_a_source_that_always_tells_everything_is_only_written_where_it_differs(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same again wakes nobody, and is not written part by part; what differs among it is taken."""
    spy = Mock(wraps=take_part)

    def parts() -> list[int]:
        return [len(call.args[3]) for call in spy.call_args_list]

    monkeypatch.setattr("hub.following.take_part", spy)
    for number in range(120):
        watched.book.say(str(number), moved(item(str(number)), number * 7200))
    watched.turn()
    assert parts() == [50, 50, 20]
    before = watched.told
    watched.turn(15)
    assert watched.told == before
    watched.book.say("7", moved(item("7", title=Words("年会", "")), 7 * 7200))
    watched.turn(15)
    assert parts() == [50, 50, 20, 1]
    assert "年会" in [one.title.zh for one in watched.hub.meetings()]


def test_a_part_holds_few_meetings_and_fewer_where_their_lists_are_long() -> None:
    """Who checks in meanwhile waits for no more; a list longer than all that comes alone."""

    def listed(guests: int) -> Resource:
        list_ = tuple(ItemGuest(key=str(number), name="王伟") for number in range(guests))
        return Resource(key=f"{guests}", version="1", items=(item(guests=list_ or None),))

    assert [len(part) for part in parts([listed(0)] * 120)] == [50, 50, 20]
    found = parts([listed(guests) for guests in (200, 300, 1, 900, 2)])
    assert [[one.key for one in part] for part in found] == [["200", "300"], ["1"], ["900"], ["2"]]
    assert list(parts([])) == []


def test_what_names_a_room_that_the_house_has_only_now_is_used_at_once(watched: Watched) -> None:
    """Though the source has nothing new to say: a person has added the room, as the page told them to."""
    watched.book.say("1", item("a", room="水晶厅"))
    watched.turn()
    watched.turn(15)
    assert watched.hub.meetings() == []
    with watched.hub.store.write() as tx:
        tx.meetings.save_room(Room(key="crystal", name=Words("水晶厅", "Crystal Hall")))
    watched.book.trouble = [SourceAway("503")]
    watched.turn(15)
    watched.turn(15)
    assert watched.hub.meeting().room == "crystal"
    assert watched.book.asked == [None, "1", None, None]
    with watched.hub.store.read() as tx:
        assert tx.sync.bad() == []


def test_a_hub_that_starts_reads_everything_once(watched: Watched) -> None:
    """Its settings may name rooms that they did not name before."""
    watched.book.say("1", item("a"))
    watched.turn()
    again = Watched(watched.hub.store, watched.book, watched.hub)
    again.turn()
    again.turn(15)
    assert watched.book.asked == [None, None, "1"]
