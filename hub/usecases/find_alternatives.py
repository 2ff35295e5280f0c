"""Where a meeting could be held that cannot have its room, as the holds stand now (R29, C.4)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.domain.alternatives import Alternative, Wanted
from hub.domain.alternatives import alternatives as best_of
from hub.domain.meetings import Meeting
from hub.domain.run_of_show import plan_of
from hub.ports import Transaction

_SPAN = timedelta(days=2)
"""Longer than any set-up and strike, so that what reaches into the day is seen."""


def alternatives(tx: Transaction, meeting: Meeting, now: datetime) -> Sequence[Alternative]:
    """Return up to five offers for a meeting, the best first: free at the moment, set-up and strike included."""
    plan, zone = plan_of(meeting), ZoneInfo(meeting.zone)
    day = plan.starts_at.astimezone(zone).date()
    booking = tx.bookings.of_meetings([meeting.id]).get(meeting.id)
    wanted = Wanted(
        owner=meeting.id,
        room=plan.room,
        style=plan.style,
        people=booking.headcount.to_plan_for if booking else 0,
        doors_at=plan.doors_at,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        day_from=_midnight(day, zone),
        day_until=_midnight(day + timedelta(days=1), zone),
        now=now,
    )
    holds = tx.bookings.held([], wanted.day_from - _SPAN, max(wanted.day_until, plan.ends_at) + _SPAN)
    return best_of(wanted, tx.meetings.rooms(), tx.set_ups.all(), holds)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
