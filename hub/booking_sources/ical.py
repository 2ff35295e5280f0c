"""An iCalendar file, or an address that gives one, as a booking source that is only read."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from devices.clock import SystemClock
from devices.ports import Clock
from hub.booking_ports import Capabilities, Looked, SourceAway, SourceWrong, WriteRefused, Written
from hub.booking_sources.bad_events import BadEvent
from hub.booking_sources.content_lines import Component, read
from hub.booking_sources.events import bad_item, uid_of
from hub.booking_sources.files import read_whole
from hub.booking_sources.looking import AHEAD, BEHIND, counted, trouble
from hub.booking_sources.objects import Reading
from hub.booking_sources.web import Answer, Web, shown_server
from hub.domain.source_items import Batch, Horizon, Resource, WriteBack

COLLECTION = "calendar"

_CLOCK = SystemClock()
_CHANGES_ALWAYS = frozenset({"DTSTAMP"})
"""Feeds write there when they were asked; nothing has changed by that."""


class IcalSource:
    """Fills ``hub.booking_ports.BookingSource``. ``zone`` is that of all-day and floating times."""

    can = Capabilities(deltas=False, writes=False)

    def __init__(self, name: str, place: Path | str, zone: ZoneInfo, clock: Clock = _CLOCK) -> None:
        """Take a file, or an http(s) address; nothing is read yet."""
        self.name = name
        self._zone, self._clock = zone, clock
        self._place: _File | _Address = _Address(place) if isinstance(place, str) else _File(place)
        self._said: tuple[tuple[str, Horizon], Batch] | None = None

    def collections(self) -> Sequence[str]:
        """Return the one collection that it has."""
        return (COLLECTION,)

    def pull(self, collection: str, cursor: str | None, horizon: Horizon) -> Batch:
        """Return everything, whatever the cursor. Raises SourceAway, SourceWrong."""
        del collection, cursor
        data = self._place.read()
        known = hashlib.sha256(data).hexdigest(), horizon
        if self._said is None or self._said[0] != known:
            self._said = known, Batch(cursor=known[0], resources=self._resources(data, horizon), complete=True)
        return self._said[1]

    def push(self, collection: str, told: WriteBack) -> Written:
        """Take nothing. Raises WriteRefused."""
        raise WriteRefused(f"{self._place.shown} is only read: {collection} takes no {told.op}")

    def look(self) -> Iterator[Looked]:
        """Look at the file or address, changing nothing. Never raises."""
        now = self._clock.now()
        try:
            batch = self.pull(COLLECTION, None, Horizon(since=now - BEHIND, until=now + AHEAD))
        except (SourceAway, SourceWrong) as problem:
            yield trouble(self._place.shown, problem)
        else:
            yield Looked(self._place.shown, "is a calendar, and only read")
            yield from counted(self._place.shown, batch.resources)

    def close(self) -> None:
        """Give connections back."""
        self._place.close()

    def _resources(self, data: bytes, horizon: Horizon) -> tuple[Resource, ...]:
        try:
            calendars = read(data)
        except BadEvent as wrong:
            problem = f"{self._place.shown} {wrong.problem.en}; see whether it was written to its end"
            raise SourceAway(problem) from None
        reading = Reading(self._zone, horizon, self._place.room)
        found = [one for calendar in calendars for one in _of_calendar(calendar, reading)]
        each_once = {one.key: one for one in reversed(found)}
        return tuple(one for one in each_once.values() if one.items or one.bad)


def _of_calendar(calendar: Component, reading: Reading) -> Iterator[Resource]:
    """Yield what a calendar's events stand for, uid by uid; what has none is named by what it says."""
    by_uid: dict[str, list[Component]] = {}
    for event in calendar.components("VEVENT"):
        try:
            by_uid.setdefault(uid_of(event), []).append(event)
        except BadEvent as wrong:
            version = _version([event])
            yield Resource(key=f"no uid: {version}", version=version, bad=(bad_item(wrong, event),))
    for uid, events in by_uid.items():
        yield reading.of_events(uid, _version(events), calendar, events)


def _version(events: Sequence[Component]) -> str:
    said = b"".join(one.raw for event in events for one in event.all_lines() if one.name not in _CHANGES_ALWAYS)
    return hashlib.sha256(said).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _File:
    """A file."""

    path: Path

    @property
    def shown(self) -> str:
        """Return it as it may be shown."""
        return str(self.path)

    @property
    def room(self) -> str:
        """Return the room of events that name none."""
        return self.path.stem

    def read(self) -> bytes:
        """Read it. Raises SourceAway, SourceWrong."""
        return read_whole(self.path)

    def close(self) -> None:
        """Do nothing."""


class _Address:
    """An address, asked for no more than has changed (RFC 9110 section 13); redirects may lead to another server."""

    def __init__(self, address: str) -> None:
        """Take it; calendar programs write webcal: for https:."""
        self._url = f"https:{address.partition(':')[2]}" if address.startswith(("webcal:", "webcals:")) else address
        self._web = Web()
        self._last: Answer | None = None

    @property
    def shown(self) -> str:
        """Return its server alone: the rest is a secret at some, as Google's "secret address"."""
        return shown_server(self._url)

    @property
    def room(self) -> str:
        """Return the room of events that name none."""
        return PurePosixPath(unquote(urlsplit(self._url).path)).stem

    def read(self) -> bytes:
        """Return what it gives. Raises SourceAway, SourceWrong."""
        headers = {"Accept": "text/calendar"}
        if self._last:
            for name, kept in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")):
                headers |= {name: self._last.headers[kept]} if kept in self._last.headers else {}
        answer = self._web.ask("GET", self._url, headers)
        if answer.status == HTTPStatus.NOT_MODIFIED and self._last:
            return self._last.body
        if answer.status != HTTPStatus.OK:
            problem = f"{self.shown} answers {answer.status}; see whether the address is right and still shared"
            raise SourceWrong(problem)
        self._last = answer
        return answer.body

    def close(self) -> None:
        """Give connections back."""
        self._web.close()
