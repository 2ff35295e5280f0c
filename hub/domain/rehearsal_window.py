"""When a meeting is rehearsed: some days before its start (R77: 會前1-2天進行流程預演). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.meetings import Meeting

LEAST_LEAD = timedelta(hours=1)
"""For a meeting that begins sooner nobody is called to rehearse; its list is there all the same."""

BEFORE_DOORS = timedelta(minutes=30)
"""A meeting that was imported late is rehearsed by then."""

LEAST_TIME = timedelta(minutes=15)
"""However late it is, somebody has so long for a rehearsal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When meetings are rehearsed: from ``opens`` before their start until ``due`` before it (R77)."""

    opens: timedelta = timedelta(days=2)
    due: timedelta = timedelta(days=1)

    def opens_at(self, meeting: Meeting) -> datetime:
        """Return when the rehearsal's task is raised."""
        return meeting.starts_at - self.opens

    def due_at(self, meeting: Meeting, opened_at: datetime) -> datetime:
        """Return by when it must have passed, where its task was raised at ``opened_at``."""
        due = meeting.starts_at - self.due
        return due if opened_at < due else max(meeting.doors_at - BEFORE_DOORS, opened_at + LEAST_TIME)


WINDOW = Window()
