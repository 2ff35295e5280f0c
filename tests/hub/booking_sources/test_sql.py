import pytest

from hub.booking_sources.mapping import OUR_SCHEMA, ChangeKind
from tests.hub.booking_sources.contract import SourceContract
from tests.hub.booking_sources.databases import Database, MrbsPeer, OurPeer, mrbs, mrbs_tables, our_tables


class TestOurSchema(SourceContract):
    """Bookings in our own schema, followed by its log."""

    @pytest.fixture
    def peer(self, database: Database) -> OurPeer:
        """Give a database of our schema, which the hub reads with the rights that the manual names."""
        our_tables(database)
        return OurPeer(database, OUR_SCHEMA)


class TestMrbs(SourceContract):
    """Bookings in MRBS, by the mapping that is shipped, and by comparing everything."""

    @pytest.fixture(params=[ChangeKind.UPDATED_AT, ChangeKind.FULL])
    def peer(self, database: Database, request: pytest.FixtureRequest) -> MrbsPeer:
        """Give a database of MRBS's."""
        mrbs_tables(database)
        return MrbsPeer(database, mrbs(database, request.param))
