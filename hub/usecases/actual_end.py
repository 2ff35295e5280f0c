"""When a meeting really ends: the one place that says so."""

from datetime import datetime

from hub.domain.meetings import Meeting
from hub.ports import Transaction


def actual_end(tx: Transaction, meeting: Meeting) -> datetime:
    """Return the instant (UTC) at which a meeting ends, as far as the hub knows now."""
    known = tx.meetings.get([meeting.id]).get(meeting.id, meeting)
    return known.ends_at
