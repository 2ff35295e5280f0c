"""``python -m hub check``: whether booking sources answer, and name rooms that the house has. It changes nothing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from devices.settings import BadSettings
from hub.booking_ports import BookingSource, CursorLost, SourceAway, SourceWrong
from hub.commands.checked import Finding
from hub.config import HubConfig
from hub.domain.booked_meetings import Reading
from hub.domain.meetings import Room
from hub.domain.source_items import Horizon, Item
from hub.making import clock_of, known_rooms
from hub.making_sources import make_source, readings_of
from hub.source_settings import SourceConfig

ABOUT = "sources"
_SHOWN = 5


def source_findings(config: HubConfig) -> Iterator[Finding]:
    """Look at each source, and at what they call the rooms."""
    if not config.sources:
        yield Finding(ABOUT, "none is set up; meetings come from venue files")
        return
    rooms = known_rooms(config)
    if rooms is None:
        yield Finding(ABOUT, "rooms are not compared: the house's database cannot be opened now")
    yield from _called_differently(config.sources, rooms or ())
    now = clock_of(config).now()
    readings = readings_of(config.sources)
    for one in config.sources:
        yield from _unknown_rooms(one, rooms)
        try:
            source = make_source(one)
        except BadSettings as problem:
            yield Finding(f"source {one.name}", str(problem), "put the file right, then check again")
            continue
        yield from (Finding(f"source {one.name}: {each.about}", each.found, each.remedy) for each in source.look())
        yield from _bookings(source, one, readings[one.name], rooms, now)
        source.close()


def _called_differently(sources: Sequence[SourceConfig], rooms: Sequence[Room]) -> Iterator[Finding]:
    """Find what two sources call alike and mean two rooms by."""
    meant: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in sources:
        reading = Reading(source=one.name, rooms=one.rooms)
        for said, key in one.rooms.items():
            meant[said][reading.room(said, rooms) or key].append(one.name)
    for said, keys in meant.items():
        if len(keys) > 1:
            which = ", ".join(f"{key} in {' and '.join(names)}" for key, names in keys.items())
            remedy = "correct sources.rooms, or give the two rooms different names at their sources"
            yield Finding(ABOUT, f"{said!r} is not the same room everywhere: {which}", remedy)


def _unknown_rooms(one: SourceConfig, rooms: Sequence[Room] | None) -> Iterator[Finding]:
    if rooms is None:
        return
    reading = Reading(source=one.name, rooms=one.rooms)
    for said, key in one.rooms.items():
        if reading.room(said, rooms) is None:
            found = f"{said!r} is to be the room {key!r}, which the house does not have"
            yield Finding(f"source {one.name}: rooms", found, f"choose one of {_keys(rooms)}")


def _bookings(
    source: BookingSource, one: SourceConfig, reading: Reading, rooms: Sequence[Room] | None, now: datetime
) -> Iterator[Finding]:
    """Read everything once, as the hub would at its first look."""
    about = f"source {source.name}: bookings"
    horizon = Horizon(since=now - timedelta(days=1), until=now + one.ahead)
    try:
        answers = [source.pull(collection, None, horizon) for collection in source.collections()]
    except (SourceAway, SourceWrong, CursorLost) as problem:
        yield Finding(about, f"they cannot be read: {problem}", "do as is said above, then check again")
        return
    resources = [resource for answer in answers for resource in answer.resources]
    items = [item for resource in resources for item in resource.items]
    bad = [one for resource in resources for one in resource.bad]
    yield Finding(about, f"{len(items)} meetings in the next {one.ahead_days} days")
    if bad:
        first = bad[0]
        found = f"{len(bad)} cannot be used, the first: {first.title or 'one'}: {first.field} {first.problem.en}"
        yield Finding(about, found, first.remedy.en)
    if rooms is not None:
        yield from _rooms_of(items, reading, rooms, about)


def _rooms_of(items: Sequence[Item], reading: Reading, rooms: Sequence[Room], about: str) -> Iterator[Finding]:
    unknown = sorted({item.room for item in items if reading.room(item.room, rooms) is None})
    if unknown:
        said = ", ".join(repr(name) for name in unknown[:_SHOWN]) + (" …" if len(unknown) > _SHOWN else "")
        remedy = f"say in sources.rooms which room each is, or add it to the venue file; the house has {_keys(rooms)}"
        yield Finding(about, f"they name rooms that the house does not have: {said}", remedy)


def _keys(rooms: Sequence[Room]) -> str:
    return ", ".join(room.key for room in rooms) or "none yet"
