"""A series that nobody comes to again and again: its owner is to be asked; no machine calls it off (C.3.5, rule 6)."""

from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.no_shows import room_facts


def missed_in_a_row(tx: Transaction, meeting: Meeting) -> int:
    """Return to how many dates of a series in a row nobody came, the given one being the last; 0 where it is none."""
    link = tx.sync.link_of(meeting.id)
    if link is None or not link.occurrence:
        return 0
    dates = [one for one in tx.sync.same_uid([link.item.uid]) if one.meeting and one.leads]
    dates = [one for one in dates if one.item.starts_at <= link.item.starts_at and not one.item.state.is_off]
    rows = tx.no_shows.get([one.meeting for one in dates])
    count = 0
    for one in sorted(dates, key=lambda date: date.item.starts_at, reverse=True):
        row = rows.get(one.meeting)
        if row is None or not row.nobody_came:
            break
        count += 1
    return count


def ask_owner(tx: Transaction, meeting: Meeting, strikes: int, who: Deciding) -> None:
    """Have the owner of a series asked whether it goes on, where nobody came to so many dates in a row."""
    missed, link = missed_in_a_row(tx, meeting), tx.sync.link_of(meeting.id)
    if link is None or not strikes or missed < strikes:
        return
    booking = tx.bookings.of_meetings([meeting.id]).get(meeting.id)
    facts = room_facts(tx, meeting) | {"missed": str(missed), "company": booking.client if booking else ""}
    kind = TaskKind.SERIES_EMPTY
    call(tx, raise_task(kind, link.item.uid, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id))
