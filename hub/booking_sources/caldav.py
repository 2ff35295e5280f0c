"""Calendars on a CalDAV server (RFC 4791) as a booking source: one collection for each room, or one for all."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from hub.booking_ports import Capabilities, Looked, Written
from hub.domain.source_items import Batch, Horizon, WriteBack


class CalDavSource:
    """Fills ``hub.booking_ports.BookingSource``. ``zone`` is that of all-day and floating times."""

    can = Capabilities(deltas=True, writes=True, conditional=True)

    def __init__(self, name: str, addresses: Sequence[str], user: str, password: str, zone: ZoneInfo) -> None:
        """Take the collections' addresses and who asks; nothing is asked yet."""
        self.name = name
        self._addresses, self._user, self._password, self._zone = tuple(addresses), user, password, zone

    def collections(self) -> Sequence[str]:
        """Return the collections' addresses."""
        return self._addresses

    def pull(self, collection: str, cursor: str | None, horizon: Horizon) -> Batch:
        """Return what changed since a cursor, or everything."""
        raise NotImplementedError

    def push(self, collection: str, told: WriteBack) -> Written:
        """Write what became of a meeting on its event."""
        raise NotImplementedError

    def look(self) -> Iterator[Looked]:
        """Look at the settings and the server."""
        raise NotImplementedError

    def close(self) -> None:
        """Give connections back."""
