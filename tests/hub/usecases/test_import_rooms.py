"""Meetings of a venue file take their rooms too: nobody has a room twice, whoever says so (C.4, C.6.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from hub.domain.bookings import BookingState, Firmness, Headcount, Hold
from hub.domain.errors import RoomTaken
from hub.domain.meetings import SetUpStyle
from hub.domain.room_claims import Claim, Settled
from hub.domain.syncing import ConflictKind
from hub.ports import Store
from hub.usecases.import_venue import VenuePlan, import_venue
from hub.usecases.venue_plan import known_house
from hub.venue_files import read
from tests.hub.build import at
from tests.hub.imports import acting
from tests.hub.usecases.following import DAY, Book, Follower, item

VENUE = '[venue]\nname = "House"\nzone = "Asia/Shanghai"\n'
ROOM = '[[rooms]]\nkey = "hall"\nname = { zh = "大厅", en = "Grand Hall" }\nfloor = "1"\n'


def meeting(key: str, start: str, end: str, more: str = "", room: str = "hall") -> str:
    """Return a meeting of a file, on the third of December, whose doors open as it starts."""
    return (
        f'[[meetings]]\nkey = "{key}"\ntitle = "{key}"\nroom = "{room}"\ndate = 2026-12-03\n'
        f'doors = "{start}"\nstart = "{start}"\nend = "{end}"\nagenda = []\n{more}'
    )


def imported(store: Store, *parts: str, seed: int = 1) -> VenuePlan:
    """Import a file from text."""
    with store.write() as tx:
        found = read("".join((VENUE, *parts)).encode(), known_house(tx))
        assert found.usable(), found.findings
        return import_venue(tx, found.file, acting(seed))


def _as_it_is(claims: Iterable[Claim]) -> Mapping[str, Settled]:
    """Settle nothing: everybody who wants a room is to have it."""
    return {one.hold.owner: Settled(one.hold) for one in claims}


def holds(store: Store) -> list[tuple[str, Hold]]:
    """Return who holds a room, by the meeting's key, by start."""
    with store.read() as tx:
        found = tx.bookings.held([], at(-DAY), at(30 * DAY))
        names = tx.meetings.get([one.owner for one in found])
    return [(names[one.owner].key, one) for one in found]


def refused(plan: VenuePlan) -> list[tuple[int, str, str]]:
    """Return what keeps a file out."""
    return [(one.line, one.field, one.problem) for one in plan.findings if not one.warning]


def test_a_meeting_of_the_file_holds_its_room_with_set_up_and_strike(store: Store) -> None:
    """And when the house says otherwise how long that takes, so it is held; a meeting that is off holds nothing."""
    imported(store, ROOM, meeting("one", "10:00", "12:00"))
    ((_, before),) = holds(store)
    imported(store, ROOM, "set_up_min = 60\nstrike_min = 30\n", seed=2)
    ((key, after),) = holds(store)
    assert (key, after.firmness) == ("one", Firmness.DEFINITE)
    assert ((before.since - after.since).seconds, (after.until - before.until).seconds) == (3600, 1800)
    imported(store, meeting("one", "10:00", "12:00", "cancelled = true\n"), seed=3)
    assert holds(store) == []


def test_a_file_whose_meetings_want_one_room_at_once_is_refused_and_names_both(store: Store) -> None:
    """With the line of the later one, and until when the other has it; what follows at once does not touch."""
    plan = imported(store, ROOM, meeting("one", "10:00", "12:00"), meeting("two", "11:00", "13:00"))
    ((line, field, problem),) = refused(plan)
    assert (line, field) == (17, "room")
    assert problem == "hall is wanted by two while one (one) has it, from 2026-12-03 10:00 to 2026-12-03 12:00"
    assert not plan.kept
    assert holds(store) == []
    assert imported(store, ROOM, meeting("one", "10:00", "12:00"), meeting("two", "12:00", "13:00")).kept


def test_what_was_imported_before_has_its_room_and_may_swap_with_the_other_in_one_file(store: Store) -> None:
    """The file that moves both is taken; the one that moves one on the other is not."""
    both = meeting("one", "10:00", "12:00"), meeting("two", "12:00", "14:00")
    assert imported(store, ROOM, *both).kept
    assert refused(imported(store, meeting("two", "11:00", "13:00"), seed=2)) != []
    assert imported(store, meeting("two", "10:00", "12:00"), meeting("one", "12:00", "14:00"), seed=3).kept
    assert [key for key, _ in holds(store)] == ["two", "one"]


def test_a_room_that_a_booking_source_has_taken_is_not_given_away_by_a_file(store: Store) -> None:
    """An option that was not sent out blocks nobody."""
    hub, book = Follower.over(store), Book()
    imported(store, seed=9)
    book.say("1", item("a", state=BookingState.OPTION))
    hub.take(book)
    assert imported(store, meeting("ours", "09:00", "11:00"), seed=2).kept
    imported(store, meeting("ours", "09:00", "11:00", "cancelled = true\n"), seed=4)
    book.say("1", item("a"))
    hub.take(book)
    ((_, _, problem),) = refused(imported(store, meeting("late", "09:00", "11:00"), seed=3))
    assert "Channel day" in problem or "渠道大会" in problem


def test_a_meeting_that_a_source_keeps_stays_where_and_when_the_source_says(store: Store) -> None:
    """What the house prepares for it is taken from the file all the same (C.6.3)."""
    hub, book = Follower.over(store), Book()
    imported(store, seed=9)
    book.say("1", item("a"))
    hub.take(book)
    before = hub.meeting()
    key = before.key
    plan = imported(store, meeting(key, "20:00", "21:00", 'style = "cabaret"\nlounge = ""\n'), seed=2)
    assert plan.kept
    (found,) = [one for one in plan.findings if one.field == "title"]
    assert found.warning
    assert "title, start, end: the booking source venue keeps this meeting" in found.problem
    assert hub.meeting() == replace(before, style=SetUpStyle.CABARET)
    hub.take(book)
    assert hub.firmness() == {"a": Firmness.DEFINITE}


def test_the_database_has_the_last_word(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever else takes the room between look and write: nothing of the file is kept."""
    imported(store, ROOM, meeting("one", "10:00", "12:00"))
    monkeypatch.setattr("hub.usecases.import_venue.rooms_taken", lambda *_: ())
    monkeypatch.setattr("hub.usecases.take_rooms.settle", _as_it_is)
    with pytest.raises(RoomTaken):
        imported(store, meeting("two", "11:00", "13:00"), seed=2)
    assert [key for key, _ in holds(store)] == ["one"]


def test_a_room_that_shrank_is_told_with_every_booking_that_no_longer_fits(store: Store) -> None:
    """Once for each, and no longer when it fits again."""
    hub, book = Follower.over(store), Book()
    book.say("1", item("a", headcount=Headcount(most=120)))
    hub.take(book)
    small = 'set_ups = [ { style = "theatre", capacity = 100 } ]\n'
    for seed in (2, 3):
        imported(store, ROOM, small, seed=seed)
    (asked,) = hub.asked()
    assert (asked.kind, asked.times) == (ConflictKind.TOO_SMALL, 1)
    assert (asked.facts["people"], asked.facts["seats"], asked.facts["style"]) == ("120", "100", "theatre")
    imported(store, ROOM, small.replace("100", "120"), seed=4)
    assert hub.asked() == []


def test_a_guaranteed_headcount_for_which_the_room_is_too_small_is_warned_of(store: Store) -> None:
    """The file is kept: whoever knows better is not stopped."""
    small = 'set_ups = [ { style = "theatre", capacity = 100 } ]\n'
    plan = imported(store, ROOM, small, meeting("one", "10:00", "12:00", "sheet = { guaranteed = 101 }\n"))
    assert plan.kept
    assert "hall seats 100 in theatre, 101 are to come" in {one.problem for one in plan.findings if one.warning}
