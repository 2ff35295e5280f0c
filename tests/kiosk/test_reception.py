import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.cards import Words
from devices.contract.credential import lookup, short
from devices.contract.messages import Answer, CheckInEvent, Clock, CodeKind, ItemKind, Method, Verdict
from devices.ids import uuid7
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.outbox import Bounds, Outbox
from kiosk.reception import CannotKeep, Reception, Result
from kiosk.roster import Roster
from tests.kiosk.cards import (
    CARD,
    CODE,
    GROUP,
    GROUP_CODE,
    LOOKUP_KEY,
    MATE_CODE,
    MEETING,
    FixedClock,
    group_item,
    guest_item,
    item,
    page,
    usual_page,
)
from tests.kiosk.test_leases import LEASE, SEATS

MACHINE = uuid7()
DOOR = Words(zh="东门", en="East door")


class Desk:
    """A reception with a real database and a hub that says what it is told to."""

    def __init__(self, database: Database, *, synced: bool = True, bounds: Bounds | None = None) -> None:
        self.database = database
        self.clock = FixedClock()
        self.asked: list[CheckInEvent] = []
        self.told: list[Result] = []
        self.word: Answer | None = None
        identity = Identity("house", "kiosk-1", uuid7(), self.clock, uuid7, DOOR, lambda: synced, MACHINE)
        self.roster = roster = Roster(database)
        roster.apply(usual_page())
        self.outbox = Outbox(database, identity.boot, bounds)
        self.reception = Reception(
            identity,
            roster,
            self.outbox,
            lookup_key=LOOKUP_KEY,
            ask=self.ask,
            hub_reachable=lambda: self.word is not None,
            tell=self.told.append,
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


@pytest.mark.parametrize("late", [False, True], ids=["at-once", "late"])
def test_a_word_without_a_card_leaves_the_guest_their_name_and_seat(desk: Desk, *, late: bool) -> None:
    """The hub sends none for a scan that its clock calls old; a guest who stands there is greeted as before."""
    word = Answer(id=uuid7(), verdict=Verdict.ALREADY_IN)
    desk.word = None if late else word
    result = desk.reception.receive(CODE, uuid7())
    result = desk.reception.late(replace(word, id=result.event)) if late else result
    assert (result.verdict, result.card, result.meeting) == (Verdict.ALREADY_IN, CARD, MEETING)
    assert not result.from_hub, "name and seat are the kiosk's own word"


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


def lease_to(desk: Desk, *codes: str, vip: bool = False) -> None:
    """Tell the kiosk of some guests without a seat, and of the seats it may give away."""
    guests = [guest_item(4 + number, code, seat=None, vip=vip) for number, code in enumerate(codes)]
    lease = item(ItemKind.LEASE, "kiosk-1/launch", 4 + len(codes), codec.dump_card(LEASE))
    assert desk.roster.apply(page(*guests, lease, cursor=3))


GUESTS = tuple(short(number + 1).text for number in range(4))


def test_guests_without_a_seat_get_leased_ones_while_the_hub_is_away(desk: Desk) -> None:
    """Each another, named by the event before anybody is asked; the fourth is shown to a seat by a person (I4)."""
    lease_to(desk, *GUESTS)
    shown = [desk.reception.receive(code, uuid7()).card for code in GUESTS]
    assert [card.seat if card else None for card in shown] == [*(one.seat for one in SEATS), None]
    assert [event.seat for event in desk.asked] == [*(one.label for one in SEATS), None]


def test_a_second_scan_shows_the_same_leased_seat_even_after_a_restart(desk: Desk) -> None:
    """The seat stays the guest's, and is not given twice."""
    lease_to(desk, *GUESTS)
    desk.reception.receive(GUESTS[0], uuid7())
    desk.clock.at = LEASE.until
    again = Desk(desk.database)
    result = again.reception.receive(GUESTS[0], uuid7())
    assert result.verdict is Verdict.ALREADY_IN
    assert result.card is not None
    assert result.card.seat == SEATS[0].seat
    assert again.asked[0].seat == SEATS[0].label, "said again: this scan may reach the hub before the first one"
    other = again.reception.receive(GUESTS[1], uuid7()).card
    assert other is not None
    assert other.seat == SEATS[1].seat


def test_a_seat_told_here_stands_before_one_that_the_hub_keeps_for_a_guest_it_has_not_heard_of(desk: Desk) -> None:
    """A party's first member came elsewhere, so the hub keeps a seat; but this guest sits already, and says so (I4)."""
    lease_to(desk, *GUESTS)
    first = desk.reception.receive(GUESTS[0], uuid7())
    assert desk.roster.apply(page(guest_item(9, GUESTS[0]), cursor=8))
    again = desk.reception.receive(GUESTS[0], uuid7())
    assert again.card is not None
    assert (again.card.seat, desk.asked[1].seat) == (SEATS[0].seat, SEATS[0].label)
    desk.outbox.settle({first.event: None, again.event: None}, desk.clock.at)
    heard = desk.reception.receive(GUESTS[0], uuid7())
    assert heard.card is not None
    assert (heard.card.seat, desk.asked[2].seat) == (CARD.seat, "A-3-5"), "by now the hub knows; what it says counts"


def test_a_seat_of_the_roster_is_named_as_the_screen_shows_it(desk: Desk) -> None:
    """The hub may have moved this guest, or have given the seat away, since the roster came (I4)."""
    shown = desk.reception.receive(CODE, uuid7()).card
    assert shown is not None
    assert shown.seat is not None
    assert desk.asked[0].seat == shown.seat.label == "A-3-5"
    desk.roster.apply(page(guest_item(4, seat=SEATS[0].seat), cursor=3))
    again = desk.reception.receive(CODE, uuid7()).card
    assert again is not None
    assert (again.seat, desk.asked[1].seat) == (shown.seat, "A-3-5"), "told already, and the hub has not said a word"


def test_no_seat_is_named_to_whom_the_screen_turns_away(desk: Desk) -> None:
    """They are shown none."""
    desk.roster.apply(page(guest_item(4, status="revoked"), cursor=3))
    desk.reception.receive(CODE, uuid7())
    assert desk.asked[0].seat is None


def test_no_leased_seat_is_given_while_the_hub_can_be_asked(desk: Desk) -> None:
    """It seats better: parties together, guests of honour in front."""
    lease_to(desk, *GUESTS)
    desk.word = Answer(id=uuid7(), verdict=Verdict.WELCOME, accepted=False)
    result = desk.reception.receive(GUESTS[0], uuid7())
    assert result.card is not None
    assert (result.card.seat, desk.asked[0].seat) == (None, None)


def test_a_guest_of_honour_is_shown_to_a_seat_by_a_person(desk: Desk) -> None:
    """No leased seat for whom the hub chooses with care; and none for whoever is turned away."""
    lease_to(desk, *GUESTS[:2], vip=True)
    desk.reception.receive(GUESTS[0], uuid7())
    desk.clock.at = MEETING.ends_at.replace(year=2027)
    desk.reception.receive(GUESTS[1], uuid7())
    assert [event.seat for event in desk.asked] == [None, None]


def test_every_event_names_the_start_of_the_machine_its_count_is_from(desk: Desk) -> None:
    """With it the hub puts times right later."""
    desk.reception.receive(CODE, uuid7())
    assert (desk.asked[0].machine, desk.asked[0].mono_ms) == (MACHINE, desk.clock.ms)


def test_an_outbox_that_is_full_welcomes_nobody(tmp_path: Path) -> None:
    """The guest is sent to a person; nothing half-kept remains (I13)."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    desk = Desk(database, bounds=Bounds(unanswered=1))
    desk.reception.receive(CODE, uuid7())
    with pytest.raises(CannotKeep, match="1 events wait"):
        desk.reception.receive(CODE, uuid7())
    assert len(desk.asked) == 1
    database.close()


def test_a_database_that_cannot_be_read_sends_the_guest_to_a_person(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking up must not end the camera's thread either."""

    def broken(_: str) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(desk.outbox, "arrived_at", broken)
    with pytest.raises(CannotKeep, match="malformed"):
        desk.reception.receive(CODE, uuid7())


def test_after_a_morning_of_scans_no_name_and_no_code_is_on_the_disk(desk: Desk, tmp_path: Path) -> None:
    """Database and log, byte by byte: lookups and sealed fields only (fault 60, I14)."""
    names = [f"金丝雀{number}号" for number in range(50)]
    codes = [short(10_000 + number).text for number in range(50)]
    guests = [guest_item(4 + number, code, name=names[number], seat=None) for number, code in enumerate(codes)]
    lease = item(ItemKind.LEASE, "kiosk-1/launch", 60, codec.dump_card(LEASE))
    assert desk.roster.apply(page(*guests, lease, cursor=3))
    for code in codes:
        result = desk.reception.receive(code, uuid7())
        assert result.card is not None
        assert result.card.name in names
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert LOOKUP_KEY not in written
    for secret in (*names, *codes):
        assert secret.encode() not in written


def test_a_guest_whose_card_the_hub_gave_is_admitted_as_if_the_code_had_been_held(desk: Desk) -> None:
    """Found by name: the same hash, the same admission; at the second time the kiosk knows that they are in."""
    hashed = lookup(LOOKUP_KEY, CODE)
    result = desk.reception.admit(hashed, CARD, uuid7(), Method.FOUND)
    assert (result.verdict, result.card) == (Verdict.WELCOME, CARD)
    (event,) = desk.asked
    assert (event.lookup, event.method, event.invitation) == (hashed, Method.FOUND, CARD.invitation)
    assert desk.reception.admit(hashed, CARD, uuid7(), Method.FOUND).verdict is Verdict.ALREADY_IN


def test_a_group_s_code_gives_its_list_and_keeps_nothing(desk: Desk) -> None:
    """Read or typed by hand; a guest's own code and any other text are no group."""
    desk.roster.apply(page(group_item(4), cursor=3))
    typed = f" {GROUP_CODE[:4].lower()} {GROUP_CODE[4:].lower()} "
    assert desk.reception.group_of(GROUP_CODE) == desk.reception.group_of(typed, Method.TYPED) == GROUP
    for text in (CODE, short(7).text, GROUP_CODE[:-1] + "?", "https://example.com", "Y2ABC", ""):
        assert desk.reception.group_of(text) is None
    assert desk.outbox.waiting(9) == []


def test_each_ticked_member_is_admitted_by_their_own_code_s_hash(desk: Desk) -> None:
    """And whoever holds up their own code afterwards is in already."""
    desk.roster.apply(page(group_item(4), guest_item(5, MATE_CODE), cursor=3))
    for member in GROUP.members:
        assert desk.reception.admit(member.lookup, member.card, uuid7(), Method.GROUP).verdict is Verdict.WELCOME
    assert [(event.lookup, event.method) for event in desk.asked] == [
        (member.lookup, Method.GROUP) for member in GROUP.members
    ]
    assert desk.reception.receive(MATE_CODE, uuid7()).verdict is Verdict.ALREADY_IN


def test_a_damaged_list_is_no_list(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Said in the log by its hash; the guests come on their own codes."""
    broken = replace(group_item(4), body="x" * 60)
    desk.roster.apply(page(broken, cursor=3))
    assert desk.reception.group_of(GROUP_CODE) is None
    assert GROUP.key in caplog.text
    assert GROUP_CODE not in caplog.text


def test_door_and_printer_are_told_of_what_is_on_disk(desk: Desk) -> None:
    """With when this kiosk let the guest in before; and of a later word of the hub."""
    first, second = (desk.reception.receive(CODE, uuid7()) for _ in range(2))
    late = desk.reception.late(Answer(id=first.event, verdict=Verdict.REVOKED, card=CARD))
    assert desk.told == [first, second, late]
    assert [told.arrived_here for told in desk.told] == [None, desk.clock.at, None]


def test_door_and_printer_are_told_nothing_of_what_could_not_be_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No door opens on a decision that is not durable."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(desk.outbox, "record", full)
    with pytest.raises(CannotKeep):
        desk.reception.receive(CODE, uuid7())
    assert desk.told == []
