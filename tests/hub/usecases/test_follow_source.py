"""What a booking source says is done here, once, and nothing that guests stand on is pulled away (C.6.6)."""

from dataclasses import replace

import pytest

from hub.domain.bookings import BookingState, Firmness
from hub.domain.meetings import SegmentKind
from hub.domain.source_items import BadItem, Batch
from hub.domain.syncing import ConflictKind, Decision
from hub.domain.task_kinds import TaskKind
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import at
from tests.hub.usecases.following import DAY, Book, Follower, item, moved

A = item("a")
EARLY = Words("不晚于开始时间", "lies before DTSTART")


@pytest.fixture
def hub(store: Store) -> Follower:
    """Give a hub that has followed nothing yet."""
    return Follower.over(store)


def test_a_meeting_that_is_new_at_its_source_is_new_here(hub: Follower) -> None:
    """With its room held, its doors and a plain agenda; the second time nothing changes."""
    book = Book()
    book.say("1", A)
    assert hub.take(book).added == 1
    meeting = hub.meeting()
    assert (meeting.room, meeting.starts_at, meeting.ends_at) == ("hall", A.starts_at, A.ends_at)
    assert meeting.doors_at == at(2 * DAY - 1800)
    assert [one.kind for one in meeting.agenda] == [SegmentKind.SIGN_IN, SegmentKind.OTHER]
    assert hub.firmness() == {"a": Firmness.DEFINITE}
    again = hub.take(book)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert hub.meeting() == meeting


def test_a_change_before_anybody_came_is_taken_and_the_agenda_goes_along(hub: Follower) -> None:
    """Another title, another time, another room."""
    book = Book()
    book.say("1", A)
    hub.take(book)
    before = hub.meeting()
    book.say("1", replace(moved(A, 3600), title=Words("渠道日", "Channel day 2"), room="Side Room"))
    assert hub.take(book).changed == 1
    after = hub.meeting()
    assert (after.id, after.room, after.title.zh) == (before.id, "side-room", "渠道日")
    assert after.doors_at == at(2 * DAY + 1800)
    assert after.agenda[-1].title.zh == "渠道日"
    assert after.agenda[-1].ends_at == after.ends_at


@pytest.mark.parametrize("how", ["dropped", "gone", "cancelled"])
def test_what_is_taken_away_before_anybody_came_is_cancelled_and_its_room_free(hub: Follower, how: str) -> None:
    """Whichever way the source says it; and back again it is the same meeting."""
    book = Book()
    book.say("1", A)
    hub.take(book)
    before = hub.meeting()
    if how == "cancelled":
        book.say("1", replace(A, state=BookingState.CANCELLED))
        hub.take(book)
    else:
        book.drop("1")
        hub.take(book, None if how == "dropped" else Batch(cursor="2", gone=("1",)))
    assert hub.meeting().cancelled
    assert hub.firmness() == {}
    book.say("1", A)
    hub.take(book)
    assert hub.meeting() == before
    assert hub.firmness() == {"a": Firmness.DEFINITE}


def test_a_meeting_that_runs_is_not_taken_away_but_a_person_is_asked_once(hub: Follower) -> None:
    """The event goes on; what the source says once more is counted, not asked again (rule 4)."""
    book = Book()
    book.say("1", A)
    hub.take(book)
    hub.pass_time(2 * DAY + 60)
    book.drop("1")
    hub.take(book)
    book.say("1", A)
    hub.take(book)
    assert [one.decision for one in hub.asked()] == [], "it is there again, so nobody need decide"
    for _ in range(2):
        book.say("1", moved(A, 600))
        hub.take(book)
    (asked,) = hub.asked()
    assert (asked.kind, asked.decision) == (ConflictKind.MOVED_IN_USE, Decision.OPEN)
    assert hub.meeting().starts_at == A.starts_at
    with hub.store.read() as tx:
        assert [one.kind for one in tx.tasks.open()] == [TaskKind.BOOKING_CONFLICT]


def test_of_two_definite_bookings_the_earlier_has_the_room_whichever_is_heard_first(hub: Follower) -> None:
    """Both are kept; when the first leaves, the second has it and nobody is asked any more (rule 6)."""
    book = Book()
    late, early = replace(item("late"), made_at=at(9)), replace(item("early"), made_at=at(1))
    book.say("1", late)
    hub.take(book)
    assert hub.firmness() == {"late": Firmness.DEFINITE}
    book.say("2", early)
    hub.take(book)
    assert hub.firmness() == {"late": Firmness.DOUBLE_BOOKED, "early": Firmness.DEFINITE}
    assert [one.kind for one in hub.asked()] == [ConflictKind.DOUBLE_BOOKED]
    book.say("2", moved(early, 4 * 3600))
    hub.take(book)
    assert hub.firmness() == {"late": Firmness.DEFINITE, "early": Firmness.DEFINITE}
    assert hub.asked() == []


def test_what_cannot_be_used_is_named_and_costs_the_others_nothing(hub: Follower) -> None:
    """A room that does not exist, an end before the start, what the source itself could not read."""
    book = Book()
    book.say("1", replace(A, room="水晶厅"))
    book.say("2", replace(item("b"), ends_at=A.starts_at))
    book.say("3", bad=(BadItem(field="DTSTART", problem=EARLY, remedy=Words("请改正", "correct it")),))
    book.say("4", item("d"))
    done = hub.take(book)
    assert (done.added, done.bad) == (1, 3)
    with hub.store.read() as tx:
        assert {one.key: one.bad.field for one in tx.sync.bad()} == {"1": "room", "2": "ends_at", "3": "DTSTART"}
    book.say("1", A)
    book.drop("2")
    hub.take(book)
    with hub.store.read() as tx:
        assert [one.key for one in tx.sync.bad()] == ["3"]


def test_what_cannot_be_used_is_named_since_it_was_so(hub: Follower) -> None:
    """Said again it is no news; another fault of the same entry is."""
    book = Book()
    book.say("1", replace(A, room="水晶厅"))
    hub.take(book)
    since = hub.now
    hub.pass_time(3600)
    hub.take(book)
    with hub.store.read() as tx:
        assert [(one.bad.field, one.since) for one in tx.sync.bad()] == [("room", since)]
    book.say("1", replace(A, ends_at=A.starts_at))
    hub.take(book)
    with hub.store.read() as tx:
        assert [(one.bad.field, one.since) for one in tx.sync.bad()] == [("ends_at", hub.now)]


def test_a_title_that_no_kiosk_could_be_told_is_named_and_keeps_no_roster_from_anybody(hub: Follower) -> None:
    """Of a source that does not look at it itself."""
    book = Book()
    book.say("1", replace(A, title=Words("长" * 501, "")))
    assert hub.take(book).bad == 1
    with hub.store.read() as tx:
        assert [(one.bad.field, len(one.bad.title)) for one in tx.sync.bad()] == [("title", 500)]
    book.say("1", replace(A, title=Words("长" * 500, "")))
    assert (hub.take(book).added, hub.meeting().title.zh) == (1, "长" * 500)


def test_an_entry_that_can_no_longer_be_read_leaves_its_meeting_as_it_was(hub: Follower) -> None:
    """A mistake in the source is not a cancellation."""
    book = Book()
    book.say("1", A)
    hub.take(book)
    before = hub.meeting()
    book.say("1", bad=(BadItem(field="DTEND", problem=EARLY, remedy=Words("请改正", "correct it")),))
    hub.take(book)
    assert hub.meeting() == before


def test_of_a_series_one_date_may_go_alone(hub: Follower) -> None:
    """The others stay."""
    book = Book()
    dates = [replace(moved(A, day * DAY), occurrence=f"day-{day}") for day in range(3)]
    book.say("1", *dates)
    assert hub.take(book).added == 3
    book.say("1", dates[0], dates[2])
    assert hub.take(book).cancelled == 1
    assert [one.cancelled for one in hub.meetings()] == [False, True, False]


@pytest.mark.parametrize("how", ["gone", "cancelled", "only an option"])
def test_a_date_that_falls_out_of_a_series_leaves_the_others_their_rooms(hub: Follower, how: str) -> None:
    """A booking is as firm as its firmest meeting, each room as firm as what is said of its own."""
    book = Book()
    dates = [replace(moved(A, number * DAY), booking="series", occurrence=f"{number}") for number in range(3)]
    book.say("1", *dates)
    hub.take(book)
    states = {"cancelled": BookingState.CANCELLED, "only an option": BookingState.OPTION}
    last = [] if how == "gone" else [replace(dates[2], state=states[how])]
    book.say("1", *dates[:2], *last)
    hub.take(book)
    with hub.store.read() as tx:
        held = tx.bookings.held_by([one.id for one in tx.meetings.all()])
        (booking,) = tx.bookings.of_source("venue", ["series"]).values()
    expected = [Firmness.DEFINITE, Firmness.DEFINITE, *([Firmness.OPTION] if how == "only an option" else [])]
    assert [hold.firmness for holds in held.values() for hold in holds] == expected
    assert booking.state is BookingState.DEFINITE


def test_what_follows_at_once_does_not_touch(hub: Follower) -> None:
    """Calendars are full of meetings that begin when the one before ends; nobody is asked about them."""
    book = Book()
    book.say("1", A)
    book.say("2", moved(item("b"), 7200))
    hub.take(book)
    assert hub.firmness() == {"a": Firmness.DEFINITE, "b": Firmness.DEFINITE}
    assert hub.asked() == []


def test_one_event_in_two_calendars_is_one_meeting(hub: Follower) -> None:
    """Under one uid, or in one room at one time by one name; the source that is believed first leads (odoo#241997)."""
    venue, calendar = Book(), Book(source="calendar", collection="hall")
    calendar.say("x", replace(A, title=Words("渠道大会（日历）", "Channel day (calendar)")))
    hub.take(calendar)
    venue.say("1", A)
    hub.take(venue)
    assert hub.meeting().title == A.title
    calendar.say("x", replace(A, title=Words("别的", "Other")))
    hub.take(calendar)
    assert hub.meeting().title == A.title
    venue.drop("1")
    hub.take(venue)
    meeting = hub.meeting()
    assert (meeting.title.zh, meeting.cancelled) == ("别的", False), "the other calendar still has it"
    by_name = replace(A, uid="other", booking="other", title=Words("别的", ""))
    venue.say("2", by_name)
    hub.take(venue)
    assert hub.meeting().id == meeting.id


def test_an_event_that_moves_to_another_rooms_calendar_is_the_same_meeting(hub: Follower) -> None:
    """In whichever order the two calendars answer: its guests keep their invitations."""
    for order in ("new first", "old first"):
        uid = order.replace(" ", "-")
        one = item(uid, starts_at=at(5 * DAY), ends_at=at(5 * DAY + 60)) if order == "old first" else item(uid)
        hall, side = Book(collection=f"hall-{uid}"), Book(collection=f"side-{uid}")
        hall.say(uid, one)
        hub.take(hall)
        (before,) = [each for each in hub.meetings() if each.starts_at == one.starts_at]
        hall.drop(uid)
        side.say(uid, replace(one, room="side-room"))
        for book in (side, hall) if order == "new first" else (hall, side):
            hub.take(book)
        (after,) = [each for each in hub.meetings() if each.starts_at == one.starts_at]
        assert (after.id, after.room, after.cancelled) == (before.id, "side-room", False)


def test_an_answer_that_takes_nearly_everything_away_is_held_until_a_person_lets_it_through(hub: Follower) -> None:
    """Nothing of it is taken, also what it adds (rule 3: easyappointments#1702)."""
    book = Book()
    for number in range(6):
        book.say(str(number), moved(item(str(number)), number * DAY))
    hub.take(book)
    book.drop("0", "1", "2", "3")
    book.say("9", moved(item("9"), 20 * DAY))
    for _ in range(2):
        assert hub.take(book).added == 0
    assert [one.cancelled for one in hub.meetings()] == [False] * 6
    (asked,) = hub.asked()
    assert (asked.kind, asked.facts["gone"], asked.facts["known"], asked.times) == (
        ConflictKind.MASS_DELETION,
        "4",
        "6",
        2,
    )
    with hub.store.write() as tx:
        pull = tx.sync.pull("venue", "rooms")
        tx.sync.save_pull(replace(pull, allowed=pull.held))
    done = hub.take(book)
    assert (done.added, done.cancelled) == (1, 4)
    assert hub.asked() == []


def test_a_source_that_comes_to_itself_again_is_followed_and_nobody_is_asked_any_more(hub: Follower) -> None:
    """A restored database has all its bookings."""
    book = Book()
    for number in range(6):
        book.say(str(number), moved(item(str(number)), number * DAY))
    hub.take(book)
    assert hub.holds(book, Batch(cursor="x", complete=True))
    hub.take(book)
    assert hub.asked() == []
    assert not any(one.cancelled for one in hub.meetings())


def test_what_only_moves_to_another_calendar_is_not_counted_as_gone(hub: Follower) -> None:
    """A whole room's bookings may be moved at once."""
    book = Book()
    for number in range(6):
        book.say(str(number), moved(item(str(number)), number * DAY))
    hub.take(book)
    arriving = {(str(number), "") for number in range(6)}
    assert not hub.holds(book, Batch(cursor="x", complete=True), arriving)


def test_a_hub_that_dies_before_the_cursor_reads_the_same_answer_again(hub: Follower) -> None:
    """Nothing is done twice (rule 1)."""
    book = Book()
    book.say("1", A)
    book.say("2", moved(item("b"), DAY))
    batch = book.all()
    hub.part(book, batch)
    before = hub.meetings()
    done = hub.take(book, batch)
    assert (done.added, done.unchanged) == (0, 2)
    assert hub.meetings() == before
    with hub.store.read() as tx:
        assert tx.sync.pull("venue", "rooms").cursor == "2"


def test_an_entry_that_no_database_can_keep_is_named_and_the_rest_is_kept(hub: Follower) -> None:
    """What stands beside it in the same part is not lost with it; once it is mended nothing is said of it."""
    book = Book()
    book.say("1", A)
    book.say("2", replace(item("b", room="side-room"), title=Words("坏的 \ud83d", "")))
    book.say("3", moved(item("c", room="side-room"), DAY))
    done = hub.take(book)
    assert (done.added, done.bad) == (2, 1)
    with hub.store.read() as tx:
        (bad,) = tx.sync.bad()
    assert (bad.key, bad.bad.title) == ("2", "坏的 \ufffd")
    assert "no database can keep it" in bad.bad.problem.en
    book.say("2", item("b", room="side-room"))
    assert hub.take(book).added == 1
    with hub.store.read() as tx:
        assert tx.sync.bad() == []
