"""The meetings of today with who has come: what the first page and the staff page list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hub.domain.attendance import Arrived, HeadCount
from hub.domain.meetings import PAPER, PAPER_DOOR, Door, Meeting, Room
from hub.domain.words import Words
from hub.ports import Transaction

LATEST = 3
"""How many of the newest arrivals stand beside a meeting: the cue to greet them (R88, R144)."""

AHEAD = timedelta(days=30)
"""How far to look for what comes next, when today is free."""


class Stage(StrEnum):
    """Where a meeting stands at a moment."""

    CANCELLED = "cancelled"
    LATER = "later"
    DOORS_OPEN = "doors_open"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """One meeting with its numbers and newest arrivals."""

    meeting: Meeting
    room: Words
    floor: str
    zone: ZoneInfo
    count: HeadCount
    latest: Sequence[Arrived] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Today's meetings, by start; where there are none, the next ones instead (``coming``)."""

    lines: Sequence[MeetingLine]
    coming: Sequence[MeetingLine] = ()


def stage(meeting: Meeting, now: datetime) -> Stage:
    """Say where a meeting stands."""
    if meeting.cancelled:
        return Stage.CANCELLED
    if now >= meeting.ends_at:
        return Stage.OVER
    if now >= meeting.starts_at:
        return Stage.RUNNING
    return Stage.DOORS_OPEN if now >= meeting.doors_at else Stage.LATER


def read_today(tx: Transaction, now: datetime, zone: ZoneInfo, *, latest: int = 0) -> Today:
    """Read the meetings of the day that ``now`` is in, with their ``latest`` newest arrivals."""
    morning = datetime.combine(now.astimezone(zone).date(), time(), zone)
    night = morning + timedelta(days=1)
    meetings = tx.meetings.between(morning, night)
    if meetings:
        return Today(lines=_lines(tx, meetings, latest))
    return Today(lines=(), coming=_lines(tx, tx.meetings.between(night, night + AHEAD)[:5], 0))


def read_doors(tx: Transaction) -> dict[str, Door]:
    """Read what the doors are called, by device."""
    return {**tx.meetings.doors(), PAPER: PAPER_DOOR}


def room_of(meeting: Meeting, rooms: Sequence[Room]) -> Room:
    """Return a meeting's room, or its key as a name where the house does not know it."""
    found = next((room for room in rooms if room.key == meeting.room), None)
    return found or Room(key=meeting.room, name=Words(meeting.room, meeting.room))


def _lines(tx: Transaction, meetings: Sequence[Meeting], latest: int) -> list[MeetingLine]:
    counts = tx.attendance.counts([meeting.id for meeting in meetings])
    rooms = tx.meetings.rooms() if meetings else ()
    lines = []
    for meeting in meetings:
        room = room_of(meeting, rooms)
        lines.append(
            MeetingLine(
                meeting=meeting,
                room=room.name,
                floor=room.floor,
                zone=ZoneInfo(meeting.zone),
                count=counts[meeting.id],
                latest=tx.attendance.arrivals(meeting.id, latest) if latest else (),
            )
        )
    return lines
