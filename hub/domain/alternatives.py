"""Where a meeting could be held that cannot have its room: other rooms, other times, another style (R29, C.4). Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.bookings import Firmness, Hold, occupied, rivals
from hub.domain.meetings import Room, SetUpStyle
from hub.domain.room_set_ups import RoomSetUps, turnover_of

MOST = 5
"""So many are offered."""

STEP = timedelta(minutes=30)
"""Other times are tried in such steps, within the meeting's day."""


class Other(StrEnum):
    """What is another one than was booked."""

    ROOM = "room"
    TIME = "time"
    STYLE = "style"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a meeting needs: a room for so many ``people`` (0: nobody said) in a style, from its doors to its end.

    ``owner`` is its id: what it holds itself is in nobody's way. Other times lie from ``day_from`` on and before
    ``day_until``, and not before ``now``.
    """

    owner: str
    room: str
    style: SetUpStyle
    people: int
    doors_at: datetime
    starts_at: datetime
    ends_at: datetime
    day_from: datetime
    day_until: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One offer, free when it was worked out: ``other`` is in what it differs, ``seats`` 0 where nobody has said."""

    other: Other
    room: str
    style: SetUpStyle
    starts_at: datetime
    ends_at: datetime
    seats: int = 0


def alternatives(
    wanted: Wanted, rooms: Sequence[Room], set_ups: Mapping[str, RoomSetUps], holds: Sequence[Hold]
) -> list[Alternative]:
    """Return the best offers, the best first: other rooms at the same time, then other times, then other styles.

    ``holds`` are those of all rooms on that day. A room of which the house has said no capacity is offered last of its
    kind: whether it is large enough is for a person to know.
    """
    floors = {room.key: room.floor for room in rooms}
    found = [one for one in _offers(wanted, rooms, set_ups) if _is_free(wanted, one, set_ups, holds)]
    order = list(Other)

    def rank(one: Alternative) -> tuple[int, bool, timedelta, bool, int, str]:
        waste = one.seats - wanted.people if one.seats else 0
        away = abs(one.starts_at - wanted.starts_at)
        same_floor = floors.get(one.room) == floors.get(wanted.room)
        return order.index(one.other), not one.seats, away, not same_floor, waste, one.room

    return sorted(found, key=rank)[:MOST]


def _offers(wanted: Wanted, rooms: Iterable[Room], set_ups: Mapping[str, RoomSetUps]) -> Iterator[Alternative]:
    asked = Alternative(
        other=Other.ROOM,
        room=wanted.room,
        style=wanted.style,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        seats=_seats(set_ups, wanted.room, wanted.style),
    )
    for room in rooms:
        seats = _seats(set_ups, room.key, wanted.style)
        if room.key != wanted.room and (not seats or wanted.people <= seats):
            yield replace(asked, room=room.key, seats=seats)
    if not asked.seats or wanted.people <= asked.seats:
        yield from (replace(asked, other=Other.TIME, starts_at=a, ends_at=b) for a, b in _other_times(wanted))
    for known in set_ups[wanted.room].styles if wanted.room in set_ups else ():
        if known.style is not wanted.style and max(1, wanted.people) <= known.capacity:
            yield replace(asked, other=Other.STYLE, style=known.style, seats=known.capacity)


def _other_times(wanted: Wanted) -> Iterator[tuple[datetime, datetime]]:
    """Yield starts and ends in the meeting's day, its doors included."""
    before, lasts = wanted.starts_at - wanted.doors_at, wanted.ends_at - wanted.starts_at
    steps = int((wanted.day_until - wanted.day_from) / STEP)
    for number in range(-steps, steps + 1):
        starts_at = wanted.starts_at + number * STEP
        fits = max(wanted.day_from, wanted.now) <= starts_at - before and starts_at + lasts <= wanted.day_until
        if number and fits:
            yield starts_at, starts_at + lasts


def _is_free(wanted: Wanted, one: Alternative, set_ups: Mapping[str, RoomSetUps], holds: Sequence[Hold]) -> bool:
    since, until = occupied(one.starts_at, one.ends_at, turnover_of(set_ups, one.room, one.style))
    hold = Hold(owner=wanted.owner, room=one.room, since=since, until=until, firmness=Firmness.DEFINITE)
    return next(rivals(hold, holds), None) is None


def _seats(set_ups: Mapping[str, RoomSetUps], room: str, style: SetUpStyle) -> int:
    return set_ups[room].seats(style) if room in set_ups else 0
