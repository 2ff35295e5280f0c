"""What every booking source promises. Each source's tests give a ``peer`` and inherit ``SourceContract``."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from hub.booking_ports import (
    BookingSource,
    CursorLost,
    SourceAway,
    SourceWrong,
    TargetGone,
    WriteRefused,
    WrittenMeanwhile,
)
from hub.domain.bookings import BookingState
from hub.domain.source_items import Batch, Horizon, Item, Outcome, Resource, WriteBack

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
"""Noon in Shanghai, where these venues stand."""

HORIZON = Horizon(since=NOON - timedelta(days=1), until=NOON + timedelta(days=90))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A booking as its own people enter it: one meeting in one room."""

    title: str = "渠道大会"
    room: str = "大厅"
    starts_at: datetime = NOON
    ends_at: datetime = NOON + timedelta(hours=2)
    state: BookingState = BookingState.DEFINITE


class Peer(Protocol):
    """The other side: a real database, server or file, and what its own users do there."""

    source: BookingSource

    def enter(self, entry: Entry) -> str:
        """Enter a booking; returns a name for it in these tests."""

    def change(self, name: str, entry: Entry) -> None:
        """Let it be another."""

    def delete(self, name: str) -> None:
        """Delete it for good."""

    def spoil(self) -> None:
        """Enter a booking that nobody can use: its end before its start."""

    def go_away(self) -> None:
        """Do not answer any more."""

    def come_back(self) -> None:
        """Answer again."""

    def outcome(self, name: str) -> dict[str, object]:
        """Return what it has been told of a booking: attended, expected, no_show; empty where nothing."""

    def texts(self) -> str:
        """Return everything it holds as text, to look for what must not be there."""


def everything(peer: Peer) -> list[tuple[str, Batch]]:
    """Ask a source for everything, collection by collection."""
    return [(one, peer.source.pull(one, None, HORIZON)) for one in peer.source.collections()]


def items(batches: list[tuple[str, Batch]]) -> list[Item]:
    """Return all meetings of answers, by start."""
    found = [item for _, batch in batches for resource in batch.resources for item in resource.items]
    return sorted(found, key=lambda one: (one.starts_at, one.title.zh, one.title.en))


def since(peer: Peer, before: list[tuple[str, Batch]]) -> list[tuple[str, Batch]]:
    """Ask what has changed since answers were given."""
    return [(one, peer.source.pull(one, batch.cursor, HORIZON)) for one, batch in before]


def title(item: Item) -> str:
    """Return what a meeting is called, in whichever language the source knows it."""
    return item.title.zh or item.title.en


def gone(peer: Peer, before: list[tuple[str, Batch]], after: list[tuple[str, Batch]]) -> set[str]:
    """Return the keys that answers say are gone, by name or by leaving them out of a complete listing."""
    del peer
    missing: set[str] = set()
    for (_, old), (_, new) in zip(before, after, strict=True):
        missing |= set(new.gone)
        if new.complete:
            missing |= {one.key for one in old.resources} - {one.key for one in new.resources}
    return missing


def to_tell(batches: list[tuple[str, Batch]], op: str = "op-1", attended: int = 153) -> tuple[str, WriteBack]:
    """Return what a source is to be told of its first meeting, and in which collection that is."""
    collection, resource = next((one, resource) for one, batch in batches for resource in batch.resources)
    item = resource.items[0]
    outcome = Outcome(expected=200, attended=attended, first_check_in_at=NOON, started_at=NOON)
    return collection, WriteBack(
        op=op,
        resource=resource.key,
        occurrence=item.occurrence,
        uid=item.uid,
        version=resource.version,
        outcome=outcome,
        ends_at=item.ends_at,
    )


class SourceContract:
    """The promises. A class of tests inherits them and gives the fixture ``peer``."""

    def test_everything_within_the_horizon_is_listed_as_it_was_entered(self, peer: Peer) -> None:
        """Times are UTC; what lies beyond, before or after, is left out."""
        entry = Entry()
        for days in (-3, 0, 200):
            peer.enter(
                replace(entry, starts_at=NOON + timedelta(days=days), ends_at=NOON + timedelta(days=days, hours=2))
            )
        batches = everything(peer)
        assert all(batch.complete for _, batch in batches)
        (item,) = items(batches)
        assert (title(item), item.room, item.starts_at, item.ends_at, item.state) == (
            entry.title,
            entry.room,
            NOON,
            NOON + timedelta(hours=2),
            BookingState.DEFINITE,
        )
        assert item.uid
        assert item.booking

    def test_where_nothing_has_changed_nothing_is_said(self, peer: Peer) -> None:
        """Or, of a source that cannot tell, the very same is said again."""
        peer.enter(Entry())
        before = everything(peer)
        after = since(peer, before)
        if peer.source.can.deltas:
            assert [batch.resources for _, batch in after] == [() for _ in after]
        assert gone(peer, before, after) == set()
        assert all(one in before_of(before) for _, batch in after for one in batch.resources)

    def test_a_change_is_told_with_another_version(self, peer: Peer) -> None:
        """The others are not told again by a source that can tell changes."""
        name = peer.enter(Entry())
        peer.enter(Entry(title="年会", starts_at=NOON + timedelta(days=1), ends_at=NOON + timedelta(days=1, hours=1)))
        before = everything(peer)
        peer.change(name, Entry(title="渠道日"))
        after = since(peer, before)
        told = [one for _, batch in after for one in batch.resources if one not in before_of(before)]
        assert [title(item) for one in told for item in one.items] == ["渠道日"]
        old = {one.key: one.version for one in before_of(before)}
        assert told[0].version != old[told[0].key]
        if peer.source.can.deltas:
            assert len([one for _, batch in after for one in batch.resources]) == 1

    def test_what_is_new_is_told(self, peer: Peer) -> None:
        """And only once it is there."""
        before = everything(peer)
        peer.enter(Entry())
        assert [title(item) for item in items(since(peer, before))] == ["渠道大会"]

    def test_what_is_deleted_is_gone(self, peer: Peer) -> None:
        """By its key; what stays is not."""
        name = peer.enter(Entry())
        peer.enter(Entry(title="年会"))
        before = everything(peer)
        peer.delete(name)
        after = since(peer, before)
        keys = {one.key for one in before_of(before) if title(one.items[0]) == "渠道大会"}
        assert gone(peer, before, after) == keys

    def test_what_is_called_off_is_off_or_gone(self, peer: Peer) -> None:
        """Whichever way the source keeps it."""
        name = peer.enter(Entry())
        before = everything(peer)
        peer.change(name, Entry(state=BookingState.CANCELLED))
        after = since(peer, before)
        states = [item.state for item in items(after)]
        assert states == [BookingState.CANCELLED] or gone(peer, before, after)

    def test_asked_twice_with_the_same_cursor_it_answers_the_same(self, peer: Peer) -> None:
        """A hub that died in between asks again, and must be told again."""
        name = peer.enter(Entry())
        before = everything(peer)
        peer.change(name, Entry(title="渠道日"))
        peer.enter(Entry(title="年会"))
        first, second = since(peer, before), since(peer, before)
        assert items(first) == items(second)
        assert "渠道日" in [title(item) for item in items(second)]

    def test_a_cursor_that_it_does_not_know_is_refused_or_answered_in_full(self, peer: Peer) -> None:
        """Never with "nothing has changed"."""
        peer.enter(Entry())
        collection = peer.source.collections()[0]
        try:
            batch = peer.source.pull(collection, "http://nobody.invalid/sync/0", HORIZON)
        except CursorLost:
            return
        assert batch.complete
        assert batch.resources

    def test_a_source_that_does_not_answer_says_so_and_loses_nothing(self, peer: Peer) -> None:
        """Not an empty answer, and no half one; back again, the same cursor serves."""
        name = peer.enter(Entry())
        before = everything(peer)
        peer.change(name, Entry(title="渠道日"))
        peer.go_away()
        collection, batch = before[0]
        for cursor in (None, batch.cursor):
            with pytest.raises((SourceAway, SourceWrong)):
                peer.source.pull(collection, cursor, HORIZON)
        looked = list(peer.source.look())
        assert any(one.remedy for one in looked)
        peer.come_back()
        assert "渠道日" in [title(item) for item in items(since(peer, before))]
        assert not any(one.remedy for one in peer.source.look())

    def test_what_cannot_be_used_is_named_and_the_others_are_told(self, peer: Peer) -> None:
        """With the field and the remedy."""
        peer.enter(Entry())
        peer.spoil()
        batches = everything(peer)
        assert [title(item) for item in items(batches)] == ["渠道大会"]
        (bad,) = [bad for _, batch in batches for resource in batch.resources for bad in resource.bad]
        assert bad.field
        for words in (bad.problem, bad.remedy):
            assert all((words.zh, words.en)), "in both languages of the house"

    def test_it_takes_what_became_of_a_meeting_once(self, peer: Peer) -> None:
        """Repeated, it is the same; the newer one counts, and the hub's own writing is known by its version."""
        if not peer.source.can.writes:
            pytest.skip("a source that is only read")
        name = peer.enter(Entry())
        before = everything(peer)
        collection, told = to_tell(before)
        written = peer.source.push(collection, told)
        again = peer.source.push(collection, replace(told, version=written.version or told.version))
        assert peer.outcome(name) | {"attended": 153, "expected": 200, "no_show": False} == peer.outcome(name)
        version = again.version or written.version
        newer = replace(to_tell(before, "op-2", 160)[1], version=version or told.version)
        last = peer.source.push(collection, newer)
        assert peer.outcome(name)["attended"] == 160
        echoed = [one for _, batch in since(peer, before) for one in batch.resources]
        assert all(one.version == last.version or one in before_of(before) for one in echoed)
        assert [title(item) for item in items(everything(peer))] == ["渠道大会"]

    def test_it_takes_nothing_over_somebody_elses_change(self, peer: Peer) -> None:
        """The hub reads again first."""
        if not (peer.source.can.writes and peer.source.can.conditional):
            pytest.skip("a source that cannot compare")
        name = peer.enter(Entry())
        collection, told = to_tell(everything(peer))
        peer.change(name, Entry(title="渠道日"))
        with pytest.raises(WrittenMeanwhile):
            peer.source.push(collection, told)
        assert [title(item) for item in items(everything(peer))] == ["渠道日"]

    def test_it_says_that_what_was_to_be_told_about_is_gone(self, peer: Peer) -> None:
        """And makes no new one."""
        if not peer.source.can.writes:
            pytest.skip("a source that is only read")
        name = peer.enter(Entry())
        collection, told = to_tell(everything(peer))
        peer.delete(name)
        with pytest.raises(TargetGone):
            peer.source.push(collection, told)
        assert items(everything(peer)) == []

    def test_one_that_is_only_read_takes_nothing(self, peer: Peer) -> None:
        """And says so."""
        if peer.source.can.writes:
            pytest.skip("a source that is written to")
        peer.enter(Entry())
        collection, told = to_tell(everything(peer))
        with pytest.raises(WriteRefused):
            peer.source.push(collection, told)

    def test_a_look_finds_all_well_and_changes_nothing(self, peer: Peer) -> None:
        """So it may be asked while the hub runs."""
        peer.enter(Entry())
        before = everything(peer)
        looked = list(peer.source.look())
        assert looked
        assert not any(one.remedy for one in looked)
        assert before_of(everything(peer)) == before_of(before)


def before_of(batches: list[tuple[str, Batch]]) -> list[Resource]:
    """Return the resources of answers."""
    return [one for _, batch in batches for one in batch.resources]
