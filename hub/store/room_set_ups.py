"""How many each room seats in each style, and how long it is set up and struck."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import bindparam, delete, select

from hub.domain.bookings import Turnover
from hub.domain.meetings import SetUpStyle
from hub.domain.room_set_ups import RoomSetUps, StyleSetUp
from hub.store import tables as t
from hub.store.work import AnyRow, Upsert, Work

_s = t.room_set_ups.c
_ALL = select(t.room_set_ups).order_by(_s.room, _s.style)
_DROP = delete(t.room_set_ups).where(_s.room == bindparam("of_room"))
_PUT = Upsert(t.room_set_ups, "room", "style")
_OWN = ""
_SECOND = timedelta(seconds=1)


class SqlRoomSetUps:
    """Fills ``hub.booking_ports.RoomSetUpsKept``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def all(self) -> Mapping[str, RoomSetUps]:
        """Return what the house says of its rooms, by room; one of which it says nothing is left out."""
        rows: dict[str, dict[str, AnyRow]] = {}
        for row in self._work.rows(_ALL):
            rows.setdefault(row.room, {})[row.style] = row
        return {room: _to_set_ups(room, by_style) for room, by_style in rows.items()}

    def save(self, set_ups: RoomSetUps) -> None:
        """Keep what the house says of a room, in place of what it said."""
        self._work.send(_DROP, {"of_room": set_ups.room})
        own = StyleSetUp(style=SetUpStyle.THEATRE, turnover=set_ups.turnover)
        rows = [_row(set_ups.room, _OWN, own), *(_row(set_ups.room, one.style, one) for one in set_ups.styles)]
        self._work.put(_PUT, rows)


def _to_set_ups(room: str, rows: Mapping[str, AnyRow]) -> RoomSetUps:
    own = _turnover(rows[_OWN]) if _OWN in rows else None
    styles = tuple(
        StyleSetUp(style=SetUpStyle(style), capacity=row.capacity, turnover=_turnover(row))
        for style, row in rows.items()
        if style != _OWN
    )
    return RoomSetUps(room=room, turnover=own or Turnover(), styles=styles)


def _turnover(row: AnyRow) -> Turnover | None:
    if row.set_up_s is None:
        return None
    return Turnover(set_up=timedelta(seconds=row.set_up_s), strike=timedelta(seconds=row.strike_s))


def _row(room: str, style: str, one: StyleSetUp) -> dict[str, object]:
    turnover = one.turnover
    return {
        "room": room,
        "style": style,
        "capacity": one.capacity,
        "set_up_s": turnover.set_up // _SECOND if turnover else None,
        "strike_s": turnover.strike // _SECOND if turnover else None,
    }
