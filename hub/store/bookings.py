"""Bookings, and the rooms that are taken."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from hub.domain.bookings import Booking, BookingState, Channel, Firmness, Headcount, Hold
from hub.store import tables as t
from hub.store.rows import both, words
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_b, _h = t.bookings.c, t.holds.c
_BY_KEY = select(t.bookings).where(_b.source == bindparam("of_source"), among(_b.key, "keys"))
_LATE = (
    select(t.bookings)
    .where(_b.state == BookingState.OPTION_SENT.value, _b.reply_by <= bindparam("now", type_=_b.reply_by.type))
    .order_by(_b.reply_by, _b.id)
)
_PUT = Upsert(t.bookings, "id")
_m = t.booking_meetings.c
_MEETINGS = (
    select(_m.meeting)
    .join_from(t.booking_meetings, t.meetings, t.meetings.c.id == _m.meeting)
    .where(_m.booking == bindparam("of_booking"))
    .order_by(t.meetings.c.starts_at, _m.meeting)
)
_OF_MEETINGS = (
    select(t.bookings, _m.meeting.label("its_meeting"))
    .join_from(t.booking_meetings, t.bookings, _b.id == _m.booking)
    .where(among(_m.meeting, "meetings"))
)
_PUT_MEETING = Upsert(t.booking_meetings, "meeting")
_HOLD = Upsert(t.holds, "owner", "room")
_LET_GO = delete(t.holds).where(among(_h.owner, "owners"))
_HELD_BY = select(t.holds).where(among(_h.owner, "owners")).order_by(_h.since, _h.owner, _h.room)
_HELD = (
    select(t.holds)
    .where(_h.since < bindparam("before", type_=_h.since.type), _h.until > bindparam("after", type_=_h.until.type))
    .order_by(_h.since, _h.owner, _h.room)
)
_HELD_AT = _HELD.where(_h.room == bindparam("the_room"))
_HELD_OF = _HELD.where(among(_h.room, "rooms"))


class SqlBookings:
    """Fills ``hub.booking_ports.Bookings``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def of_source(self, source: str, keys: Collection[str]) -> Mapping[str, Booking]:
        """Return a source's bookings by the keys they have there."""
        rows = self._work.rows(_BY_KEY, {"of_source": source, "keys": sorted(keys)}) if keys else ()
        return {one.key: one for one in _bookings(rows)}

    def to_lapse(self, now: datetime) -> Sequence[Booking]:
        """Return those that nobody has confirmed in time, the oldest first."""
        return _bookings(self._work.rows(_LATE, {"now": now}))

    def save(self, booking: Booking) -> None:
        """Add or change a booking."""
        count = booking.headcount
        self._work.put(
            _PUT,
            {
                "id": booking.id,
                "source": booking.source,
                "key": booking.key,
                "state": booking.state.value,
                "client": booking.client,
                "channel": booking.channel.value,
                "headcount": [count.least, count.most, count.guaranteed],
                "paid": booking.paid,
                "reply_by": booking.reply_by,
                "made_at": booking.made_at,
                "lapsed_at": booking.lapsed_at,
                **both("subject", booking.subject),
            },
        )

    def put_meeting(self, booking: str, meeting: str) -> None:
        """Let a meeting belong to a booking."""
        self._work.put(_PUT_MEETING, {"meeting": meeting, "booking": booking})

    def meetings_of(self, booking: str) -> Sequence[str]:
        """Return the ids of a booking's meetings, by start."""
        return [row.meeting for row in self._work.rows(_MEETINGS, {"of_booking": booking})]

    def of_meetings(self, meetings: Collection[str]) -> Mapping[str, Booking]:
        """Return what meetings (ids) belong to; those of the house's own are left out."""
        rows = self._work.rows(_OF_MEETINGS, {"meetings": sorted(meetings)}) if meetings else ()
        return {row.its_meeting: _to_booking(row) for row in rows}

    def hold(self, hold: Hold) -> None:
        """Take a room. Raises RoomTaken when it would overlap with something else that blocks (C.4)."""
        self._work.put(
            _HOLD,
            {
                "owner": hold.owner,
                "room": hold.room,
                "since": hold.since,
                "until": hold.until,
                "firmness": hold.firmness.value,
            },
        )

    def let_go(self, owners: Collection[str]) -> None:
        """Free the rooms that these meetings or closures hold."""
        if owners:
            self._work.send(_LET_GO, {"owners": sorted(owners)})

    def held_by(self, owners: Collection[str]) -> Mapping[str, Sequence[Hold]]:
        """Return what these hold, by owner."""
        found: dict[str, list[Hold]] = {}
        for row in self._work.rows(_HELD_BY, {"owners": sorted(owners)}) if owners else ():
            found.setdefault(row.owner, []).append(_to_hold(row))
        return found

    def overlapping(self, holds: Collection[Hold]) -> Sequence[Hold]:
        """Return what is held of the same rooms at the same times as any of these, themselves included, by start."""
        spans = [{"the_room": one.room, "after": one.since, "before": one.until} for one in holds]
        answers = self._work.answers(*((_HELD_AT, span) for span in spans))
        found = {(row.owner, row.room): _to_hold(row) for rows in answers for row in rows}
        return sorted(found.values(), key=lambda one: (one.since, one.owner, one.room))

    def held(self, rooms: Collection[str], since: datetime, until: datetime) -> Sequence[Hold]:
        """Return what is held of these rooms in a time, by start; of all rooms where none is named."""
        span = {"after": since, "before": until}
        if not rooms:
            return [_to_hold(row) for row in self._work.rows(_HELD, span)]
        return [_to_hold(row) for row in self._work.rows(_HELD_OF, {**span, "rooms": sorted(rooms)})]


def _to_hold(row: AnyRow) -> Hold:
    return Hold(owner=row.owner, room=row.room, since=row.since, until=row.until, firmness=Firmness(row.firmness))


def _bookings(rows: Iterable[AnyRow]) -> list[Booking]:
    return [_to_booking(row) for row in rows]


def _to_booking(row: AnyRow) -> Booking:
    least, most, guaranteed = row.headcount
    return Booking(
        id=row.id,
        source=row.source,
        key=row.key,
        subject=words(row, "subject"),
        state=BookingState(row.state),
        client=row.client,
        channel=Channel(row.channel),
        headcount=Headcount(least=least, most=most, guaranteed=guaranteed),
        paid=row.paid,
        reply_by=row.reply_by,
        made_at=row.made_at,
        lapsed_at=row.lapsed_at,
    )
