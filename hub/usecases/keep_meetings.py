"""Meetings are added or changed, and everything that counts from them follows: timers, calls, guests, kiosks."""

from collections.abc import Iterable, Mapping

from hub.domain.meetings import Meeting
from hub.domain.run_of_show import AgendaTimes
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.come_into_view import keep_in_view
from hub.usecases.follow_agenda import follow_agenda
from hub.usecases.rehearsal_times import set_rehearsals
from hub.usecases.remind import set_reminders
from hub.usecases.tell_changes import tell_change
from hub.usecases.watch_roster import look_soon


def keep_meetings(
    tx: Transaction, meetings: Iterable[Meeting], before: Mapping[str, Meeting], who: Deciding, times: AgendaTimes
) -> None:
    """Keep meetings that were changed. ``before`` are those that are known, by id; who is invited to them is told."""
    meetings = list(meetings)
    for meeting in meetings:
        tx.meetings.save(meeting)
        action = "meeting.changed" if meeting.id in before else "meeting.added"
        tx.records.audit(who.actor, action, meeting.key, who.at)
    if meetings:
        look_soon(tx, who.at)
    follow(tx, meetings, before, who, times)


def follow(
    tx: Transaction, meetings: Iterable[Meeting], before: Mapping[str, Meeting], who: Deciding, times: AgendaTimes
) -> None:
    """Set what counts from meetings that were kept, tell their guests of another time or place (R104), and kiosks."""
    meetings = list(meetings)
    set_reminders(tx, meetings, times.guest_leads, who.at, before)
    follow_agenda(tx, meetings, who.at, times, before=before)
    rooms = {room.key: room.name for room in tx.meetings.rooms()}
    for meeting in meetings:
        if meeting.id in before:
            tell_change(tx, before[meeting.id], meeting, rooms, who)
    set_rehearsals(tx, meetings, who.at, times.rehearsal)
    keep_in_view(tx, meetings, before, who)
