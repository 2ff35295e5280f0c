"""From the text of a calendar object to a resource: the meetings of one uid, or why they cannot be used."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from hub.booking_sources.bad_events import BadEvent
from hub.booking_sources.content_lines import Component, read
from hub.booking_sources.events import Reader, bad_item, uid_of
from hub.booking_sources.zones import Zones
from hub.domain.source_items import BadItem, Horizon, Resource
from hub.domain.words import Words

MOST_BYTES = 4 * 1024 * 1024
"""A larger object is not read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a collection's objects are read: the source's zone, the horizon, and the room of events that name none."""

    zone: ZoneInfo
    horizon: Horizon
    room: str

    def resource(self, key: str, version: str, data: bytes) -> tuple[str, Resource]:
        """Return the uid of an object, empty where it has none, and what it stands for. It never raises."""
        try:
            calendars = read_object(data)
            uid = only_uid(calendars)
        except BadEvent as wrong:
            return "", Resource(key=key, version=version, bad=(bad_item(wrong),))
        events = [event for calendar in calendars for event in calendar.components("VEVENT")]
        return uid, self.of_events(key, version, calendars[0], events)

    def of_events(self, key: str, version: str, calendar: Component, events: Sequence[Component]) -> Resource:
        """Return what events of one uid stand for, nothing where there are none; ``calendar`` describes their zones."""
        if not events:
            return Resource(key=key, version=version)
        items, bad = Reader(Zones(self.zone, calendar), self.horizon, self.room).read(events)
        return Resource(key=key, version=version, items=items, bad=bad)


def read_object(data: bytes) -> list[Component]:
    """Read the text of one object. Raises BadEvent."""
    if len(data) > MOST_BYTES:
        problem = Words(
            f"有 {len(data):,} 字节，最多读 {MOST_BYTES:,} 字节",
            f"has {len(data):,} bytes; at most {MOST_BYTES:,} are read",
        )
        raise BadEvent("object", problem, Words("请精简这个日程", "shorten the event"))
    return read(data)


def only_uid(calendars: Sequence[Component]) -> str:
    """Return the uid of all events of an object, empty where there are none. Raises BadEvent for two."""
    uids = {uid_of(event) for calendar in calendars for event in calendar.components("VEVENT")}
    if len(uids) > 1:
        problem = Words("两个 uid 不同的日程存在了一起", "two events with different uids are in one object")
        raise BadEvent("UID", problem, Words("请分别保存", "save each on its own"))
    return next(iter(uids), "")


def taken(uid: str, by: str) -> BadItem:
    """Say that a uid is used twice in one calendar (RFC 4791 section 5.3.2.1)."""
    problem = Words(
        f"在这个日历里用了两次：{uid[:80]} 也是 {by[-80:]}",
        f"is used twice in this calendar: {uid[:80]} is also {by[-80:]}",
    )
    remedy = Words("请删除其中一个，或复制成新的日程", "delete one of the two, or copy it as a new event")
    return BadItem(field="UID", problem=problem, remedy=remedy)


class Uids:
    """Which object of a collection has a uid: the first that was seen keeps it."""

    def __init__(self) -> None:
        """Know none."""
        self._key_of: dict[str, str] = {}
        self._uid_of: dict[str, str] = {}

    def each_once(self, found: Iterable[tuple[str, Resource]]) -> Iterator[Resource]:
        """Yield resources, the second of one uid as one that cannot be used."""
        for uid, resource in found:
            self.forget([resource.key])
            by = self._key_of.setdefault(uid, resource.key) if uid else resource.key
            if by == resource.key:
                self._uid_of[by] = uid
                yield resource
            else:
                yield replace(resource, items=(), bad=(taken(uid, by),))

    def forget(self, keys: Iterable[str]) -> None:
        """Give back the uids of objects that are gone, or are read again."""
        for key in keys:
            self._key_of.pop(self._uid_of.pop(key, ""), None)
