"""When a meeting really ends: the one place that says so."""

from datetime import datetime

from hub.domain.meetings import Meeting
from hub.domain.overruns import as_it_is
from hub.ports import Transaction


def actual_end(tx: Transaction, meeting: Meeting, now: datetime) -> datetime:
    """Return the instant (UTC) at which a meeting ends, as far as the hub knows now; one that runs over has not."""
    known = tx.meetings.get([meeting.id]).get(meeting.id, meeting)
    return as_it_is(known, now).ends_at
