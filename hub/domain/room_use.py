"""Whether a room is in use: that decides whether what is wrong there is urgent, and when tea may be brought. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.overruns import FORGOTTEN, HELD

PREPARED = timedelta(minutes=30)
"""So long before its doors open a room is looked after as if guests were there (R82)."""

QUIET_KINDS = frozenset({SegmentKind.OPENING, SegmentKind.SIGNING})
"""Parts in which nobody walks through the room with tea, whatever the agenda says (R109: 避免打擾客戶)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomUse:
    """What is on in a room. ``soon``: guests are expected; ``live``: a meeting runs, which is ``meeting`` (its id).

    ``since`` is when its guests were let in; ``quiet_until`` is when the quiet part that runs is over.
    """

    soon: bool = False
    live: bool = False
    meeting: str | None = None
    since: datetime | None = None
    quiet_until: datetime | None = None


EMPTY_ROOM = RoomUse()


def use_of_rooms(meetings: Iterable[Meeting], now: datetime) -> dict[str, RoomUse]:
    """Say how each room is used at an instant; those that are missing are empty. ``meetings`` are by start."""
    found: dict[str, RoomUse] = {}
    for meeting in meetings:
        if meeting.cancelled or not meeting.doors_at - PREPARED <= now < meeting.ends_at or meeting.room in found:
            continue
        live = meeting.doors_at <= now
        found[meeting.room] = RoomUse(
            soon=True,
            live=live,
            meeting=meeting.id,
            since=meeting.doors_at if live else None,
            quiet_until=quiet_until(meeting.agenda, now) if live else None,
        )
    return found


def quiet_until(agenda: Iterable[Segment], now: datetime) -> datetime | None:
    """Return when nobody is disturbed any more, None when that is now: quiet parts that follow each other are one.

    One that was begun and runs over is quiet for a moment yet, each time that it is asked.
    """
    until: datetime | None = None
    for part in sorted(agenda, key=lambda one: one.starts_at):
        runs_over = part.started_at is not None and part.ended_at is None and now - part.ends_at <= FORGOTTEN
        ends_at = max(part.ends_at, now + HELD) if runs_over else part.ends_at
        if (part.quiet or part.kind in QUIET_KINDS) and part.starts_at <= (until or now) < ends_at:
            until = ends_at
    return until
