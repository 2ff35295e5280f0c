"""A list of bookings in a CSV file (or XLSX), as a booking source that is only read."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.clock import SystemClock
from devices.ports import Clock
from hub.booking_ports import Capabilities, Looked, SourceAway, SourceWrong, WriteRefused, Written
from hub.booking_sources.columns import Column, header, names_bookings
from hub.booking_sources.files import read_whole
from hub.booking_sources.looking import AHEAD, BEHIND, counted, trouble
from hub.booking_sources.rows import Row
from hub.domain.errors import InvalidInput
from hub.domain.source_items import BadItem, Batch, Horizon, Resource, WriteBack
from hub.domain.words import Words
from hub.guest_lists.reading import seek_header
from hub.guest_lists.tables import lines

COLLECTION = "list"
MOST_ROWS = 100_000

_CLOCK = SystemClock()
_XLSX = b"PK\x03\x04"
_LINE_ENDS = (b"\n", b"\r", b"\n\0", b"\r\0")
"""Of UTF-8, GB18030 and UTF-16, whichever byte comes first there."""


class CsvSource:
    """Fills ``hub.booking_ports.BookingSource``. ``zone`` is that of the times in the list."""

    can = Capabilities(deltas=False, writes=False)

    def __init__(self, name: str, file: Path, zone: ZoneInfo, clock: Clock = _CLOCK) -> None:
        """Take the file; nothing is read yet."""
        self.name = name
        self._file, self._zone, self._clock = file, zone, clock

    def collections(self) -> Sequence[str]:
        """Return the one collection that it has."""
        return (COLLECTION,)

    def pull(self, collection: str, cursor: str | None, horizon: Horizon) -> Batch:
        """Return everything, whatever the cursor. Raises SourceAway, SourceWrong."""
        del collection, cursor
        data = read_whole(self._file)
        if not data.endswith(_LINE_ENDS) and not data.startswith(_XLSX):
            problem = f"{self._file.name} stops within a line; end it with a line break when it is written to its end"
            raise SourceAway(problem)
        try:
            resources = tuple(self._resources(data, horizon))
        except InvalidInput as wrong:
            raise SourceWrong(f"{self._file.name}: {wrong.problem}; {wrong.remedy}") from None
        return Batch(cursor=hashlib.sha256(data).hexdigest(), resources=resources, complete=True)

    def push(self, collection: str, told: WriteBack) -> Written:
        """Take nothing. Raises WriteRefused."""
        raise WriteRefused(f"{self._file.name} is only read: {collection} takes no {told.op}")

    def look(self) -> Iterator[Looked]:
        """Look at the file, changing nothing. Never raises."""
        now = self._clock.now()
        try:
            batch = self.pull(COLLECTION, None, Horizon(since=now - BEHIND, until=now + AHEAD))
        except (SourceAway, SourceWrong) as problem:
            yield trouble(str(self._file), problem)
        else:
            yield Looked(str(self._file), "is a list of bookings, and only read")
            yield from counted(str(self._file), batch.resources)

    def close(self) -> None:
        """Do nothing."""

    def _resources(self, data: bytes, horizon: Horizon) -> Iterator[Resource]:
        """Yield the rows that lie in the horizon, or cannot be used. Raises InvalidInput for the file as a whole."""
        first, rest = seek_header(lines(data), names_bookings)
        head, seen = header(first.cells), set()
        for count, line in enumerate(rest, start=1):
            if count > MOST_ROWS:
                raise InvalidInput("file", f"has more than {MOST_ROWS:,} rows", "leave old bookings out")
            resource = Row(line, head, self._zone, self.name).resource()
            if resource.key in seen:
                problem = Words(
                    f"{resource.key!r} 也是前面一行的编号", f"{resource.key!r} is the id of an earlier line too"
                )
                remedy = Words("请给每行各自的编号", "give each line an id of its own")
                bad = BadItem(field=head.label(Column.ID), problem=problem, remedy=remedy)
                resource = replace(resource, key=f"{resource.key} (line {line.number})", items=(), bad=(bad,))
            seen.add(resource.key)
            if resource.bad or any(horizon.holds(one.starts_at, one.ends_at) for one in resource.items):
                yield resource
