"""A meeting comes into the kiosks' view with its guests as its day comes near, and leaves it some days afterwards."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from hub.domain.kiosk_view import is_in_view, next_edge
from hub.domain.meetings import Meeting
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding

IN_VIEW = "in_view"
"""The timer of this, by the meeting."""


def keep_in_view(tx: Transaction, meetings: Iterable[Meeting], before: Mapping[str, Meeting], who: Deciding) -> None:
    """Tell kiosks of meetings that were kept, where these are in view or were; ``before`` are those that are known.

    What lies farther ahead is told when its time comes.
    """
    meetings = list(meetings)
    for meeting in meetings:
        old = before.get(meeting.id)
        now_in, was_in = is_in_view(meeting, who.at), old is not None and is_in_view(old, who.at)
        if now_in or was_in:
            tx.feed.touch([("meeting", meeting.id)])
        if old is not None and now_in != was_in:
            _tell(tx, meeting)
    set_views(tx, meetings, who.at)


def set_views(tx: Transaction, meetings: Iterable[Meeting], now: datetime) -> None:
    """Set when these meetings come into view next, or leave it."""
    edges = {one.id: next_edge(one, now) for one in meetings}
    tx.timers.put(Timer(rule=IN_VIEW, subject=key, due_at=at) for key, at in edges.items() if at is not None)
    tx.timers.remove(IN_VIEW, [key for key, at in edges.items() if at is None])


def fire_view(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Tell kiosks of a meeting that comes into view, or leaves it, with all its guests; fires a timer."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is not None:
        _tell(tx, meeting)
        set_views(tx, [meeting], who.at)


def _tell(tx: Transaction, meeting: Meeting) -> None:
    everybody = tx.guests.of_meeting(meeting.id)
    tx.feed.touch([("meeting", meeting.id), *(entry for one in everybody for entry in one.invitation.entries())])
    tx.feed.touch(("group", one.lookup) for one in tx.groups.of_meeting(meeting.id))
