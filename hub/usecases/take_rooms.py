"""Meetings take their rooms, with set-up and strike; of two that booked one room the earlier has it (R29, C.4, C.6.6).

The database refuses an overlap in any case; here it is worked out beforehand who gives way, and a person is told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.bookings import Booking, BookingState, Firmness, Hold, Turnover, firmness_of, occupied
from hub.domain.meetings import Meeting
from hub.domain.room_claims import AT_LAST, Claim, settle
from hub.domain.room_set_ups import RoomSetUps, turnover_of
from hub.domain.run_of_show import plan_of
from hub.domain.syncing import Conflict, Link
from hub.ports import Transaction
from hub.usecases.acting import Deciding


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


def take_rooms(tx: Transaction, meetings: Iterable[Meeting], who: Deciding) -> Taken:
    """Let these meetings hold their rooms as firmly as they are booked; one that is off lets its room go.

    Everybody else who is touched is settled anew, so the outcome does not depend on the order in which meetings became
    known.
    """
    meetings = list(meetings)
    before = tx.bookings.held_by([one.id for one in meetings])
    given_up = tx.no_shows.given_up([one.id for one in meetings])
    wanted = [
        cut
        for hold in wanted_holds(tx, meetings, tx.set_ups.all(), who.at)
        if (cut := _cut(hold, given_up.get(hold.owner))) is not None
    ]
    tx.bookings.let_go([one.id for one in meetings])
    touched = [*wanted, *(hold for holds in before.values() for hold in holds)]
    doubled: list[Doubled] = []
    freed = {key for key, holds in before.items() if any(one.firmness is Firmness.DOUBLE_BOOKED for one in holds)}
    for room in sorted({one.room for one in touched}):
        ours = [one for one in wanted if one.room == room]
        found = _settle_room(tx, room, ours, [one for one in touched if one.room == room], who.at)
        doubled += found.doubled
        freed |= set(found.freed)
    return Taken(doubled, freed - {one.meeting for one in doubled})


@dataclass(frozen=True, slots=True)
class _Said:
    """What is known of who wants a room: their bookings, and what their sources say of each meeting."""

    bookings: Mapping[str, Booking]
    links: Mapping[str, Link]
    now: datetime

    @classmethod
    def of(cls, tx: Transaction, meetings: Collection[str], now: datetime) -> "_Said":
        return cls(tx.bookings.of_meetings(meetings), tx.sync.linked(meetings), now)

    def firmness(self, meeting: str) -> Firmness | None:
        """Return how firmly a meeting that is not cancelled here takes its room; the house's own are definite.

        What its source took away stands here all the same: guests are inside, or a person has kept it.
        """
        booking, link = self.bookings.get(meeting), self.links.get(meeting)
        if booking is None:
            return Firmness.DEFINITE
        if link is None:
            return firmness_of(booking.standing(self.now))
        if link.gone_at is not None or link.item.state.is_off:
            return Firmness.DEFINITE
        if booking.state is BookingState.LAPSED and link.item.state is BookingState.OPTION_SENT:
            return Firmness.OPTION_SENT  # it had begun when its time was over, else it would be cancelled
        return firmness_of(replace(booking, state=link.item.state).standing(self.now))

    def made_at(self, meeting: str) -> datetime | None:
        """Return when a meeting was booked, or when it lapsed before it was confirmed; None for the house's own."""
        booking, link = self.bookings.get(meeting), self.links.get(meeting)
        if booking is None:
            return None
        return booking.lapsed_at or (link.item.made_at if link else booking.made_at) or AT_LAST


def wanted_holds(
    tx: Transaction, meetings: Sequence[Meeting], set_ups: Mapping[str, RoomSetUps], now: datetime
) -> list[Hold]:
    """Return what these meetings want of their rooms; those that are off want nothing."""
    said = _Said.of(tx, [one.id for one in meetings], now)
    return [hold for one in meetings if (hold := _wanted(one, said, turnover_of(set_ups, one.room, one.style)))]


def _wanted(meeting: Meeting, said: _Said, turnover: Turnover) -> Hold | None:
    """Return what a meeting wants of its room, by its plan: one that runs late does not take it from the next."""
    firmness = said.firmness(meeting.id)
    if meeting.cancelled or firmness is None:
        return None
    plan = plan_of(meeting)
    since, until = occupied(plan.starts_at, plan.ends_at, turnover)
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
    said = _Said.of(tx, keys, now)
    known = tx.meetings.get(keys)
    inside = tx.attendance.counts(keys)
    given = tx.sync.rooms_given(keys)
    claims = []
    for hold in holds:
        booking, meeting = said.bookings.get(hold.owner), known.get(hold.owner)
        firmness = hold.firmness
        if firmness is Firmness.DOUBLE_BOOKED:
            firmness = said.firmness(hold.owner) or Firmness.DEFINITE
        elif firmness is Firmness.OPTION_SENT and said.firmness(hold.owner) is None:
            firmness = Firmness.OPTION  # free at once, though nobody has written that down yet (C.3.1)
        count = inside.get(hold.owner)
        has_begun = meeting is not None and (
            meeting.starts_at <= now or (count is not None and count.guests.arrived > 0)
        )
        claims.append(
            Claim(
                hold=replace(hold, firmness=firmness),
                made_at=said.made_at(hold.owner),
                order=f"{booking.source}/{booking.key}" if booking else meeting.key if meeting else hold.owner,
                fixed=has_begun,
                given_at=_given_at(given.get(hold.owner), meeting),
            )
        )
    return claims


def _given_at(decided: Conflict | None, meeting: Meeting | None) -> datetime | None:
    """Return when a person gave a meeting its room. It holds for this room at this time, and no others."""
    if decided is None or meeting is None:
        return None
    then = tuple(decided.facts.get(name) for name in ("room", "starts_at", "ends_at"))
    now = (meeting.room, meeting.starts_at.isoformat(), meeting.ends_at.isoformat())
    return decided.decided_at if then == now else None
