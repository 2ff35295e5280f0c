"""What ``python -m hub check`` sees of a calendar on a server: each thing, and what to do about it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from devices.ports import Clock
from hub.booking_ports import Looked, SourceAway, SourceWrong
from hub.booking_sources.calendar import Calendar
from hub.booking_sources.objects import Reading
from hub.booking_sources.web import Web
from hub.domain.source_items import Horizon, Resource

BEHIND, AHEAD = timedelta(days=1), timedelta(days=90)
"""What is counted: events from yesterday on."""

CLOCKS_APART = timedelta(minutes=1)

_SHOWN = 3
_UNREACHED = "see whether the server runs and can be reached from here, and whether the address is right"


def look_at(address: str, calendar: Calendar, web: Web, zone: ZoneInfo, clock: Clock) -> Iterator[Looked]:
    """Yield what is found, up to what hinders everything after it."""
    now = clock.now()
    try:
        features = calendar.collection.features()
        yield Looked(address, "answers, and takes the user and password")
        if not features.is_calendar:
            remedy = "give the address of one calendar, as the server's own page shows it"
            yield Looked(address, "is no calendar", remedy)
            return
        yield _clocks(address, web.date, now)
        how = "tells what changed (sync-collection)" if features.tells_changes else "is listed and compared by ETags"
        yield Looked(address, how)
        yield _writable(address, writable=features.writable)
        horizon = Horizon(since=now - BEHIND, until=now + AHEAD)
        # A calendar of its own, so that what is followed meanwhile is not disturbed.
        batch = Calendar(calendar.collection).everything(Reading(zone, horizon, calendar.room))
        yield from counted(address, batch.resources)
    except (SourceAway, SourceWrong) as problem:
        yield trouble(address, problem)


def trouble(about: str, problem: Exception) -> Looked:
    """Say why nothing can be read; what follows a semicolon is the remedy."""
    found, _, remedy = str(problem).partition("; ")
    return Looked(about, found, remedy or _UNREACHED)


def counted(about: str, resources: Sequence[Resource]) -> Iterator[Looked]:
    """Say how many meetings there are, and which cannot be used."""
    meetings = sum(len(one.items) for one in resources)
    yield Looked(about, f"{meetings} meetings from yesterday on")
    bad = [(one.key, bad) for one in resources for bad in one.bad]
    for key, one in bad[:_SHOWN]:
        yield Looked(f"{about}: {one.title or key}", f"{one.field} {one.problem.en}", one.remedy.en)
    if len(bad) > _SHOWN:
        yield Looked(about, f"{len(bad) - _SHOWN} more cannot be used", "see /desk, which names each")


def _writable(address: str, *, writable: bool | None) -> Looked:
    if writable is None:
        return Looked(address, "does not say whether this user may write")
    if writable:
        return Looked(address, "may be written by this user")
    return Looked(address, "may only be read by this user", "let its owner allow writing, so that counts come back")


def _clocks(address: str, said: str, now: datetime) -> Looked:
    """Compare the clocks: by the server's, changes are ordered that people make there."""
    try:
        theirs = parsedate_to_datetime(said).astimezone(UTC)
    except ValueError:
        return Looked(address, "does not say what time it is")
    if abs(theirs - now) > CLOCKS_APART:
        found = f"its clock says {theirs:%Y-%m-%d %H:%M:%S} UTC, ours {now:%Y-%m-%d %H:%M:%S}"
        return Looked(address, found, "set the one that is wrong by a time server (NTP)")
    return Looked(address, "its clock is right")
