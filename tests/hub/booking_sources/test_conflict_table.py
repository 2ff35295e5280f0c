"""The conflict table with real peers: a PostgreSQL of our schema, and a calendar on Radicale."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from hub.booking_sources.mapping import OUR_SCHEMA
from hub.domain.bookings import BookingState, Firmness
from hub.domain.syncing import ConflictKind
from hub.ports import Store
from tests.hub.booking_sources.conflict_table import ConflictTable, House
from tests.hub.booking_sources.contract import NOON, Entry, Peer
from tests.hub.booking_sources.databases import OurPeer, PostgresqlDatabase, our_tables
from tests.hub.booking_sources.radicale import Radicale
from tests.hub.booking_sources.test_caldav import CalDavPeer, source_of


@pytest.fixture
def house(store: Store, peer: Peer) -> House:
    """Give a hub that is about to follow the peer."""
    return House(store, peer)


@pytest.mark.postgresql
class TestWithPostgresql(ConflictTable):
    """A database, followed by its log of changes."""

    @pytest.fixture
    def peer(self, postgresql_bookings: PostgresqlDatabase) -> OurPeer:
        """Give an empty database."""
        our_tables(postgresql_bookings)
        return OurPeer(postgresql_bookings, OUR_SCHEMA)

    @pytest.mark.parametrize("taken", [False, True], ids=["free", "taken"])
    def test_an_option_lapsed_here_and_is_confirmed_there(self, house: House, peer: OurPeer, *, taken: bool) -> None:
        """It is back in its room where that is free; else whoever has it keeps it, and the desk is asked."""
        name = self._until(peer, Entry(state=BookingState.OPTION_SENT), NOON - timedelta(hours=1))
        house.turn()
        assert list(house.hub.firmness().values()) == [Firmness.OPTION_SENT]
        if taken:
            peer.enter(Entry(title="年会"))
        house.turn(NOON - timedelta(minutes=50))
        house.lapse()
        house.turn()
        assert list(house.hub.firmness().values()) == [Firmness.DEFINITE] * taken
        peer.change(name, Entry())
        house.turn()
        doubled = [Firmness.DEFINITE, Firmness.DOUBLE_BOOKED]
        assert sorted(house.hub.firmness().values()) == (doubled if taken else [Firmness.DEFINITE])
        assert [one.kind for one in house.conflicts()] == [ConflictKind.DOUBLE_BOOKED] * taken

    @staticmethod
    def _until(peer: OurPeer, entry: Entry, reply_by: datetime) -> str:
        name = peer.enter(entry)
        peer.database.script(f"UPDATE yingbin_bookings SET reply_by = '{reply_by.isoformat()}'")  # noqa: S608 - ours
        return name


class TestWithRadicale(ConflictTable):
    """A calendar, followed by sync tokens."""

    @pytest.fixture
    def peer(self, radicale: Radicale) -> Iterator[CalDavPeer]:
        """Give an empty calendar."""
        made = radicale.calendar()
        source = source_of(made.url)
        yield CalDavPeer(made, source)
        source.close()
