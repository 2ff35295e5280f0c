"""An option that nobody confirmed in time lapses: its room is free for others (R33; reference C.3.1, C.6.6).

The source's own entry is not touched. Confirmed there later, the meeting is back, in its room if that is still free.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.domain.bookings import Booking, BookingState
from hub.domain.meetings import Meeting
from hub.domain.run_of_show import AgendaTimes
from hub.domain.syncing import Phase
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.entry_changes import standing_of
from hub.usecases.keep_meetings import keep_meetings
from hub.usecases.take_rooms import take_rooms
from hub.usecases.tell_doubled import tell_doubled

LAPSE = "lapse_options"
"""The timer of this, for the whole house; it sets itself again."""

LOOK_EVERY = timedelta(minutes=1)
"""An option whose time is over is free at once, whoever asks (``Booking.standing``); here it is only written down."""


def look_after_options(tx: Transaction, now: datetime) -> None:
    """Begin, if that has not begun."""
    if not tx.timers.of_rule(LAPSE):
        tx.timers.put([Timer(rule=LAPSE, subject="", due_at=now)])


def fire_lapse(tx: Transaction, timer: Timer, who: Deciding, times: AgendaTimes) -> None:
    """Let lapse what nobody confirmed in time, and set the next look; fires a timer."""
    for booking in tx.bookings.to_lapse(who.at):
        lapse(tx, booking, who, times)
    tx.timers.put([Timer(rule=LAPSE, subject=timer.subject, due_at=who.at + LOOK_EVERY)])


def lapse(tx: Transaction, booking: Booking, who: Deciding, times: AgendaTimes) -> None:
    """Let an option lapse: what has not begun of it is off, and others may have its rooms."""
    tx.bookings.save(replace(booking, state=BookingState.LAPSED, lapsed_at=who.at))
    tx.records.audit(who.actor, "booking.lapsed", booking.id, who.at)
    known = tx.meetings.get(tx.bookings.meetings_of(booking.id))
    before = {key: one for key, one in known.items() if _is_to_go(tx, one, who.at)}
    after = [replace(one, cancelled=True) for one in before.values()]
    keep_meetings(tx, after, before, who, times)
    tell_doubled(tx, take_rooms(tx, after, who), who)
    tx.feed.touch([("desk", "")])


def _is_to_go(tx: Transaction, meeting: Meeting, now: datetime) -> bool:
    """Say whether a meeting has not begun, with nobody inside: what runs is not called off by a deadline."""
    return not meeting.cancelled and standing_of(tx, meeting, now).phase is Phase.COMING
