"""set_up_min, strike_min and [[rooms.set_ups]]: how many a room seats in a style, and how long it is made ready."""

from datetime import timedelta
from functools import partial

from hub.domain.bookings import Turnover
from hub.domain.meetings import SetUpStyle
from hub.domain.room_set_ups import NO_TURNOVER, RoomSetUps, StyleSetUp, in_order
from hub.venue_files.each_once import each_once
from hub.venue_files.table import Table

LONGEST_MIN = 24 * 60
MOST_PEOPLE = 100_000


def read_set_ups(room: Table, safe_capacity: int) -> RoomSetUps | None:
    """Read what a room's table says of its set-ups; None where it says nothing. ``safe_capacity`` 0: not known."""
    if not any([room.has("set_ups"), room.has("set_up_min"), room.has("strike_min")]):
        return None
    own = _turnover(room, NO_TURNOVER)
    read = partial(_style, own=own, safe_capacity=safe_capacity)
    styles = each_once(room.tables("set_ups"), read, lambda one: one.style, "style")
    return RoomSetUps(room=str(room.value("key")), turnover=own, styles=in_order(styles))


def _style(table: Table, own: Turnover, safe_capacity: int) -> StyleSetUp | None:
    style = table.word("style", SetUpStyle)
    if not table.has("style"):
        table.wrong("style", "is missing", f"use one of {', '.join(SetUpStyle)}")
    capacity = _count(table, "capacity", MOST_PEOPLE, "people") or 0
    if 0 < safe_capacity < capacity:
        problem = f"{capacity} are more than may be inside at once ({safe_capacity})"
        table.wrong("capacity", problem, "write how many the room seats in this style, at most safe_capacity")
    has_own = table.has("set_up_min") or table.has("strike_min")
    turnover = _turnover(table, own)
    table.close()
    return StyleSetUp(style=style, capacity=capacity, turnover=turnover if has_own else None) if style else None


def _turnover(table: Table, usual: Turnover) -> Turnover:
    set_up, strike = (_count(table, name, LONGEST_MIN, "minutes") for name in ("set_up_min", "strike_min"))
    return Turnover(
        set_up=usual.set_up if set_up is None else timedelta(minutes=set_up),
        strike=usual.strike if strike is None else timedelta(minutes=strike),
    )


def _count(table: Table, name: str, most: int, unit: str) -> int | None:
    value = table.value(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most):
        return value
    table.wrong(name, f"{value!r} is no number of {unit}", f"write a whole number from 0 to {most:,}")
    return None
