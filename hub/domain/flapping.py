"""Something that changes again and again is one thing that is wrong, not many (T4). Pure."""

from datetime import datetime, timedelta

MOST_CHANGES = 5
SPAN = timedelta(minutes=10)
"""More than so many changes within this is flapping; it ends after as long without one."""

Changes = tuple[datetime, ...]
"""The last changes, the oldest first; never more than are needed to say so."""


def changed(changes: Changes, at: datetime) -> Changes:
    """Add a change."""
    return (*changes, at)[-(MOST_CHANGES + 1) :]


def flaps(changes: Changes) -> bool:
    """Say whether the last changes came too fast."""
    return len(changes) > MOST_CHANGES and changes[-1] - changes[0] <= SPAN


def quiet(changes: Changes, now: datetime) -> bool:
    """Say whether there was no change for long enough."""
    return not changes or now - changes[-1] >= SPAN
