"""What became of meetings goes back to where they come from: once each, and whatever happens on the way (C.6.6)."""

from dataclasses import replace

import pytest

from hub.booking_ports import SourceAway, TargetGone, WriteRefused
from hub.domain.source_items import Outcome
from hub.domain.syncing import ConflictKind, Decision, Telling
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_desk import close
from hub.usecases.decide_conflict import decide_conflict, looked_at
from tests.hub.build import at, invited
from tests.hub.usecases.following import DAY, Book, item, moved
from tests.hub.usecases.telling import Killed, Ledger, Teller

START = 2 * DAY
"""When the meeting of these tests begins, in seconds; its doors open half an hour before, it lasts two hours."""

OPEN = START - 1795
"""A moment after the doors have opened."""


@pytest.fixture
def hub(store: Store) -> Teller:
    """Give a hub that knows one meeting with three guests, as its doors open."""
    teller = Teller(store, Ledger())
    teller.ledger.say("1", item("a"))
    teller.turn()
    teller.invite(11, 12, 13)
    teller.at(OPEN)
    return teller


def outcome(hub: Teller) -> Outcome | None:
    """Return what the source has been told of the meeting."""
    return hub.ledger.outcomes.get(("1", ""))


def test_the_first_guest_is_told_at_once_counts_each_minute_and_the_end_when_it_has_come(hub: Teller) -> None:
    """C.6.6, rule 8; where nothing has changed nothing is told."""
    assert outcome(hub) == Outcome(expected=3)
    hub.arrive(11)
    hub.at(START - 1700)
    first = at(OPEN)
    assert outcome(hub) == Outcome(expected=3, attended=1, first_check_in_at=first)
    hub.arrive(12)
    hub.at(START - 1690)
    assert hub.ledger.pushes == 2
    hub.at(START - 1640)
    assert outcome(hub) == Outcome(expected=3, attended=2, first_check_in_at=first)
    hub.at(START + 60)
    assert outcome(hub) == Outcome(expected=3, attended=2, first_check_in_at=first, started_at=at(START))
    hub.at(START + 7200)
    final = Outcome(expected=3, attended=2, first_check_in_at=first, started_at=at(START), ended_at=at(START + 7200))
    assert outcome(hub) == final
    pushes = hub.ledger.pushes
    for seconds in (7210, 7300, 9000):
        hub.at(START + seconds)
    assert hub.ledger.pushes == pushes


def test_what_the_hub_wrote_comes_back_as_no_change(hub: Teller) -> None:
    """The new version is known: the next telling needs no reading, and the echo is not taken for somebody's change."""
    before = hub.hub.meeting()
    hub.arrive(11)
    hub.at(START - 1700)
    asked = len(hub.ledger.asked)
    hub.leave(11)
    hub.at(START - 1694)
    assert (outcome(hub), len(hub.ledger.asked)) == (Outcome(expected=3), asked)
    hub.at(START - 1600)
    assert hub.hub.meeting() == before
    assert hub.door.counts["changed"] == 0


def test_a_meeting_of_which_the_hub_knows_nothing_is_not_told(sqlite_store: Store) -> None:
    """No guest list, nobody came, no agenda was run: "0 came" would be a lie."""
    teller = Teller(sqlite_store, Ledger())
    teller.ledger.say("1", item("a"))
    teller.turn()
    for seconds in (START, START + 7300, START + DAY):
        teller.at(seconds)
    assert teller.ledger.pushes == 0


def test_killed_between_the_telling_and_keeping_that_it_counts_once(hub: Teller) -> None:
    """The same operation again, on the version that it made itself, which has to be read first."""
    hub.arrive(11)
    hub.ledger.dies = 1
    with pytest.raises(Killed):
        hub.at(START - 1700)
    ops = list(hub.ledger.ops)
    hub.restart()
    for seconds in (1690, 1680, 1670):
        hub.at(START - seconds)
    assert hub.ledger.ops == ops
    assert hub.ledger.pushes > len(ops)
    told = hub.told()
    assert told
    assert (told.state, told.id, told.outcome.attended) == (Telling.TOLD, ops[-1], 1)


def test_over_somebody_elses_change_nothing_is_written_before_it_was_read(hub: Teller) -> None:
    """The desk renames the meeting in between: both stand in the end."""
    hub.arrive(11)
    hub.ledger.say("1", replace(item("a"), title=Words("渠道日", "Channel day 2")))
    hub.at(OPEN + 6)
    assert outcome(hub) == Outcome(expected=3)
    hub.at(START - 1790)
    hub.at(START - 1780)
    assert outcome(hub) == Outcome(expected=3, attended=1, first_check_in_at=at(OPEN))
    assert hub.hub.meeting().title.zh == "渠道日"
    assert hub.ledger.kept["1"].items[0].title.zh == "渠道日"


def test_a_source_that_is_away_is_told_the_newest_word_when_it_is_back(hub: Teller) -> None:
    """It is asked ever less often meanwhile, and only the last of what has changed is told."""
    hub.ledger.refusals = [SourceAway("no route to host") for _ in range(3)]
    hub.arrive(11)
    hub.at(START - 1700)
    hub.arrive(12)
    hub.at(START - 1699)
    hub.at(START - 1690)
    hub.at(START - 1689)
    pushes = hub.ledger.pushes
    assert outcome(hub) == Outcome(expected=3)
    hub.arrive(13)
    for seconds in (1600, 1590, 1580):
        hub.at(START - seconds)
    assert outcome(hub) == Outcome(expected=3, attended=3, first_check_in_at=at(OPEN))
    assert hub.ledger.pushes <= pushes + 2


def test_a_source_that_stumbles_is_left_alone_for_a_while_like_one_that_is_away(hub: Teller) -> None:
    """A mistake in one source's own code costs nothing else, and does not come each second."""
    hub.ledger.refusals = [KeyError("etag"), KeyError("etag")]
    hub.arrive(11)
    for second in range(5):
        hub.at(OPEN + 10 + second / 2)
    assert hub.ledger.pushes == 3
    told = hub.told()
    assert told
    assert told.problem == "it could not be told (KeyError): see the hub's log"
    assert hub.door.counts["turn_failed"] == 0


def test_where_there_is_nothing_to_write_on_a_person_is_asked_once(hub: Teller) -> None:
    """And nothing more is tried; the facts stay here."""
    hub.arrive(11)
    hub.ledger.refusals = [TargetGone("404")]
    hub.at(START - 1700)
    hub.arrive(12)
    for seconds in (1600, 1500, 1400):
        hub.at(START - seconds)
    assert [one.kind for one in hub.hub.asked()] == [ConflictKind.TARGET_GONE]
    assert hub.ledger.pushes == 2
    told = hub.told()
    assert told
    assert (told.state, told.problem) == (Telling.REFUSED, "404")


def test_what_a_source_refuses_is_tried_again_when_a_person_says_so(hub: Teller) -> None:
    """One question for the whole collection; it settles itself with the first that is taken."""
    hub.arrive(11)
    hub.ledger.refusals = [WriteRefused("only its owner may write")]
    hub.at(START - 1700)
    hub.at(START - 1600)
    (asked,) = hub.hub.asked()
    assert (asked.kind, asked.subject) == (ConflictKind.WRITE_REFUSED, "venue/rooms")
    assert asked.facts["problem"] == "only its owner may write"
    with hub.hub.store.write() as tx:
        decide_conflict(tx, asked.id, Decision.SETTLED, looked_at(asked), {}, hub.hub.who())
    hub.at(START - 1500)
    assert outcome(hub) == Outcome(expected=3, attended=1, first_check_in_at=at(OPEN))
    assert hub.hub.asked() == []


def test_what_is_refused_again_is_asked_again(hub: Teller) -> None:
    """Nobody has allowed it yet; what was refused is never given up in silence."""
    hub.arrive(11)
    hub.ledger.refusals = [WriteRefused("only its owner may write") for _ in range(2)]
    hub.at(START - 1700)
    (asked,) = hub.hub.asked()
    with hub.hub.store.write() as tx:
        decide_conflict(tx, asked.id, Decision.SETTLED, looked_at(asked), {}, hub.hub.who())
    hub.at(START - 1600)
    (again,) = hub.hub.asked()
    assert (again.kind, again.id == asked.id) == (ConflictKind.WRITE_REFUSED, False)


def test_once_a_person_has_decided_the_next_change_is_tried(hub: Teller) -> None:
    """Not the same words again, which were refused."""
    hub.arrive(11)
    hub.ledger.refusals = [WriteRefused("only its owner may write")]
    hub.at(START - 1700)
    with hub.hub.store.write() as tx:
        close(tx, tx.sync.conflicts()[0], Decision.KEPT_OURS, hub.hub.who())
    hub.at(START - 1600)
    assert outcome(hub) == Outcome(expected=3)
    hub.arrive(12)
    hub.at(START - 1500)
    assert outcome(hub) == Outcome(expected=3, attended=2, first_check_in_at=at(OPEN))


def test_a_source_that_is_only_read_is_told_nothing(sqlite_store: Store) -> None:
    """Nothing is queued either."""
    teller = Teller(sqlite_store, Ledger())
    teller.ledger = book = ReadOnly()
    teller.restart()
    book.say("1", item("a"))
    teller.turn()
    teller.invite(11)
    teller.at(START)
    teller.arrive(11)
    teller.at(START + 60)
    assert teller.told() is None


class ReadOnly(Ledger):
    """A ledger that takes nothing."""

    can = Book.can


def test_a_date_of_a_series_is_told_alone_and_the_others_versions_go_along(sqlite_store: Store) -> None:
    """One resource holds them all: what was written on one date is no change of the other."""
    teller = Teller(sqlite_store, Ledger())
    days = [replace(moved(item("a"), number * DAY), occurrence=str(number)) for number in range(2)]
    teller.ledger.say("1", *days)
    teller.turn()
    first, second = teller.hub.meetings()
    with sqlite_store.write() as tx:
        one = invited(11, first.id)
        tx.guests.add(one.guest, one.invitation)
    teller.at(START)
    assert list(teller.ledger.outcomes) == [("1", "0")]
    with sqlite_store.read() as tx:
        assert {link.version for link in tx.sync.linked([first.id, second.id]).values()} == {
            teller.ledger.kept["1"].version
        }


@pytest.mark.parametrize("days", [0, 3, 20])
def test_what_changes_long_after_the_end_is_told_too(hub: Teller, days: int) -> None:
    """A kiosk may come back late, a check-in may have been a mistake: within half an hour of looking back."""
    hub.arrive(11)
    hub.at(START + 7300)
    assert hub.ledger.outcomes["1", ""].attended == 1
    hub.leave(11)
    for minute in range(30):
        hub.at(START + 7300 + 7200 + days * DAY + minute * 60)
    assert outcome(hub) == Outcome(expected=3)
