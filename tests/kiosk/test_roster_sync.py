from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract.messages import ItemKind, RosterItem, RosterPage
from devices.ids import uuid7
from kiosk.database import Database
from kiosk.roster import Roster
from kiosk.roster_sync import AGAIN_MS, CHECK_MS, PACE_MS, POLL_MS, RosterSync, Turn
from tests.kiosk.cards import guest_item, item, page, usual_page


class Hub:
    """Notes what is asked."""

    def __init__(self, database: Database) -> None:
        self.roster = Roster(database)
        self.asked: list[tuple[int, bool]] = []
        self.busy = False
        self.last = ""
        self.sync = RosterSync(self.roster, self.ask, lambda: self.busy)

    def ask(self, cursor: int, check: bool) -> str:  # noqa: FBT001 - the port's own
        """Take a question."""
        self.asked.append((cursor, check))
        self.last = uuid7()
        return self.last

    def answer(self, found: RosterPage, now_ms: int = 0, fingerprint: str | None = None) -> Turn:
        """Answer the last question."""
        return self.sync.turn(replace(found, request=self.last, fingerprint=fingerprint), now_ms)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Give a roster that is kept like a hub's."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    yield Hub(database)
    database.close()


def test_the_copy_is_checked_at_each_connection_and_every_ten_minutes(hub: Hub) -> None:
    """In between only changes are asked for, and now and then whether there are any."""
    hub.sync.connected()
    hub.sync.work(0)
    assert hub.asked == [(0, True)]
    assert hub.answer(usual_page(), fingerprint="3-6") is Turn.CAUGHT_UP
    asked_at = []
    for now in range(0, 2 * CHECK_MS + 1, 1_000):
        before = len(hub.asked)
        hub.sync.work(now)
        if len(hub.asked) > before:
            asked_at.append((now, hub.asked[-1][1]))
            hub.answer(page(cursor=3), now, fingerprint="3-6" if hub.asked[-1][1] else None)
    assert [now for now, check in asked_at if check] == [CHECK_MS, 2 * CHECK_MS]
    assert len(asked_at) == pytest.approx(2 * CHECK_MS / POLL_MS, abs=1)
    assert hub.sync.mismatches == 0


@pytest.mark.parametrize("harm", ["DELETE FROM roster WHERE kind = 'guest'", "UPDATE roster SET seq = 2 WHERE seq = 3"])
def test_a_copy_that_lost_or_kept_an_old_entry_is_fetched_anew(hub: Hub, harm: str) -> None:
    """Count and sum of positions tell; it is counted (decision 11)."""
    hub.sync.work(0)
    hub.answer(usual_page(), fingerprint="3-6")
    with hub.roster._database.write() as connection:
        connection.execute(harm)
    hub.sync.work(CHECK_MS)
    assert hub.answer(page(cursor=3), CHECK_MS, fingerprint="3-6") is Turn.CAUGHT_UP
    assert (hub.sync.mismatches, hub.roster.cursor()) == (1, 0)
    hub.sync.work(CHECK_MS)
    assert hub.asked[-1] == (0, True)
    hub.answer(usual_page(), CHECK_MS, fingerprint="3-6")
    assert hub.roster.fingerprint() == "3-6"
    assert hub.sync.mismatches == 1


def test_what_is_gone_still_counts(hub: Hub) -> None:
    """Both sides keep its position, so that the two can be compared."""
    hub.sync.work(0)
    gone = RosterItem(kind=ItemKind.GUEST, key=guest_item(3).key, seq=4, gone=True)
    hub.answer(usual_page())
    hub.answer(page(gone, cursor=3))
    assert hub.roster.fingerprint() == "3-7"


def test_a_hub_that_counts_otherwise_does_not_make_the_kiosk_fetch_for_ever(hub: Hub) -> None:
    """After a full copy that differs again it waits twice as long each time."""
    full = 0
    for now in range(0, 6 * CHECK_MS, AGAIN_MS):
        before = len(hub.asked)
        hub.sync.work(now)
        for cursor, _ in hub.asked[before:]:
            full += cursor == 0
            hub.answer(usual_page() if cursor == 0 else page(cursor=3), now, fingerprint="999-9")
    assert full <= 5
    assert hub.sync.mismatches >= 3


def test_a_hub_that_gives_no_fingerprint_is_not_asked_again_and_again(hub: Hub) -> None:
    """An older release of the hub."""
    hub.sync.work(0)
    hub.answer(usual_page())
    hub.sync.work(AGAIN_MS)
    assert len(hub.asked) == 1


def test_a_hub_behind_its_own_word_was_restored_from_a_backup(hub: Hub) -> None:
    """The page that answers tells it, not the retained state, which may simply be older (fault 22)."""
    hub.sync.work(0)
    hub.answer(usual_page())
    hub.sync.told(1)
    hub.sync.work(AGAIN_MS)
    assert hub.asked[-1][0] == 3
    assert hub.answer(page(cursor=3, head=3), AGAIN_MS) is Turn.CAUGHT_UP
    assert hub.answer(replace(page(cursor=2, head=2), to=2)) is Turn.NOTHING
    assert hub.answer(replace(page(cursor=3, head=2), to=2)) is Turn.RESTORED
    assert hub.roster.cursor() == 3


def test_pages_follow_at_once_but_let_check_ins_go_first(hub: Hub) -> None:
    """A long list does not hold up a backlog; a lost page is asked for again."""
    hub.sync.work(0)
    first = item(ItemKind.PLACE, "kiosk-1/a", 1, "{}")
    assert hub.answer(page(first, head=9)) is Turn.MORE
    assert hub.asked[-1][0] == 1
    hub.busy = True
    second = item(ItemKind.PLACE, "kiosk-1/b", 2, "{}")
    hub.answer(page(second, cursor=1, head=9))
    assert len(hub.asked) == 2
    hub.sync.work(PACE_MS)
    assert hub.asked[-1][0] == 2
    hub.sync.work(PACE_MS + AGAIN_MS - 1)
    assert len(hub.asked) == 3
    hub.sync.work(PACE_MS + AGAIN_MS)
    assert hub.asked[-1] == (2, True)
    assert len(hub.asked) == 4
