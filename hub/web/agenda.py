"""A meeting's agenda with the part that is on now. Pure."""

from dataclasses import dataclass
from datetime import datetime

from hub.domain.meetings import Meeting, Segment


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One part of a meeting: over, on now, or still to come."""

    segment: Segment
    state: str


def agenda(meeting: Meeting, now: datetime) -> list[AgendaLine]:
    """Write the agenda by time."""
    parts = sorted(meeting.agenda, key=lambda part: (part.starts_at, part.ends_at))
    return [AgendaLine(part, _state(part, now)) for part in parts]


def _state(part: Segment, now: datetime) -> str:
    if part.ends_at <= now:
        return "over"
    return "now" if part.starts_at <= now else "later"
