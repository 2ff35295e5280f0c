from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.credential import lookup, short
from devices.contract.messages import ItemKind, RosterItem
from devices.sealing import CannotOpen
from kiosk.database import Database
from kiosk.roster import Roster
from tests.kiosk.cards import (
    CARD,
    CODE,
    GROUP,
    GROUP_CODE,
    HUB,
    LOOKUP_KEY,
    MEETING,
    RESTROOM,
    group_item,
    guest_item,
    item,
    page,
    usual_page,
)
from tests.kiosk.test_leases import LEASE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the kiosk keeps its data."""
    return tmp_path


@pytest.fixture
def roster(folder: Path) -> Iterator[Roster]:
    """Return an empty roster on disk."""
    database = Database(folder / "kiosk.sqlite3")
    database.open()
    yield Roster(database)
    database.close()


def test_a_guest_is_found_by_their_own_code(roster: Roster) -> None:
    """Hash and sealed fields lead back to the card."""
    roster.apply(usual_page())
    assert roster.guest(lookup(LOOKUP_KEY, CODE), CODE) == CARD
    assert roster.meeting("launch") == MEETING
    assert roster.places() == {"restroom": RESTROOM}
    assert (roster.cursor(), roster.incarnation()) == (3, HUB)


def test_another_code_finds_nobody(roster: Roster) -> None:
    """An unknown code has no entry."""
    roster.apply(usual_page())
    other = short(1).text
    assert roster.guest(lookup(LOOKUP_KEY, other), other) is None


def test_a_stolen_kiosk_shows_no_name(roster: Roster, folder: Path) -> None:
    """Neither names nor codes stand in the file, its log, or anything beside it."""
    roster.apply(usual_page())
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    for secret in ("王建国", "王总", "Mr Wang", CODE):
        assert secret.encode() not in written


def test_only_the_right_code_opens_an_entry(roster: Roster) -> None:
    """Whoever swaps entries on the disk gets an error, not another guest."""
    roster.apply(usual_page())
    with pytest.raises(CannotOpen):
        roster.guest(lookup(LOOKUP_KEY, CODE), short(1).text)


def test_a_page_that_does_not_follow_on_is_not_taken(roster: Roster) -> None:
    """A repeat or a gap changes nothing, so that nothing can be missed silently."""
    assert roster.apply(usual_page())
    assert not roster.apply(usual_page())
    assert not roster.apply(page(guest_item(9), cursor=7))
    assert roster.cursor() == 3


def test_changes_replace_and_departures_remove(roster: Roster) -> None:
    """A moved seat is the new seat; a guest taken off the list is gone."""
    roster.apply(usual_page())
    roster.apply(page(guest_item(4, vip=True), cursor=3))
    found = roster.guest(lookup(LOOKUP_KEY, CODE), CODE)
    assert found is not None
    assert found.vip
    gone = RosterItem(kind=ItemKind.GUEST, key=lookup(LOOKUP_KEY, CODE), seq=5, gone=True)
    roster.apply(page(gone, cursor=4))
    assert roster.guest(lookup(LOOKUP_KEY, CODE), CODE) is None


def test_another_hub_database_starts_from_nothing(roster: Roster) -> None:
    """Positions of one database mean nothing in another."""
    roster.apply(usual_page())
    roster.forget()
    assert (roster.cursor(), roster.incarnation(), roster.places()) == (0, "", {})
    assert roster.meetings() == []


def test_the_roster_is_there_again_after_a_restart(tmp_path: Path) -> None:
    """A kiosk that starts without network knows its guests."""
    for attempt in range(2):
        database = Database(tmp_path / "kiosk.sqlite3")
        database.open()
        roster = Roster(database)
        if attempt == 0:
            roster.apply(page(item(ItemKind.MEETING, "launch", 1, codec.dump_card(MEETING))))
        assert roster.meetings() == [MEETING]
        database.close()


def test_only_the_kiosk_s_own_user_may_read_its_files(roster: Roster, folder: Path) -> None:
    """Database and log alike."""
    roster.apply(usual_page())
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_page_that_changes_nothing_writes_nothing(roster: Roster, folder: Path) -> None:
    """A kiosk asks every minute; its card must not wear out by it (fault 24)."""
    roster.apply(usual_page())
    before = {path: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
    assert roster.apply(page(cursor=3))
    assert {path: path.read_bytes() for path in before} == before


def test_seats_are_leased_for_one_meeting_at_one_kiosk(roster: Roster) -> None:
    """A lease that is gone gives nothing more."""
    roster.apply(page(item(ItemKind.LEASE, "kiosk-1/launch", 1, codec.dump_card(LEASE))))
    assert roster.lease("kiosk-1", "launch") == LEASE
    assert roster.lease("kiosk-1", "other") is None
    roster.apply(page(RosterItem(kind=ItemKind.LEASE, key="kiosk-1/launch", seq=2, gone=True), cursor=1))
    assert roster.lease("kiosk-1", "launch") is None


def test_what_is_gone_is_neither_a_meeting_nor_a_way(roster: Roster) -> None:
    """Its place in the order is kept, its card is not."""
    roster.apply(usual_page())
    gone = [
        RosterItem(kind=ItemKind.MEETING, key="launch", seq=4, gone=True, body="{}"),
        RosterItem(kind=ItemKind.PLACE, key="kiosk-1/restroom", seq=5, gone=True),
    ]
    roster.apply(page(*gone, cursor=3))
    assert (roster.meetings(), roster.places(), roster.meeting("launch")) == ([], {}, None)
    assert roster.fingerprint() == "3-12"


def test_a_group_is_listed_by_its_own_code_alone(roster: Roster, folder: Path) -> None:
    """A member's code opens no list, the group's code is no guest's, and the list is a box on the disk."""
    roster.apply(page(group_item(1)))
    hashed = lookup(LOOKUP_KEY, GROUP_CODE)
    assert roster.group(hashed, GROUP_CODE) == GROUP
    assert roster.group(lookup(LOOKUP_KEY, CODE), CODE) is None
    assert roster.guest(hashed, GROUP_CODE) is None
    with pytest.raises(CannotOpen):
        roster.group(hashed, CODE)
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    assert "李娜".encode() not in written


def test_a_group_whose_code_was_withdrawn_is_gone(roster: Roster) -> None:
    """And still counts in the fingerprint, as every entry does (decision 11)."""
    roster.apply(page(group_item(1)))
    roster.apply(page(RosterItem(kind=ItemKind.GROUP, key=GROUP.key, seq=2, gone=True), cursor=1))
    assert roster.group(GROUP.key, GROUP_CODE) is None
    assert roster.fingerprint() == "1-2"
