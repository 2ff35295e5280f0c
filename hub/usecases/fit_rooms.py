"""A booking for more people than its room seats in its style is put before a person, and never refused (C.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.domain.meetings import Meeting, SetUpStyle
from hub.domain.room_set_ups import RoomSetUps
from hub.domain.syncing import ConflictKind
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_desk import ask_desk, settle
from hub.usecases.tell_doubled import meeting_facts


@dataclass(frozen=True, slots=True)
class Need:
    """Whom a meeting needs its room for: so many people in a style, 0 where nobody said."""

    room: str
    style: SetUpStyle
    people: int


def needs_of(tx: Transaction, meetings: Iterable[Meeting]) -> Mapping[str, Need]:
    """Return what booked meetings need, by id. Those that are off need nothing and are left out."""
    meetings = [one for one in meetings if not one.cancelled]
    booked = tx.bookings.of_meetings([one.id for one in meetings])
    return {
        one.id: Need(one.room, one.style, booked[one.id].headcount.to_plan_for) for one in meetings if one.id in booked
    }


def look_at_sizes(
    tx: Transaction, meetings: Sequence[Meeting], before: Mapping[str, Need] | None, who: Deciding
) -> int:
    """Ask a person where a room is too small, and no longer where it is not; returns how often somebody was asked.

    ``before`` is what was needed: nobody is asked again about what has not changed. None where the rooms have changed.
    """
    set_ups, needs = tx.set_ups.all(), needs_of(tx, meetings)
    sources = tx.sync.linked(list(needs))
    asked = 0
    for meeting in meetings:
        need = needs.get(meeting.id)
        known = set_ups.get(meeting.room, RoomSetUps(room=meeting.room))
        if need is None or meeting.ends_at <= who.at or known.fits(need.style, need.people):
            if before is None or meeting.id in before:
                settle(tx, meeting.id, ConflictKind.TOO_SMALL, who)
        elif before is None or need != before.get(meeting.id):
            facts = {"people": str(need.people), "seats": str(known.seats(need.style)), "style": need.style.value}
            source = sources[meeting.id].source if meeting.id in sources else ""
            ask_desk(tx, meeting.id, ConflictKind.TOO_SMALL, source, meeting_facts(meeting) | facts, who)
            asked += 1
    return asked
