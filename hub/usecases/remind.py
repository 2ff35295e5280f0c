"""Guests are reminded of a meeting, as long before it as the house has set (R104: 提醒客戶會議時間、注意事項)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from hub.domain.guest_messages import GuestMessage, MessageKind
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting
from hub.domain.run_of_show import AgendaTimes
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding

REMIND = "remind"
"""The rule of these timers; a timer's subject is ``{meeting}/{minutes before its start}``."""

LEADS = AgendaTimes().guest_leads
"""When guests are reminded unless the house has set it otherwise."""

AGAIN_FROM = timedelta(minutes=15)
"""Who has been reminded is reminded again only where the start has moved by so much."""

_MINUTE = timedelta(minutes=1)


def set_reminders(
    tx: Transaction,
    meetings: Iterable[Meeting],
    leads: Sequence[timedelta],
    now: datetime,
    before: Mapping[str, Meeting] | None = None,
) -> None:
    """Set the timers of these meetings, one for each lead that is still to come, and take back what is not wanted.

    Repeating it changes nothing. A timer whose lead has passed stays: it is about to fire, or the meeting was put
    forward, and a reminder that comes late is better than none. ``before`` are the meetings as they were, by id: one
    that moved by a few minutes has nobody reminded twice.
    """
    meetings = list(meetings)
    standing = {timer.subject: timer.due_at for timer in tx.timers.about(REMIND, [one.id for one in meetings])}
    gone: set[str] = set()
    for meeting in meetings:
        wanted = {} if meeting.cancelled else dict(_due(meeting, leads))
        gone |= {one for one in standing if one.startswith(f"{meeting.id}/") and one not in wanted}
        sent = _sent(meeting, (before or {}).get(meeting.id), leads, now) - standing.keys()
        coming = {one: due for one, due in wanted.items() if due > now and standing.get(one) != due and one not in sent}
        tx.timers.put(Timer(rule=REMIND, subject=subject, due_at=due) for subject, due in coming.items())
    tx.timers.remove(REMIND, gone)


def remind(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Keep one message for every guest of a meeting who is invited and has not come; fires a timer."""
    key, _, minutes = timer.subject.rpartition("/")
    meeting = tx.meetings.get([key]).get(key)
    if meeting is None or meeting.cancelled or meeting.starts_at <= who.at or _another_follows(tx, key, who.at):
        return
    everybody = tx.guests.of_meeting(meeting.id)
    here = tx.check_ins.admissions([one.invitation.id for one in everybody])
    tx.guest_messages.put(
        GuestMessage(
            id=who.ids(),
            kind=MessageKind.REMINDER,
            dedupe=f"reminder:{one.invitation.id}:{meeting.starts_at.isoformat()}:{minutes}",
            invitation=one.invitation.id,
            created_at=who.at,
            pointless_at=meeting.starts_at,
        )
        for one in everybody
        if one.invitation.status is InvitationStatus.VALID and one.invitation.id not in here
    )
    tx.feed.touch([("messages", "")])


def _due(meeting: Meeting, leads: Sequence[timedelta]) -> Iterator[tuple[str, datetime]]:
    for lead in leads:
        yield f"{meeting.id}/{lead // _MINUTE}", meeting.starts_at - lead


def _sent(meeting: Meeting, before: Meeting | None, leads: Sequence[timedelta], now: datetime) -> set[str]:
    """Return the leads that had passed for the start as it was, where the new one is nearly the same."""
    if before is None or abs(meeting.starts_at - before.starts_at) >= AGAIN_FROM:
        return set()
    return {subject for subject, due in _due(before, leads) if due <= now}


def _another_follows(tx: Transaction, meeting: str, now: datetime) -> bool:
    """Say whether a later reminder of the meeting is due as well, after an outage: one is enough."""
    return any(other.due_at <= now for other in tx.timers.about(REMIND, [meeting]))
