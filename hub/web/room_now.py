"""What is on in one room at a moment, and what comes next. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.run_of_show import on_now, to_come
from hub.ports import Transaction

AHEAD = timedelta(days=7)
"""How far a panel looks for the next meeting of its room."""

PAUSES = frozenset({SegmentKind.TEA_BREAK, SegmentKind.MEAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomNow:
    """One room at one moment.

    ``meeting`` has the room, from its doors to its end; ``segment`` is the part that runs, ``following`` the next one,
    ``pause`` the next tea break or meal unless it is one of these two. ``coming`` is the room's next meeting. At
    ``until`` something of this changes.
    """

    meeting: Meeting | None = None
    segment: Segment | None = None
    following: Segment | None = None
    pause: Segment | None = None
    coming: Meeting | None = None
    until: datetime | None = None


def read_meetings(tx: Transaction, now: datetime) -> Sequence[Meeting]:
    """Read the meetings of all rooms that are not over and begin soon."""
    return tx.meetings.between(now, now + AHEAD)


def room_now(meetings: Iterable[Meeting], room: str, now: datetime) -> RoomNow:
    """Say what is on in a room. ``meetings`` are any meetings by start, of any rooms."""
    ours = [one for one in meetings if one.room == room and not one.cancelled and one.ends_at > now]
    running = [one for one in ours if one.doors_at <= now]
    # While the doors of the next meeting open, the one that still speaks has the room.
    meeting = min(running, key=lambda one: one.starts_at, default=None)
    coming = next((one for one in ours if one is not meeting), None)
    parts = sorted(meeting.agenda, key=lambda part: part.starts_at) if meeting else []
    segment = on_now(meeting, now) if meeting else None
    later = to_come(meeting, now) if meeting else []
    following = later[0] if later else None
    pause = next((part for part in later[1:] if part.kind in PAUSES), None)
    return RoomNow(
        meeting=meeting,
        segment=segment,
        following=following,
        pause=pause,
        coming=coming,
        until=min((at for at in _moments(ours, parts) if at > now), default=None),
    )


def _moments(meetings: Iterable[Meeting], parts: Iterable[Segment]) -> Iterator[datetime]:
    for meeting in meetings:
        yield from (meeting.doors_at, meeting.starts_at, meeting.ends_at)
    for part in parts:
        yield from (part.starts_at, part.ends_at)
