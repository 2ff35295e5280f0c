import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract.credential import lookup
from devices.contract.messages import Answer, CheckInEvent, Clock, CodeKind, Verdict, Words
from devices.ids import uuid7
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.outbox import Outbox
from kiosk.reception import CannotKeep, Reception
from kiosk.roster import Roster
from tests.kiosk.cards import CARD, CODE, LOOKUP_KEY, MEETING, FixedClock, usual_page

DOOR = Words(zh="东门", en="East door")


class Desk:
    """A reception with a real database and a hub that says what it is told to."""

    def __init__(self, database: Database, *, synced: bool = True) -> None:
        self.database = database
        self.clock = FixedClock()
        self.asked: list[CheckInEvent] = []
        self.word: Answer | None = None
        identity = Identity("house", "kiosk-1", DOOR, uuid7(), self.clock, uuid7, lambda: synced)
        roster = Roster(database)
        roster.apply(usual_page())
        self.outbox = Outbox(database, identity.boot)
        self.reception = Reception(
            identity,
            roster,
            self.outbox,
            lookup_key=LOOKUP_KEY,
            ask=self.ask,
            hub_reachable=lambda: self.word is not None,
        )

    def ask(self, event: CheckInEvent) -> Answer | None:
        """Take a question, by which time the event must be on disk."""
        assert event.id in {one.id for one in self.outbox.waiting(99)}
        self.asked.append(event)
        return replace(self.word, id=event.id) if self.word else None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give a reception with the usual roster."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    yield Desk(database)
    database.close()


def test_a_guest_is_welcomed_from_the_roster_when_the_hub_is_away(desk: Desk) -> None:
    """The event is on disk, marked as offline, and names the guest by hash alone."""
    result = desk.reception.receive(CODE, uuid7())
    assert (result.verdict, result.card, result.meeting, result.from_hub) == (Verdict.WELCOME, CARD, MEETING, False)
    (event,) = desk.asked
    assert event.offline
    assert event.lookup == lookup(LOOKUP_KEY, CODE)
    assert (event.invitation, event.meeting, event.kind) == (CARD.invitation, "launch", CodeKind.SHORT)


def test_the_hub_s_word_stands_before_the_kiosk_s_own(desk: Desk) -> None:
    """A seat given just now, or a withdrawal the roster does not know yet."""
    desk.word = Answer(id=uuid7(), verdict=Verdict.REVOKED, card=replace(CARD, status="revoked"))
    result = desk.reception.receive(CODE, uuid7())
    assert (result.verdict, result.from_hub) == (Verdict.REVOKED, True)
    assert not desk.asked[0].offline


def test_a_word_that_was_not_accepted_leaves_the_kiosk_s_own(desk: Desk) -> None:
    """A quarantined event tells the guest nothing new."""
    desk.word = Answer(id=uuid7(), verdict=Verdict.UNKNOWN, accepted=False)
    assert desk.reception.receive(CODE, uuid7()).verdict is Verdict.WELCOME


def test_a_guest_the_hub_alone_knows_is_greeted_with_the_meeting(desk: Desk) -> None:
    """The code went out a minute ago; the roster will come."""
    desk.word = Answer(id=uuid7(), verdict=Verdict.WELCOME, card=CARD)
    result = desk.reception.receive("some-foreign-code", uuid7())
    assert (result.verdict, result.card, result.meeting) == (Verdict.WELCOME, CARD, MEETING)


def test_a_second_scan_offline_is_answered_kindly(desk: Desk) -> None:
    """The kiosk remembers whom it let in itself."""
    desk.reception.receive(CODE, uuid7())
    result = desk.reception.receive(CODE, uuid7())
    assert result.verdict is Verdict.ALREADY_IN
    assert result.card is not None
    assert result.card.arrived is not None
    assert result.card.arrived.door == DOOR


def test_a_guest_killed_between_commit_and_screen_is_greeted_again(desk: Desk) -> None:
    """The event stands; the guest who scans again is inside already (fault 2)."""
    desk.reception._ask = _die
    with pytest.raises(KeyboardInterrupt):
        desk.reception.receive(CODE, uuid7())
    again = Desk(desk.database)
    assert again.reception.receive(CODE, uuid7()).verdict is Verdict.ALREADY_IN


def _die(event: CheckInEvent) -> Answer | None:
    raise KeyboardInterrupt(event.id)


def test_a_disk_that_takes_nothing_welcomes_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the commit there is no welcome: the guest is sent to a person (fault 16)."""

    def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(desk.database, "write", full)
    with pytest.raises(CannotKeep, match="full"):
        desk.reception.receive(CODE, uuid7())
    assert desk.asked == []


def test_a_kiosk_whose_clock_is_not_set_says_so_with_every_event(tmp_path: Path) -> None:
    """The hub will know how much to trust the time (fault 44)."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    desk = Desk(database, synced=False)
    desk.reception.receive(CODE, uuid7())
    assert desk.asked[0].clock is Clock.UNSYNCED
    database.close()


def test_a_damaged_roster_entry_is_as_good_as_none(desk: Desk) -> None:
    """The hub is asked instead; nothing crashes."""
    with desk.database.write() as connection:
        connection.execute("UPDATE roster SET body = 'AAAA' WHERE kind = 'guest'")
    assert desk.reception.receive(CODE, uuid7()).verdict is Verdict.UNKNOWN
