"""What became of a meeting, written on its event: counts and times as X-YINGBIN- properties, and never a name.

All that others wrote stays as it stands, byte for byte. Of a series the one date gets an event of its own, which
repeats what the series says (RFC 5545 section 3.8.4.4).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.booking_ports import TargetGone, WriteRefused
from hub.booking_sources.bad_events import BadEvent
from hub.booking_sources.content_lines import Component, Line, line
from hub.booking_sources.events import Change, base_of, change_of, master_of, moved, series, times, uid_of
from hub.booking_sources.moments import instant, moment
from hub.booking_sources.objects import read_object
from hub.booking_sources.zones import Zones
from hub.domain.source_items import Horizon, WriteBack

OURS = "X-YINGBIN-"
OP, BOOKED_END = f"{OURS}OP", f"{OURS}BOOKED-END"

_OF_A_SERIES = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"})
_ONCE = ("UID", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION")
"""What no event may say twice (RFC 5545 section 3.6.1): which of them counts is anybody's guess, also the next time."""

_MOMENT = "%Y%m%dT%H%M%SZ"


def marked(data: bytes, told: WriteBack, zone: ZoneInfo, now: datetime | None) -> bytes | None:
    """Return an object with what became of a meeting; None where it says so already.

    ``now`` goes into DTSTAMP and LAST-MODIFIED. Raises TargetGone, WriteRefused.
    """
    try:
        calendars = read_object(data)
        calendar = next((one for one in calendars if one.components("VEVENT")), calendars[0])
        event = _target(calendar, told, Zones(zone, calendar))
        _check_once(event)
        said = event.first(OP)
        if said is not None and said.value == told.op:
            return None
        _put(event, told, Zones(zone, calendar))
        if now is not None:
            event.put("DTSTAMP", instant(now))
            event.put("LAST-MODIFIED", instant(now))
    except BadEvent as wrong:
        raise WriteRefused(f"the event cannot be read: {wrong}") from wrong
    return b"".join(one.raw() for one in calendars)


def _target(calendar: Component, told: WriteBack, zones: Zones) -> Component:
    """Return the event of the meeting: the one there is, the date's own, or a new one for the date."""
    events = [one for one in calendar.components("VEVENT") if uid_of(one) == told.uid]
    master = master_of(events)
    if not told.occurrence:
        if master is None:
            raise TargetGone("the event is not there any more")
        return master
    changes = [change_of(one, zones) for one in events if one.first("RECURRENCE-ID")]
    own = [one for one in changes if instant(one.at.utc) == told.occurrence]
    if any(one.from_then_on for one in own):
        raise WriteRefused("one event stands for this date and all later ones; change the date on its own first")
    if own:
        return own[-1].event
    if master is None:
        raise TargetGone("the date is not there any more")
    new = _own_event(master, changes, told, zones)
    last = max(at for at, one in enumerate(calendar.inside) if isinstance(one, Component) and one.name == "VEVENT")
    calendar.inside.insert(last + 1, new)
    return new


def _own_event(master: Component, changes: Sequence[Change], told: WriteBack, zones: Zones) -> Component:
    """Return a new event for one date of a series, saying what the series says of it."""
    _check_once(master)
    whole = series(master, zones)
    at = datetime.strptime(told.occurrence, _MOMENT).replace(tzinfo=UTC)
    dates = {date.utc: lasts for date, lasts in whole.dates(Horizon(since=at, until=at + timedelta(seconds=1)))}
    if at not in dates:
        raise TargetGone("the series has this date no longer")
    change = base_of(at, changes)
    base = change.event if change else master
    _check_once(base)
    start, lasts = moved(whole.start.at(at), change, zones) if change else (whole.start.at(at), dates[at])
    new = Component(base.name, base.begins, [], base.ends)
    for one in base.inside:
        if isinstance(one, Component):
            new.inside.append(one)
        elif one.name == "DTSTART":
            date_of = master.lines("DTSTART")[0].head.replace("DTSTART", "RECURRENCE-ID", 1)
            new.inside += [line(date_of, whole.start.at(at).written()), line(one.head, start.written())]
        elif one.name == "DTEND":
            new.inside.append(line(one.head, moment(one, zones).at(lasts.after(start)).written()))
        elif one.name not in _OF_A_SERIES and not one.name.startswith(OURS):
            new.inside.append(one)
    return new


def _check_once(event: Component) -> None:
    """Raise WriteRefused for an event that says twice when it is, or which it is."""
    for name in _ONCE:
        if len(event.lines(name)) > 1:
            raise WriteRefused(f"the event has {name} twice; leave one of them")


def _put(event: Component, told: WriteBack, zones: Zones) -> None:
    became = told.outcome
    _put_end(event, told, zones)
    event.put(OP, told.op)
    event.put(f"{OURS}EXPECTED", str(became.expected))
    event.put(f"{OURS}ATTENDED", str(became.attended))
    event.put(f"{OURS}NO-SHOW", str(became.no_show).upper())
    for name, at in (
        ("FIRST-CHECK-IN", became.first_check_in_at),
        ("STARTED", became.started_at),
        ("ENDED", became.ended_at),
        ("RELEASED", became.released_at),
    ):
        event.put(OURS + name, instant(at) if at else None)


def _put_end(event: Component, told: WriteBack, zones: Zones) -> None:
    """Let an event end when its room was released, and as it was booked again where that was undone.

    Not where somebody has set another end meanwhile, and not where it lasts whole days.
    """
    start, lasts = times(event, zones)
    ends, booked = lasts.after(start), event.first(BOOKED_END)
    if start.whole_day:
        return
    if told.outcome.released_at is not None:
        if start.utc < told.ends_at < ends:
            first = booked.value if booked else instant(ends)
            event.put(f"{BOOKED_END};X-CUT-TO={instant(told.ends_at)}", first)
            _end_at(event, told.ends_at, start.utc, zones)
    elif booked is not None:
        if booked.params.get("X-CUT-TO") == instant(ends):
            _end_at(event, datetime.strptime(booked.value, _MOMENT).replace(tzinfo=UTC), start.utc, zones)
        event.put(BOOKED_END, None)


def _end_at(event: Component, ends: datetime, starts: datetime, zones: Zones) -> None:
    """Set another end, in the way in which it is written; that is a new revision (RFC 5545 section 3.8.7.4)."""
    end = event.first("DTEND")
    if end is not None:
        event.put(end.head, moment(end, zones).at(ends).written())
    else:
        event.put("DURATION", f"PT{int((ends - starts).total_seconds())}S")
    event.put("SEQUENCE", str(_number(event.first("SEQUENCE")) + 1))


def _number(said: Line | None) -> int:
    return int(said.value) if said is not None and said.value.strip().isdecimal() else 0
