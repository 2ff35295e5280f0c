"""A meeting is held at another time or place: everybody invited is told once, old and new, and never for nothing."""

from datetime import datetime, timedelta

import pytest

from hub.demo import demo_files
from hub.domain.guest_messages import GuestMessage, MessageKind, Standing, taken_in_hand
from hub.domain.guests import InvitationStatus
from hub.ports import Store
from hub.usecases.import_venue import import_venue
from hub.usecases.remind import REMIND
from hub.usecases.venue_plan import known_house
from hub.venue_files import read
from tests.hub.build import T0
from tests.hub.imports import acting, demo_venue, import_rows, rows

DEMO = demo_files().venue.read_text()
DAY = "2026-12-30"
START = 'start = "09:00"'
LATER = DEMO.replace(START, 'start = "09:20"')
"""The demo's meeting starts twenty minutes later; its doors stay."""


@pytest.fixture
def house(store: Store) -> Store:
    """Return a store with the demo's venue and three guests, one withdrawn."""
    meeting = demo_venue(store)
    import_rows(store, meeting, rows("王伟,腾云,w@example.com", "李娜,腾云,l@example.com", "赵敏,腾云,z@example.com"))
    with store.write() as tx:
        tx.guests.set_status(tx.guests.of_meeting(meeting.id)[2].invitation.id, InvitationStatus.REVOKED, T0)
    return store


def changed(store: Store, text: str, seed: int = 7, later: float = 0) -> list[GuestMessage]:
    """Import a venue file, some seconds later, and return the messages that wait."""
    who = acting(seed)
    who = type(who)(
        actor=who.actor, at=T0 + timedelta(seconds=later), ids=who.ids, bits=who.bits, site_key=who.site_key
    )
    with store.write() as tx:
        found = read(text.encode(), known_house(tx))
        assert found.usable(), found.findings
        assert import_venue(tx, found.file, who).kept
        return sorted(tx.guest_messages.standing(Standing.WAITING, 99), key=lambda one: one.invitation)


def test_a_file_that_says_the_same_tells_nobody_anything(house: Store) -> None:
    """Nor does another agenda, or another title."""
    assert changed(house, DEMO) == []
    assert changed(house, DEMO.replace('to = "11:00"', 'to = "10:55"')) == []


def test_everybody_invited_is_told_old_and_new_once(house: Store) -> None:
    """Not who was withdrawn; and the same file again says nothing more."""
    assert START in DEMO
    told = changed(house, LATER)
    assert len(told) == 2
    assert {one.kind for one in told} == {MessageKind.CHANGED}
    for one in told:
        old, new = (datetime.fromisoformat(one.facts[f"{age}_starts_at"]) for age in ("old", "new"))
        assert new - old == timedelta(minutes=20)
        assert set(one.facts) == {"old_starts_at", "new_starts_at"}
    assert changed(house, LATER, seed=8, later=1) == told


def test_a_room_is_told_by_its_names_in_both_languages(house: Store) -> None:
    """As guests know rooms."""
    meeting = DEMO.index("[[meetings]]")
    moved = DEMO[:meeting] + DEMO[meeting:].replace('room = "hall"', 'room = "tea"', 1)
    (facts, _) = (one.facts for one in changed(house, moved))
    assert facts == {
        "old_room_zh": "启明厅",
        "old_room_en": "Qiming Hall",
        "new_room_zh": "茶歇厅",
        "new_room_en": "Tea Lounge",
    }


def test_a_change_upon_a_change_that_nobody_heard_of_is_told_as_one(house: Store) -> None:
    """From what guests know to what holds; and back again is nothing to tell."""
    (first, _) = changed(house, LATER)
    (second, _) = changed(house, LATER.replace('"09:20"', '"09:40"'), seed=8, later=1)
    assert second.facts["old_starts_at"] == first.facts["old_starts_at"]
    assert second.facts["new_starts_at"] != first.facts["new_starts_at"]
    assert changed(house, DEMO, seed=9, later=2) == []
    with house.read() as tx:
        assert tx.guest_messages.counts() == {
            Standing.CALL: 0,
            Standing.WAITING: 0,
            Standing.SENT: 0,
            Standing.NEEDLESS: 4,
        }


def test_who_may_have_heard_of_a_change_hears_that_it_was_taken_back(house: Store) -> None:
    """A message that somebody has begun to send is not taken back."""
    first = changed(house, LATER)
    with house.write() as tx:
        for one in first:
            tx.guest_messages.save(taken_in_hand(one, T0 + timedelta(minutes=10)))
    waiting = changed(house, DEMO, seed=8, later=1)
    assert len(waiting) == 4
    newer = [one for one in waiting if one.tries == 0]
    assert {one.facts["new_starts_at"] for one in newer} == {first[0].facts["old_starts_at"]}
    assert len(changed(house, LATER, seed=9, later=2)) == 2


def test_a_cancelled_meeting_is_told_and_its_reminders_are_gone(house: Store) -> None:
    """And told again when it takes place after all."""
    cancelled = DEMO.replace(START, f"{START}\ncancelled = true")
    assert [one.facts for one in changed(house, cancelled)] == [{"old_cancelled": "no", "new_cancelled": "yes"}] * 2
    with house.read() as tx:
        assert tx.timers.of_rule(REMIND) == []
    with house.write() as tx:
        for one in tx.guest_messages.standing(Standing.WAITING, 9):
            tx.guest_messages.save(taken_in_hand(one, T0 + timedelta(days=99)))
    back = changed(house, DEMO.replace(START, f"{START}\ncancelled = false"), seed=8, later=1)
    assert {"old_cancelled": "yes", "new_cancelled": "no"} in [one.facts for one in back]


def test_a_meeting_that_is_over_is_told_to_nobody(house: Store) -> None:
    """Correcting the past is no news."""
    assert changed(house, LATER, later=400 * 86_400) == []
