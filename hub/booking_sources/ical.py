"""An iCalendar file, or an address that gives one, as a booking source that is only read."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.booking_ports import Capabilities, Looked, Written
from hub.domain.source_items import Batch, Horizon, WriteBack


class IcalSource:
    """Fills ``hub.booking_ports.BookingSource``. ``zone`` is that of all-day and floating times."""

    can = Capabilities(deltas=False, writes=False)

    def __init__(self, name: str, place: Path | str, zone: ZoneInfo) -> None:
        """Take a file, or an http(s) address; nothing is read yet."""
        self.name = name
        self._place, self._zone = place, zone

    def collections(self) -> Sequence[str]:
        """Return the one collection that it has."""
        return ("calendar",)

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
