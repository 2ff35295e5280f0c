"""Which meetings kiosks know: those of the coming and the last days. A year of bookings would fill them. Pure."""

from datetime import datetime, timedelta

from hub.domain.meetings import Meeting

AHEAD = timedelta(days=7)
"""Kiosks know a meeting so long before its doors open: longer than one is ever away from its hub unnoticed."""

BACK = timedelta(days=2)
"""They forget it, and its guests' sealed data, so long after its end; late scans are judged by the hub alone."""


def is_in_view(meeting: Meeting, now: datetime) -> bool:
    """Say whether kiosks know a meeting now."""
    return meeting.doors_at - AHEAD <= now < meeting.ends_at + BACK


def next_edge(meeting: Meeting, now: datetime) -> datetime | None:
    """Return when a meeting comes into view, or leaves it; None where it has left for good."""
    return next((at for at in (meeting.doors_at - AHEAD, meeting.ends_at + BACK) if at > now), None)
