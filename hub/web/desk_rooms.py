"""Today's rooms on a time line: from set-up to strike, how firmly, and who has been booked over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.bookings import Firmness, Hold
from hub.domain.meetings import Meeting, Room
from hub.ports import Transaction
from hub.web.language import Tongue

_EARLIEST, _LATEST = timedelta(hours=8), timedelta(hours=20)
"""The line covers these hours of the day at least, and whatever else is held."""

_STEP_H = 2
_LANE = 44
"""Pixels that one bar is high, with its margin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is held of all rooms from ``start`` to ``end`` (a day of the house), and by which meetings (by id)."""

    start: datetime
    end: datetime
    holds: Sequence[Hold]
    meetings: Mapping[str, Meeting]
    rooms: Sequence[Room]


def read_day(tx: Transaction, start: datetime, end: datetime) -> Day:
    """Read what is held of all rooms in a time."""
    holds = tx.bookings.held([], start, end)
    return Day(
        start=start,
        end=end,
        holds=holds,
        meetings=tx.meetings.get({one.owner for one in holds}),
        rooms=tx.meetings.rooms(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One room held: ``x`` and ``width`` from set-up to strike, ``inner_x`` and ``inner_width`` the meeting itself.

    All in hundredths of the line; ``y`` in pixels. ``title`` is what it is held for, ``key`` the meeting's.
    """

    hold: Hold
    title: str
    key: str
    x: float
    width: float
    inner_x: float
    inner_width: float
    y: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RoomLine:
    """One room with its bars, beside each other where they overlap; ``high`` is in pixels."""

    room: Room
    bars: Sequence[Bar]
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomDay:
    """The day as it is drawn. ``now_at`` is where the present stands, None where the line does not reach it."""

    lines: Sequence[RoomLine]
    ticks: Sequence[tuple[float, datetime]]
    now_at: float | None
    shown: Sequence[Firmness]
    held: bool


def day_of(day: Day, tongue: Tongue, now: datetime) -> RoomDay:
    """Lay a day out, room by room as the house lists them."""
    since, until = _window(day)

    def place(moment: datetime) -> float:
        return round(100 * min(1.0, max(0.0, (moment - since) / (until - since))), 2)

    def lay(hold: Hold, lane: int) -> Bar:
        meeting = day.meetings.get(hold.owner)
        starts, ends = (meeting.starts_at, meeting.ends_at) if meeting else (hold.since, hold.until)
        x, right = place(hold.since), place(hold.until)
        inner, inner_right = max(x, place(starts)), min(right, place(ends))
        return Bar(
            hold=hold,
            title=tongue.read(meeting.title) if meeting else tongue.say("desk.rooms.closed"),
            key=meeting.key if meeting else "",
            x=x,
            width=round(right - x, 2),
            inner_x=inner,
            inner_width=max(0.0, round(inner_right - inner, 2)),
            y=lane * _LANE,
            starts_at=starts,
            ends_at=ends,
        )

    lines = []
    for room in day.rooms:
        lanes = list(_lanes([one for one in day.holds if one.room == room.key]))
        bars = [lay(hold, number) for number, lane in enumerate(lanes) for hold in lane]
        lines.append(RoomLine(room, bars, _LANE * max(1, len(lanes))))
    return RoomDay(
        lines=lines,
        ticks=[(place(at), at) for at in _hours(since, until)],
        now_at=place(now) if since <= now < until else None,
        shown=[one for one in Firmness if any(hold.firmness is one for hold in day.holds)],
        held=bool(day.holds),
    )


def _window(day: Day) -> tuple[datetime, datetime]:
    """Return from when to when the line reaches, in whole hours."""
    since = min([day.start + _EARLIEST, *(max(one.since, day.start) for one in day.holds)])
    until = max([day.start + _LATEST, *(min(one.until, day.end) for one in day.holds)])
    hour = timedelta(hours=1)
    return day.start + (since - day.start) // hour * hour, day.start - (day.start - until) // hour * hour


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    at = since + timedelta(hours=_STEP_H)
    while at < until:
        yield at
        at += timedelta(hours=_STEP_H)


def _lanes(holds: Sequence[Hold]) -> Sequence[Sequence[Hold]]:
    """Lay what overlaps into lanes; what has the room stands above what was booked over it, or only waits."""
    lanes: list[list[Hold]] = []
    for hold in sorted(holds, key=lambda one: (not one.firmness.blocks, one.since)):
        free = next((lane for lane in lanes if not any(hold.touches(one) for one in lane)), None)
        if free is None:
            lanes.append([hold])
        else:
            free.append(hold)
    return lanes
