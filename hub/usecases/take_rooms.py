"""Meetings take their rooms, with set-up and strike; of two that booked one room the earlier has it (R29, C.4, C.6.6).

The database refuses an overlap in any case; here it is worked out beforehand who gives way, and a person is told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.bookings import Booking, BookingState, Firmness, Hold, Turnover, firmness_of, occupied
from hub.domain.meetings import Meeting
from hub.domain.room_claims import AT_LAST, Claim, settle
from hub.ports import Transaction
from hub.usecases.acting import Deciding

NO_TURNOVER = Turnover()


@dataclass(frozen=True, slots=True)
class Doubled:
    """A meeting whose room somebody else has at that time."""

    meeting: str
    rival: str
    room: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: who gave way just now, and which meetings that gave way before have their room at last."""

    doubled: Sequence[Doubled] = ()
    freed: Collection[str] = ()


def take_rooms(
    tx: Transaction, meetings: Iterable[Meeting], who: Deciding, turnovers: Mapping[str, Turnover] | None = None
) -> Taken:
    """Let these meetings hold their rooms as firmly as they are booked; one that is off lets its room go.

    ``turnovers`` are the rooms' own set-up and strike, by room. Everybody else who is touched is settled anew, so the
    outcome does not depend on the order in which meetings became known.
    """
    meetings = list(meetings)
    booked = tx.bookings.of_meetings([one.id for one in meetings])
    before = tx.bookings.held_by([one.id for one in meetings])
    given_up = tx.no_shows.given_up([one.id for one in meetings])
    wanted = [
        hold
        for one in meetings
        if (hold := _wanted(one, booked.get(one.id), (turnovers or {}).get(one.room, NO_TURNOVER), who.at))
        and (hold := _cut(hold, given_up.get(one.id)))
    ]
    tx.bookings.let_go([one.id for one in meetings])
    touched = [*wanted, *(hold for holds in before.values() for hold in holds)]
    doubled: list[Doubled] = []
    freed: set[str] = set()
    for room in sorted({one.room for one in touched}):
        ours = [one for one in wanted if one.room == room]
        found = _settle_room(tx, room, ours, [one for one in touched if one.room == room], who.at)
        doubled += found.doubled
        freed |= set(found.freed)
    return Taken(doubled, freed)


def _wanted(meeting: Meeting, booking: Booking | None, turnover: Turnover, now: datetime) -> Hold | None:
    """Return what a meeting wants of its room; a meeting of the house's own is definite."""
    firmness = firmness_of(booking.standing(now)) if booking else Firmness.DEFINITE
    if meeting.cancelled or firmness is None:
        return None
    since, until = occupied(meeting.doors_at, meeting.planned_ends_at or meeting.ends_at, turnover)
    return Hold(owner=meeting.id, room=meeting.room, since=since, until=until, firmness=firmness)


def _cut(hold: Hold, given_up_at: datetime | None) -> Hold | None:
    """Return what a meeting still has of its room that was given up; None where that is nothing."""
    if given_up_at is None:
        return hold
    return replace(hold, until=min(hold.until, given_up_at)) if hold.since < given_up_at else None


def _settle_room(tx: Transaction, room: str, ours: Sequence[Hold], touched: Sequence[Hold], now: datetime) -> Taken:
    """Settle all who want the room at a time that hangs together with what has changed."""
    others = _around(tx, room, touched)
    was = {one.owner: one.firmness for one in others}
    claims = _claims(tx, [*ours, *others], now)
    settled = settle(claims)
    moved = [one.hold for key, one in settled.items() if was.get(key) is not one.hold.firmness]
    tx.bookings.let_go([one.owner for one in moved])
    for hold in sorted(moved, key=lambda one: one.firmness.blocks):
        tx.bookings.hold(hold)
    doubled = [
        Doubled(key, one.rival.owner, room)
        for key, one in sorted(settled.items())
        if one.rival and was.get(key) is not Firmness.DOUBLE_BOOKED
    ]
    freed = {key for key, one in settled.items() if not one.rival and was.get(key) is Firmness.DOUBLE_BOOKED}
    return Taken(doubled, freed)


def _around(tx: Transaction, room: str, touched: Sequence[Hold]) -> list[Hold]:
    """Return what is held of a room at a time that hangs together with ``touched``: neighbours, and theirs."""
    found: dict[str, Hold] = {}
    waiting = list(touched)
    while waiting:
        new = [one for one in tx.bookings.overlapping(waiting) if one.owner not in found]
        found |= {one.owner: one for one in new}
        waiting = new
    return [one for one in found.values() if one.room == room]


def _claims(tx: Transaction, holds: Sequence[Hold], now: datetime) -> list[Claim]:
    keys = [one.owner for one in holds]
    booked = tx.bookings.of_meetings(keys)
    known = tx.meetings.get(keys)
    inside = tx.attendance.counts(keys)
    claims = []
    for hold in holds:
        booking, meeting = booked.get(hold.owner), known.get(hold.owner)
        firmness = hold.firmness
        if firmness is Firmness.DOUBLE_BOOKED:
            firmness = (firmness_of(booking.standing(now)) if booking else None) or Firmness.DEFINITE
        elif booking and booking.standing(now) is BookingState.LAPSED:
            firmness = Firmness.OPTION  # free at once, though nobody has written that down yet (C.3.1)
        count = inside.get(hold.owner)
        has_begun = meeting is not None and (
            meeting.starts_at <= now or (count is not None and count.guests.arrived > 0)
        )
        claims.append(
            Claim(
                hold=replace(hold, firmness=firmness),
                made_at=(booking.lapsed_at or booking.made_at or AT_LAST) if booking else None,
                order=f"{booking.source}/{booking.key}" if booking else meeting.key if meeting else hold.owner,
                fixed=has_begun,
            )
        )
    return claims
