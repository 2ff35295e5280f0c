"""A person decides what the source and the house see differently; it is done at once, and once."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from devices.ids import uuid7
from hub.domain.bookings import BookingState, Firmness
from hub.domain.errors import DecidedAlready, HubError, InvalidInput, NotFound, Refused
from hub.domain.syncing import Conflict, ConflictKind, Decision
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.ask_desk import ask_desk
from hub.usecases.decide_conflict import decide_conflict, let_through, looked_at
from tests.hub.build import at
from tests.hub.usecases.following import DAY, Book, Follower, item, moved

A = item("a")
OURS, THEIRS, SEEN = Decision.KEPT_OURS, Decision.TOOK_THEIRS, Decision.SETTLED


@pytest.fixture
def hub(store: Store) -> Follower:
    """Give a hub that follows, on each database."""
    return Follower.over(store)


def person(hub: Follower, name: str = "小陈") -> Deciding:
    """Return a person at the desk."""
    return Deciding(actor=name, at=hub.now, ids=uuid7)


def decide(hub: Follower, conflict: Conflict, decision: Decision, name: str = "小陈", seen: str | None = None) -> None:
    """Let a person decide what they see."""
    following = {one: hub.following(one) for one in hub.order}
    with hub.store.write() as tx:
        seen = looked_at(conflict) if seen is None else seen
        decide_conflict(tx, conflict.id, decision, seen, following, person(hub, name))


def in_use(hub: Follower, change: Callable[[Book], object]) -> tuple[Book, Conflict]:
    """Let a meeting have begun when its source changes it; returns what a person is asked."""
    book = Book()
    book.say("1", A)
    hub.take(book)
    hub.pass_time(2 * DAY + 60)
    change(book)
    hub.take(book)
    (asked,) = hub.asked()
    return book, asked


def decided(hub: Follower, conflict: Conflict) -> tuple[Decision, str]:
    """Return how one stands, and who decided."""
    with hub.store.read() as tx:
        found = tx.sync.conflict(conflict.id)
        assert found is not None
        assert not tx.tasks.open(), "nobody is called to it any more"
    return found.decision, found.by


def doubled(hub: Follower) -> tuple[Book, Conflict]:
    """Let two book one room; returns what a person is asked about the later one."""
    book = Book()
    book.say("1", replace(item("early"), made_at=at(1)))
    book.say("2", replace(item("late"), made_at=at(9), title=replace(A.title, zh="年会")))
    hub.take(book)
    (asked,) = hub.asked()
    assert asked.kind is ConflictKind.DOUBLE_BOOKED
    return book, asked


def test_a_meeting_that_is_gone_at_its_source_stays_when_the_house_keeps_it(hub: Follower) -> None:
    """And nobody is asked about the same again."""
    book, asked = in_use(hub, lambda book: book.drop("1"))
    decide(hub, asked, OURS)
    hub.take(book)
    assert decided(hub, asked) == (OURS, "小陈")
    assert not hub.meeting().cancelled
    assert hub.firmness() == {"a": Firmness.DEFINITE}
    assert hub.asked() == []
    with hub.store.read() as tx:
        (step,) = [one for one in tx.records.audited(asked.subject, at(0), 20) if one.actor == "小陈"]
    assert (step.action, step.at) == ("booking.kept_ours:gone_in_use", hub.now)


@pytest.mark.parametrize("how", ["dropped", "called off"])
def test_or_it_is_off_at_once_and_its_room_is_free(hub: Follower, how: str) -> None:
    """Guests inside or not: a person said so."""

    def change(book: Book) -> None:
        if how == "dropped":
            book.drop("1")
        else:
            book.say("1", replace(A, state=BookingState.CANCELLED))

    book, asked = in_use(hub, change)
    assert asked.kind is ConflictKind.GONE_IN_USE
    decide(hub, asked, THEIRS)
    assert hub.meeting().cancelled
    assert hub.firmness() == {}
    hub.take(book)
    assert hub.meeting().cancelled
    assert decided(hub, asked) == (THEIRS, "小陈")


def test_a_meeting_that_was_moved_moves_or_stays_as_a_person_says(hub: Follower) -> None:
    """With its room, at once."""
    book, asked = in_use(hub, lambda book: book.say("1", replace(moved(A, 600), room="小厅")))
    assert asked.kind is ConflictKind.MOVED_IN_USE
    decide(hub, asked, THEIRS)
    meeting = hub.meeting()
    assert (meeting.starts_at, meeting.room) == (moved(A, 600).starts_at, "side-room")
    hub.take(book)
    assert hub.meeting() == meeting
    book.say("1", replace(moved(A, 1200), room="小厅"))
    hub.pass_time(2 * DAY + 700)
    hub.take(book)
    (again,) = hub.asked()
    decide(hub, again, OURS)
    hub.take(book)
    assert hub.meeting() == meeting
    assert hub.asked() == []


def test_what_was_held_back_goes_when_a_person_lets_it_through(hub: Follower) -> None:
    """With the next answer, and only that."""
    book = Book()
    for number in range(6):
        book.say(str(number), moved(item(str(number)), number * DAY))
    hub.take(book)
    book.drop("0", "1", "2", "3")
    hub.take(book)
    (asked,) = hub.asked()
    decide(hub, asked, THEIRS)
    assert hub.take(book).cancelled == 4
    assert decided(hub, asked) == (THEIRS, "小陈")


def test_what_was_held_back_and_is_kept_is_not_asked_again_and_may_go_later_after_all(hub: Follower) -> None:
    """What would go is another thing as soon as it is more."""
    book = Book()
    for number in range(8):
        book.say(str(number), moved(item(str(number)), number * DAY))
    hub.take(book)
    book.drop("0", "1", "2", "3")
    hub.take(book)
    (asked,) = hub.asked()
    decide(hub, asked, OURS)
    hub.take(book)
    assert hub.asked() == []
    assert not any(one.cancelled for one in hub.meetings())
    with hub.store.write() as tx:
        held = tx.sync.pull("venue", "rooms").held
        with pytest.raises(Refused, match="changed"):
            let_through(tx, "venue", "rooms", "something else", person(hub))
        let_through(tx, "venue", "rooms", held, person(hub))
    book.drop("4")
    hub.take(book)
    (more,) = hub.asked()
    assert more.facts["gone"] == "5"
    decide(hub, more, THEIRS)
    assert hub.take(book).cancelled == 5


def test_of_two_that_booked_one_room_the_first_keeps_it_or_the_later_one_gets_it(hub: Follower) -> None:
    """Whatever is heard of either afterwards."""
    book, asked = doubled(hub)
    decide(hub, asked, THEIRS)
    assert hub.firmness() == {"late": Firmness.DEFINITE, "early": Firmness.DOUBLE_BOOKED}
    assert hub.asked() == [], "who decided knows"
    book.say("1", replace(item("early"), made_at=at(1), client="腾云"))
    hub.take(book)
    assert hub.firmness() == {"late": Firmness.DEFINITE, "early": Firmness.DOUBLE_BOOKED}
    book.say("2", replace(moved(item("late"), 600), made_at=at(9)))
    hub.take(book)
    assert hub.firmness() == {"late": Firmness.DOUBLE_BOOKED, "early": Firmness.DEFINITE}, "for that time it was given"


def test_that_the_first_keeps_it_is_not_asked_again(hub: Follower) -> None:
    """The later one is to be moved at the source."""
    book, asked = doubled(hub)
    decide(hub, asked, OURS)
    book.say("1", replace(item("early"), made_at=at(1), client="腾云"))
    hub.take(book)
    assert hub.asked() == []
    assert hub.firmness() == {"late": Firmness.DOUBLE_BOOKED, "early": Firmness.DEFINITE}


def test_a_room_in_which_a_meeting_has_begun_is_given_to_nobody_else(hub: Follower) -> None:
    """Nothing is changed, and it can still be decided."""
    _, asked = doubled(hub)
    early = next(one for one in hub.meetings() if one.id != asked.subject)
    with hub.store.write() as tx:
        tx.meetings.save(replace(early, starts_at=at(2 * DAY - 60)))
    hub.pass_time(2 * DAY - 30)
    with pytest.raises(Refused, match="has begun"):
        decide(hub, asked, THEIRS)
    assert [one.id for one in hub.asked()] == [asked.id]


def test_what_only_tells_is_over_when_somebody_has_seen_it(hub: Follower) -> None:
    """There is nothing to choose."""
    for kind in (ConflictKind.TARGET_GONE, ConflictKind.WRITE_REFUSED, ConflictKind.RESTORED):
        with hub.store.write() as tx:
            asked = ask_desk(tx, "m-launch", kind, "venue", {"title_zh": "渠道大会"}, person(hub, "hub"))
        with pytest.raises(InvalidInput, match="nothing to decide"):
            decide(hub, asked, OURS)
        decide(hub, asked, SEEN)
        assert decided(hub, asked) == (SEEN, "小陈")


def test_what_is_over_or_not_followed_any_more_can_only_stay_as_it_is(hub: Follower) -> None:
    """What was, was; a source that was taken out of the settings cannot be taken at its word."""
    _, asked = in_use(hub, lambda book: book.drop("1"))
    hub.order = ("calendar",)
    with pytest.raises(Refused, match="not followed any more"):
        decide(hub, asked, THEIRS)
    hub.order = ("venue", "calendar")
    hub.pass_time(3 * DAY)
    with pytest.raises(Refused, match="over"):
        decide(hub, asked, THEIRS)
    decide(hub, asked, OURS)
    assert decided(hub, asked) == (OURS, "小陈")


def test_a_second_person_is_told_who_decided_and_a_second_tap_is_one(hub: Follower) -> None:
    """Also where they would have decided the same."""
    _, asked = in_use(hub, lambda book: book.drop("1"))
    decide(hub, asked, OURS)
    decide(hub, asked, OURS)
    for decision in (OURS, THEIRS):
        with pytest.raises(DecidedAlready, match="小陈"):
            decide(hub, asked, decision, "小李")
    assert not hub.meeting().cancelled


def test_what_changed_since_it_was_looked_at_is_not_decided(hub: Follower) -> None:
    """Nor what settled itself, or was never asked."""
    book, asked = in_use(hub, lambda book: book.say("1", moved(A, 600)))
    book.say("1", moved(A, 3600))
    hub.take(book)
    with pytest.raises(Refused, match="look again"):
        decide(hub, asked, THEIRS)
    book.say("1", A)
    hub.take(book)
    with pytest.raises(Refused, match="see it alike"):
        decide(hub, asked, OURS)
    with pytest.raises(NotFound):
        decide(hub, replace(asked, id="nothing"), OURS)


def test_of_two_people_at_once_one_decides(hub: Follower) -> None:
    """On whatever database; the meeting is as that person said."""
    _, asked = in_use(hub, lambda book: book.drop("1"))
    said: dict[str, HubError | None] = {}
    start = threading.Barrier(2)

    def tap(name: str, decision: Decision) -> None:
        start.wait()
        try:
            decide(hub, asked, decision, name)
            said[name] = None
        except HubError as problem:
            said[name] = problem

    people = [threading.Thread(target=tap, args=one) for one in (("小陈", OURS), ("小李", THEIRS))]
    for one in people:
        one.start()
    for one in people:
        one.join()
    (winner,) = [name for name, problem in said.items() if problem is None]
    (late,) = [problem for problem in said.values() if problem is not None]
    assert isinstance(late, DecidedAlready)
    assert late.by == winner
    assert hub.meeting().cancelled is (winner == "小李")
