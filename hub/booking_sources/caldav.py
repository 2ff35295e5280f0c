"""Calendars on a CalDAV server (RFC 4791) as a booking source: one collection for each room, or one for all."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from devices.clock import SystemClock
from devices.ports import Clock
from hub.booking_ports import (
    Capabilities,
    Looked,
    SourceAway,
    SourceWrong,
    TargetGone,
    WriteRefused,
    Written,
    WrittenMeanwhile,
)
from hub.booking_sources.calendar import Calendar
from hub.booking_sources.looking import look_at
from hub.booking_sources.marks import marked
from hub.booking_sources.objects import Reading
from hub.booking_sources.web import Web, shown
from hub.booking_sources.webdav import Collection
from hub.domain.source_items import Batch, Horizon, WriteBack

_CLOCK = SystemClock()
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class CalDavSource:
    """Fills ``hub.booking_ports.BookingSource``. ``zone`` is that of all-day and floating times.

    ``clock`` is only looked at to see whether the server's is right.
    """

    can = Capabilities(deltas=True, writes=True, conditional=True)

    def __init__(
        self, name: str, addresses: Sequence[str], user: str, password: str, zone: ZoneInfo, clock: Clock = _CLOCK
    ) -> None:
        """Take the collections' addresses and who asks; nothing is asked yet."""
        self.name = name
        self._zone, self._clock = zone, clock
        self._web = Web(user, password)
        self._calendars = {shown(one): Calendar(Collection(self._web, one)) for one in addresses}

    def collections(self) -> Sequence[str]:
        """Return the collections' addresses."""
        return tuple(self._calendars)

    def pull(self, collection: str, cursor: str | None, horizon: Horizon) -> Batch:
        """Return what changed since a cursor, or everything. Raises SourceAway, SourceWrong, CursorLost."""
        calendar = self._calendar(collection)
        reading = Reading(self._zone, horizon, calendar.room)
        return calendar.everything(reading) if cursor is None else calendar.since(cursor, reading)

    def push(self, collection: str, told: WriteBack) -> Written:
        """Write what became of a meeting on its event, if nobody has changed it since the hub read it.

        Raises SourceAway, SourceWrong, WrittenMeanwhile, TargetGone, WriteRefused.
        """
        objects = self._calendar(collection).collection
        stored, answer = objects.get(told.resource)
        if stored.data is None:
            raise TargetGone("the event is not there any more")
        if not stored.etag:
            raise WriteRefused(f"{shown(objects.url)} gives no ETags, so that nothing can be written safely")
        text = marked(stored.data, told, self._zone, _date(answer.headers.get("date", "")))
        if text is None:
            # Written before. What somebody has changed since then is still to be read: the version stays behind.
            return Written(told.version)
        if stored.etag != told.version:
            raise WrittenMeanwhile("somebody has changed the event since it was read")
        put = objects.put(told.resource, stored.etag, text)
        if put.status in _GONE:
            raise TargetGone("the event is not there any more")
        if put.status == HTTPStatus.PRECONDITION_FAILED:
            # Some servers say so of what is gone as well (Radicale, sabre/dav).
            gone = objects.get(told.resource)[0].data is None
            raise TargetGone("the event has just been deleted") if gone else WrittenMeanwhile("somebody was faster")
        if put.status == HTTPStatus.INSUFFICIENT_STORAGE:
            raise SourceAway(f"{shown(objects.url)} has no space left")
        if put.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise WriteRefused(f"{shown(objects.url)} answers {put.status} to what is written; let its owner allow it")
        return Written(put.headers.get("etag", "") or objects.get(told.resource)[0].etag)

    def look(self) -> Iterator[Looked]:
        """Look at the settings and the server, changing nothing. Never raises."""
        for address, calendar in self._calendars.items():
            yield from look_at(address, calendar, self._web, self._zone, self._clock)

    def close(self) -> None:
        """Give connections back."""
        self._web.close()

    def _calendar(self, collection: str) -> Calendar:
        found = self._calendars.get(collection)
        if found is None:
            raise SourceWrong(f"{collection} is none of the calendars of {self.name}")
        return found


def _date(said: str) -> datetime | None:
    try:
        return parsedate_to_datetime(said)
    except ValueError:
        return None
