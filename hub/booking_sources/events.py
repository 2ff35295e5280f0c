"""The events of one uid in a calendar as meetings: a single one, or the dates of a series with their exceptions.

RFC 5545 sections 3.6.1 and 3.8.4.4. What cannot be used stands beside the others and costs them nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.booking_sources import event_words
from hub.booking_sources.bad_events import MISSING, BadEvent
from hub.booking_sources.content_lines import Component
from hub.booking_sources.moments import Moment, Span, instant, moment, moments, span
from hub.booking_sources.recurrence import Series
from hub.booking_sources.zones import Zones
from hub.domain.source_items import BadItem, Horizon, Item
from hub.domain.words import Words

LONGEST = timedelta(days=366)
"""An event that lasts longer is not looked at any closer."""

LONGEST_UID = 255
RAW = 200
"""Characters of a uid, and of what is shown of an event that cannot be used."""


@dataclass(frozen=True, slots=True)
class Change:
    """An event that stands for one date of a series, or for that and all later ones (RANGE=THISANDFUTURE)."""

    event: Component
    at: Moment
    from_then_on: bool


def times(event: Component, zones: Zones) -> tuple[Moment, Span]:
    """Return when an event starts and how long it lasts. Raises BadEvent."""
    begins, ends, lasts = (event.first(name) for name in ("DTSTART", "DTEND", "DURATION"))
    if begins is None:
        raise BadEvent("DTSTART", MISSING, Words("请写明日程什么时候开始", "say when the event starts"))
    start = moment(begins, zones)
    if ends is not None:
        end = moment(ends, zones)
        if end.whole_day is not start.whole_day:
            problem = Words(
                "和开始时间不一致：一个只有日期，另一个带钟点", "is a day and the start a time, or the other way"
            )
            raise BadEvent("DTEND", problem, Words("请重新设置起止时间", "set both anew"))
        found = Span((end.local - start.local).days, timedelta()) if start.whole_day else Span(0, end.utc - start.utc)
    elif lasts is not None:
        found = span(lasts)
    elif start.whole_day:
        found = Span(1, timedelta())
    else:
        raise BadEvent("DTEND", MISSING, Words("请写明日程什么时候结束", "say when the event ends"))
    length = timedelta(days=found.days) + found.rest
    if not timedelta() < length <= LONGEST:
        name = "DTEND" if ends is not None else "DURATION"
        problem = (
            Words("不晚于开始时间", "lies before the start, or at it")
            if length <= timedelta()
            else Words(f"在开始之后 {length.days} 天", f"is {length.days} days later")
        )
        remedy = Words(
            f"结束须晚于开始，最长 {LONGEST.days} 天", f"let it end after its start, within {LONGEST.days} days"
        )
        raise BadEvent(name, problem, remedy)
    return start, found


def series(event: Component, zones: Zones) -> Series:
    """Return on which dates an event takes place. Raises BadEvent."""
    start, lasts = times(event, zones)
    if event.first("EXRULE"):
        raise BadEvent(
            "EXRULE",
            Words("已经废止，不再支持（RFC 5545）", "is not read any more (RFC 5545)"),
            Words("请改用 EXDATE 逐个去掉日期", "leave single dates out instead (EXDATE)"),
        )
    added = [pair for line in event.lines("RDATE") for pair in moments(line, zones)]
    removed = {one.utc for line in event.lines("EXDATE") for one, _ in moments(line, zones)}
    return Series(start=start, span=lasts, rules=event.lines("RRULE"), added=added, removed=removed)


def change_of(event: Component, zones: Zones) -> Change:
    """Return which date of its series an event stands for. Raises BadEvent."""
    line = event.lines("RECURRENCE-ID")[0]
    return Change(event, moment(line, zones), line.params.get("RANGE", "").upper() == "THISANDFUTURE")


def master_of(events: Sequence[Component]) -> Component | None:
    """Return the event that the others change. Raises BadEvent where more than one says that it is that."""
    masters = [one for one in events if one.first("RECURRENCE-ID") is None]
    if len(masters) > 1:
        problem = Words(
            f"{len(masters)} 个日程的 uid 相同，又都不是对另一个的修改",
            f"{len(masters)} events have the same uid, and none is a change of another",
        )
        remedy = Words("请只留一个，或给每个各自的 uid", "delete all but one, or give each a uid of its own")
        raise BadEvent("UID", problem, remedy)
    return next(iter(masters), None)


def base_of(at: datetime, changes: Sequence[Change]) -> Change | None:
    """Return the change by which a date goes that has none of its own; None where it goes by the master."""
    return max(
        (one for one in changes if one.from_then_on and one.at.utc <= at), key=lambda one: one.at.utc, default=None
    )


def moved(date: Moment, change: Change, zones: Zones) -> tuple[Moment, Span]:
    """Return when a date takes place by a change from an earlier one on: as much later as that one is."""
    start, lasts = times(change.event, zones)
    later = start.local - start.at(change.at.utc).local
    return start.moved_to(start.at(date.utc).local + later), lasts


class Reader:
    """Reads the events of one uid within a horizon; ``room`` is where those are that name none."""

    def __init__(self, zones: Zones, horizon: Horizon, room: str) -> None:
        """Keep what holds for all."""
        self._zones, self._horizon, self._room = zones, horizon, room

    def read(self, events: Sequence[Component]) -> tuple[tuple[Item, ...], tuple[BadItem, ...]]:
        """Return the meetings, by start, and what cannot be used."""
        bad: list[BadItem] = []
        try:
            master = master_of(events)
            changes = self._changes(events, bad)
            items = self._dates(master, changes) if master else []
        except BadEvent as wrong:
            return (), (bad_item(wrong, events[0]),)
        for one in changes:
            try:
                items += [] if one.from_then_on else self._changed(one, master)
            except BadEvent as wrong:
                bad.append(bad_item(wrong, one.event, instant(one.at.utc)))
        held = (one for one in items if self._horizon.holds(one.starts_at, one.ends_at))
        each_once = {one.occurrence: one for one in reversed(bad)}
        return tuple(sorted(held, key=lambda one: (one.starts_at, one.occurrence))), tuple(each_once.values())

    def _changes(self, events: Sequence[Component], bad: list[BadItem]) -> list[Change]:
        """Return the changes, of several to one date the last; what cannot be read of those to one date is noted."""
        found: dict[tuple[datetime, bool], Change] = {}
        for event in events:
            if event.first("RECURRENCE-ID"):
                try:
                    change = change_of(event, self._zones)
                except BadEvent as wrong:
                    bad.append(bad_item(wrong, event))
                else:
                    found[change.at.utc, change.from_then_on] = change
        return list(found.values())

    def _dates(self, master: Component, changes: Sequence[Change]) -> list[Item]:
        """Return the dates that have no change of their own."""
        whole = series(master, self._zones)
        single = {one.at.utc for one in changes if not one.from_then_on}
        words = {id(one): self._words(one) for one in (master, *(one.event for one in changes if one.from_then_on))}
        items = []
        for date, lasts in whole.dates(self._horizon):
            if date.utc not in single:
                base = base_of(date.utc, changes)
                start, length = moved(date, base, self._zones) if base else (date, lasts)
                said = words[id(base.event if base else master)]
                occurrence = instant(date.utc) if whole.recurs or changes else ""
                items.append(Item(occurrence=occurrence, starts_at=start.utc, ends_at=length.after(start), **said))
        return items

    def _changed(self, change: Change, master: Component | None) -> list[Item]:
        """Return the date that an event changes, unless the series leaves it out. Raises BadEvent."""
        if master is not None and change.at.utc in series(master, self._zones).removed:
            return []
        start, lasts = times(change.event, self._zones)
        words = self._words(change.event)
        return [Item(occurrence=instant(change.at.utc), starts_at=start.utc, ends_at=lasts.after(start), **words)]

    def _words(self, event: Component) -> dict[str, Any]:
        for one in event.own_lines():
            one.check_length()
        return {
            "uid": uid_of(event),
            "booking": _booking(event),
            "title": event_words.title(event),
            "room": event_words.room(event) or self._room,
            "state": event_words.state(event),
            "client": event_words.client(event),
            "made_at": self._made_at(event),
            "guests": event_words.guests(event),
        }

    def _made_at(self, event: Component) -> datetime | None:
        created = event.first("CREATED")
        try:
            return moment(created, self._zones).utc if created else None
        except BadEvent:
            return None


def uid_of(event: Component) -> str:
    """Return an event's uid. Raises BadEvent where it has none."""
    found = event.first("UID")
    if found is None or not found.value.strip():
        remedy = Words("请在日历里重新保存这个日程，让它得到 uid", "save the event again, so that it gets one")
        raise BadEvent("UID", MISSING, remedy)
    return found.value.strip()[:LONGEST_UID]


def _booking(event: Component) -> str:
    """Return what an event belongs to: its parent (RFC 5545 section 3.8.4.5), or itself."""
    parents = (one for one in event.lines("RELATED-TO") if one.params.get("RELTYPE", "PARENT").upper() == "PARENT")
    parent = next(parents, None)
    return (parent.value.strip()[:LONGEST_UID] if parent else "") or uid_of(event)


def bad_item(wrong: BadEvent, event: Component | None = None, occurrence: str = "") -> BadItem:
    """Say what cannot be used, and how it is called as far as that can be read."""
    title = next(event_words.names(event), "") if event else ""
    text = event.raw()[: 4 * RAW].decode(errors="replace") if event else ""
    raw = "".join(sign if sign.isprintable() else " " for sign in text)[:RAW]
    return BadItem(
        field=wrong.field, problem=wrong.problem, remedy=wrong.remedy, occurrence=occurrence, title=title, raw=raw
    )
