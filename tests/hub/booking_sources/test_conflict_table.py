"""The conflict table with real peers: a PostgreSQL of our schema, and a calendar on Radicale."""

from collections.abc import Iterator

import pytest

from hub.booking_sources.mapping import OUR_SCHEMA
from hub.ports import Store
from tests.hub.booking_sources.conflict_table import ConflictTable, House
from tests.hub.booking_sources.contract import Peer
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


class TestWithRadicale(ConflictTable):
    """A calendar, followed by sync tokens."""

    @pytest.fixture
    def peer(self, radicale: Radicale) -> Iterator[CalDavPeer]:
        """Give an empty calendar."""
        made = radicale.calendar()
        source = source_of(made.url)
        yield CalDavPeer(made, source)
        source.close()
