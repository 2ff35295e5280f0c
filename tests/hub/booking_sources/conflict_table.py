"""The conflict table (reference C.6.6) between a hub and a real peer: each peer's tests inherit ``ConflictTable``.

The hub has a real store and its own door; only its clock is moved by hand. The launch and the house's own guests are
there as well, so that what is not a source's is seen to be left alone.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from devices.ids import uuid7
from hub.domain.bookings import BookingState, Firmness
from hub.domain.meetings import Meeting
from hub.domain.syncing import Conflict, ConflictKind
from hub.following import Follower as Door
from hub.ports import Store
from hub.store.alone import Alone
from hub.usecases.check_in import Desk, check_in
from hub.usecases.follow_agenda import TIMES
from hub.usecases.lapse import lapse
from tests.hub.booking_sources.contract import NOON, Entry, Peer
from tests.hub.build import invited
from tests.hub.usecases.following import Follower
from tests.hub.usecases.scans import KIOSKS, scan

EVERY = timedelta(seconds=15)
LATER = Entry(starts_at=NOON + timedelta(hours=3), ends_at=NOON + timedelta(hours=5))


class House:
    """A hub that follows a peer. ``now`` is its time, moved by ``turn``."""

    def __init__(self, store: Store, peer: Peer) -> None:
        """Open the house two hours before noon; nothing was asked yet."""
        self.hub, self.peer = Follower.over(store), peer
        self.at = NOON - timedelta(hours=2)
        self.door = self.open_door()

    def now(self) -> datetime:
        """Return the time that it was moved to."""
        return self.at

    def monotonic_ms(self) -> int:
        """Return the same as a count."""
        return int(self.at.timestamp() * 1000)

    def open_door(self) -> Door:
        """Open the door to the peer, as after a start of the hub."""
        name = self.peer.source.name
        self.hub.order = (name,)
        return Door(
            self.hub.store,
            self.peer.source,
            lambda: self.hub.following(name),
            clock=self,
            acting=self.hub.who,
            every=EVERY,
            ahead=timedelta(days=90),
            after=lambda: None,
            turn=Alone(None, "follow"),
        )

    def turn(self, at: datetime | None = None) -> None:
        """Look once: a little later, or at an instant."""
        self.at = at or self.at + EVERY
        self.hub.now = self.at
        self.door.turn()

    def meeting(self) -> Meeting:
        """Return the one meeting that came from the peer."""
        return self.hub.meeting()

    def conflicts(self) -> list[Conflict]:
        """Return what a person is to decide."""
        return self.hub.asked()

    def come(self, number: int = 99) -> None:
        """Let a guest be invited to the meeting, and come."""
        meeting = self.meeting().id
        with self.hub.store.write() as tx:
            one = invited(number, in_meeting=meeting)
            tx.guests.add(one.guest, one.invitation)
        with self.hub.store.write() as tx:
            check_in(tx, [scan(number, ts=self.at)], Desk(uuid7, KIOSKS), self.at)

    def lapse(self) -> None:
        """Let lapse what nobody has confirmed in time."""
        with self.hub.store.write() as tx:
            for booking in tx.bookings.to_lapse(self.at):
                lapse(tx, booking, self.hub.who(), TIMES)

    def inside(self) -> int:
        """Count who has come to the meeting."""
        meeting = self.meeting().id
        with self.hub.store.read() as tx:
            return tx.attendance.counts([meeting])[meeting].guests.arrived


class ConflictTable:
    """Each row, by what the peer's own people do. A class of tests inherits it and gives the fixture ``peer``."""

    def test_nothing_happened_here_and_it_changed_there_so_theirs_is_taken(self, house: House) -> None:
        """Title and time; the meeting stays the same one."""
        name = house.peer.enter(Entry())
        house.turn()
        before = house.meeting()
        house.peer.change(name, Entry(title="渠道日", starts_at=LATER.starts_at, ends_at=LATER.ends_at))
        house.turn()
        after = house.meeting()
        assert (after.id, after.title.zh or after.title.en) == (before.id, "渠道日")
        assert (after.starts_at, after.ends_at) == (LATER.starts_at, LATER.ends_at)
        assert house.conflicts() == []

    def test_guests_are_inside_and_its_words_changed_there_so_both_stand(self, house: House) -> None:
        """Title and attendance are different fields: neither takes the other away."""
        name = house.peer.enter(Entry())
        house.turn()
        house.come()
        house.peer.change(name, Entry(title="渠道日"))
        house.turn()
        meeting = house.meeting()
        assert (meeting.title.zh or meeting.title.en, house.inside()) == ("渠道日", 1)
        assert house.conflicts() == []

    def test_it_was_told_who_came_and_its_words_changed_there_so_both_stand_there_too(self, house: House) -> None:
        """The next count is written over nobody's change: what was changed is read first."""
        name = house.peer.enter(Entry())
        house.turn(NOON - timedelta(minutes=20))
        house.come()
        house.turn()
        assert house.peer.outcome(name)["attended"] == 1
        house.peer.change(name, Entry(title="渠道日"))
        house.come(98)
        house.turn(house.at + timedelta(minutes=2))
        house.turn()
        assert house.peer.outcome(name)["attended"] == 2
        meeting = house.meeting()
        assert (meeting.title.zh or meeting.title.en, house.inside()) == ("渠道日", 2)
        assert house.conflicts() == []

    @pytest.mark.parametrize("how", ["deleted", "called off"])
    def test_it_runs_and_is_taken_away_there_so_it_goes_on_and_a_person_decides(self, house: House, how: str) -> None:
        """However often it is said; its room stays held."""
        name = house.peer.enter(Entry())
        house.turn()
        self._take_away(house, name, how)
        for minutes in (1, 2, 3):
            house.turn(NOON + timedelta(minutes=minutes))
        assert not house.meeting().cancelled
        (asked,) = house.conflicts()
        assert (asked.kind, asked.subject) == (ConflictKind.GONE_IN_USE, house.meeting().id)
        assert list(house.hub.firmness().values()) == [Firmness.DEFINITE]

    @pytest.mark.parametrize("how", ["deleted", "called off"])
    def test_a_guest_is_early_and_it_is_taken_away_there_so_a_person_decides(self, house: House, how: str) -> None:
        """Whoever stands in the hall already is not sent home by a machine."""
        name = house.peer.enter(Entry())
        house.turn()
        house.come()
        self._take_away(house, name, how)
        house.turn()
        assert not house.meeting().cancelled
        assert [one.kind for one in house.conflicts()] == [ConflictKind.GONE_IN_USE]

    @pytest.mark.parametrize("how", ["deleted", "called off"])
    def test_nobody_has_come_and_it_is_taken_away_there_so_it_is_cancelled(self, house: House, how: str) -> None:
        """And its room is free."""
        name = house.peer.enter(Entry())
        house.turn()
        self._take_away(house, name, how)
        house.turn()
        assert house.meeting().cancelled
        assert house.hub.firmness() == {}
        assert house.conflicts() == []

    def test_guests_are_inside_and_it_is_moved_there_so_a_person_decides(self, house: House) -> None:
        """The agenda stays as those who sit there know it."""
        name = house.peer.enter(Entry())
        house.turn()
        before = house.meeting()
        house.come()
        house.peer.change(name, LATER)
        house.turn()
        assert (house.meeting().starts_at, house.meeting().ends_at) == (before.starts_at, before.ends_at)
        assert [one.kind for one in house.conflicts()] == [ConflictKind.MOVED_IN_USE]

    def test_it_is_over_and_its_time_changed_there_so_what_was_stays(self, house: House) -> None:
        """Nobody is asked about yesterday."""
        name = house.peer.enter(Entry())
        house.turn()
        before = house.meeting()
        house.come()
        house.turn(before.ends_at + timedelta(minutes=1))
        house.peer.change(name, LATER)
        house.turn()
        assert (house.meeting().starts_at, house.meeting().ends_at) == (before.starts_at, before.ends_at)
        assert house.conflicts() == []

    def test_two_want_one_room_so_the_earlier_booking_has_it_and_a_person_is_asked(self, house: House) -> None:
        """Both are kept, and guests of both are let in; when one leaves, nobody is asked any more (rule 6)."""
        house.peer.enter(Entry())
        late = house.peer.enter(
            Entry(title="年会", starts_at=NOON + timedelta(hours=1), ends_at=NOON + timedelta(hours=3))
        )
        house.turn()
        assert sorted(house.hub.firmness().values()) == [Firmness.DEFINITE, Firmness.DOUBLE_BOOKED]
        assert [one.kind for one in house.conflicts()] == [ConflictKind.DOUBLE_BOOKED]
        house.peer.delete(late)
        house.turn()
        assert list(house.hub.firmness().values()) == [Firmness.DEFINITE]
        assert house.conflicts() == []

    def test_most_of_it_is_gone_there_so_nothing_is_taken_until_a_person_lets_it_through(self, house: House) -> None:
        """A calendar emptied by mistake costs no meeting (rule 3); what was let through is taken."""
        hour = timedelta(hours=1)
        names = [
            house.peer.enter(
                Entry(title=f"会议{number}", starts_at=NOON + number * hour, ends_at=NOON + (number + 1) * hour)
            )
            for number in range(6)
        ]
        house.turn()
        for name in names:
            house.peer.delete(name)
        for _ in range(2):
            house.turn()
        assert [one.cancelled for one in house.hub.meetings()] == [False] * 6
        (asked,) = house.conflicts()
        assert (asked.kind, asked.facts["gone"]) == (ConflictKind.MASS_DELETION, "6")
        self._let_through(house)
        house.turn()
        assert [one.cancelled for one in house.hub.meetings()] == [True] * 6
        assert house.conflicts() == []

    def test_it_is_away_so_nothing_changes_and_people_come_in_as_always(self, house: House) -> None:
        """The age of the copy is known; back again, it is followed on."""
        name = house.peer.enter(Entry())
        house.turn()
        answered = house.at
        house.peer.change(name, LATER)
        house.peer.go_away()
        house.turn()
        house.come()
        with house.hub.store.read() as tx:
            pulls = tx.sync.pulls()
        assert all(pull.failures == 1 and pull.problem and pull.ok_at == answered for pull in pulls)
        assert not house.meeting().cancelled
        assert house.inside() == 1
        house.peer.come_back()
        house.turn(house.at + timedelta(minutes=6))
        with house.hub.store.read() as tx:
            assert {pull.failures for pull in tx.sync.pulls()} == {0}

    def test_a_booking_that_cannot_be_used_is_named_and_the_others_are_taken(self, house: House) -> None:
        """With field and remedy; once it is mended, or gone, nothing of it is left."""
        house.peer.spoil()
        house.peer.enter(Entry())
        house.turn()
        assert [one.title.zh or one.title.en for one in house.hub.meetings()] == ["渠道大会"]
        with house.hub.store.read() as tx:
            (bad,) = tx.sync.bad(house.peer.source.name)
        assert all((bad.bad.field, bad.bad.problem.zh, bad.bad.problem.en, bad.bad.remedy.zh, bad.bad.remedy.en))

    def test_a_room_that_the_house_lacks_is_named_and_the_others_are_taken(self, house: House) -> None:
        """Put right at the source, it is a meeting."""
        name = house.peer.enter(Entry(title="年会", room="水晶厅"))
        house.peer.enter(Entry())
        house.turn()
        assert [one.title.zh or one.title.en for one in house.hub.meetings()] == ["渠道大会"]
        with house.hub.store.read() as tx:
            (bad,) = tx.sync.bad(house.peer.source.name)
        assert (bad.bad.field, "水晶厅" in bad.bad.problem.zh) == ("room", True)
        house.peer.change(name, Entry(title="年会", starts_at=LATER.starts_at, ends_at=LATER.ends_at))
        house.turn()
        assert len(house.hub.meetings()) == 2
        with house.hub.store.read() as tx:
            assert list(tx.sync.bad(house.peer.source.name)) == []

    def test_a_hub_that_starts_again_goes_on_where_it_was(self, house: House) -> None:
        """Nothing twice, and what changed meanwhile is found."""
        name = house.peer.enter(Entry())
        house.turn()
        before = house.meeting()
        house.peer.change(name, LATER)
        house.door = house.open_door()
        house.turn()
        assert (house.meeting().id, house.meeting().starts_at) == (before.id, LATER.starts_at)

    @staticmethod
    def _take_away(house: House, name: str, how: str) -> None:
        if how == "deleted":
            house.peer.delete(name)
        else:
            house.peer.change(name, Entry(state=BookingState.CANCELLED))

    @staticmethod
    def _let_through(house: House) -> None:
        with house.hub.store.write() as tx:
            for pull in tx.sync.pulls():
                held = tx.sync.pull(pull.source, pull.collection)
                tx.sync.save_pull(replace(held, allowed=held.held))
