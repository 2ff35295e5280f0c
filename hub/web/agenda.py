"""A meeting's agenda with the part that is on now. Pure."""

from dataclasses import dataclass
from datetime import datetime

from hub.domain.meetings import Meeting, Segment
from hub.domain.run_of_show import is_run, on_now


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One part of a meeting: over, on now, or still to come. ``told``: a person said so, and not the clock."""

    segment: Segment
    state: str
    told: bool = False


def agenda(meeting: Meeting, now: datetime) -> list[AgendaLine]:
    """Write the agenda by time."""
    parts = sorted(meeting.agenda, key=lambda part: (part.starts_at, part.ends_at))
    if is_run(meeting):
        on = on_now(meeting, now)
        return [AgendaLine(part, _said(part, on), told=True) for part in parts]
    return [AgendaLine(part, _state(part, now)) for part in parts]


def _said(part: Segment, on: Segment | None) -> str:
    """Say where a part stands while somebody runs the agenda: then the clock decides nothing."""
    if part.ended_at is not None:
        return "over"
    return "now" if part == on else "later"


def _state(part: Segment, now: datetime) -> str:
    if part.ends_at <= now:
        return "over"
    return "now" if part.starts_at <= now else "later"
