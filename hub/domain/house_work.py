"""The house's routine work around a meeting: set up, signed off, struck; what is kept of it, and its times. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.meetings import Meeting
from hub.domain.words import Words

LEAST_TIME = timedelta(minutes=10)
"""However late it is, somebody has so long for a piece of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseTimes:
    """The house's times; all are settings (``[house_work]``).

    A room's set-up is asked for ``set_up_from`` before the doors open and has to be done ``set_up_lead`` before that.
    A strike may take ``strike``; ``turnover`` is what has to lie between a meeting's end and the next one's doors.
    Packed quantities are compared ``count_before`` a meeting's start. A meal is asked for ``meal_from`` before it is
    served, and is a delay when it is served more than ``meal_late`` after its time.
    """

    set_up_from: timedelta = timedelta(hours=4)
    set_up_lead: timedelta = timedelta(minutes=30)
    strike: timedelta = timedelta(minutes=30)
    turnover: timedelta = timedelta(minutes=60)
    count_before: timedelta = timedelta(hours=24)
    meal_from: timedelta = timedelta(minutes=60)
    meal_late: timedelta = timedelta(minutes=5)


HOUSE = HouseTimes()


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSheet:
    """What a meeting's organizer ordered besides the set-up style: what its set-up is compared with (R79).

    ``guaranteed`` is the guaranteed headcount, for which the house cooks and packs; None: those who are invited.
    """

    stage: Words | None = None
    backdrop: Words | None = None
    lights: Words | None = None
    guaranteed: int | None = None


NO_SHEET = FunctionSheet()


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseWork:
    """How far a meeting's room is; instants are UTC, None for what has not happened.

    ``room`` is the one that was asked to be set up (``set_up_at``), done by ``set_up_by``; a supervisor signs that it
    is right (``signed_at``, R41). ``strike_at``: the strike was asked for; ``struck_at``: the room is clear again.
    ``counted_at``: what is packed was compared with the guests.
    """

    meeting: str
    room: str = ""
    set_up_at: datetime | None = None
    set_up_done_at: datetime | None = None
    set_up_by: str = ""
    signed_at: datetime | None = None
    signed_by: str = ""
    strike_at: datetime | None = None
    struck_at: datetime | None = None
    struck_by: str = ""
    counted_at: datetime | None = None

    @property
    def is_unsigned(self) -> bool:
        """Say whether the set-up was asked for, and nobody has signed it off yet."""
        return self.set_up_at is not None and self.signed_at is None

    @property
    def is_unstruck(self) -> bool:
        """Say whether the meeting is over and its room not clear yet."""
        return self.strike_at is not None and self.struck_at is None


@dataclass(frozen=True, slots=True)
class Tick:
    """Who ticked a step of a task's checklist, and when (UTC)."""

    task: str
    step: str
    by: str
    at: datetime


class RoomState(StrEnum):
    """What a room is to the next meeting (R161)."""

    STRIKING = "striking"
    IN_USE = "in_use"
    SETTING_UP = "setting_up"
    NOT_SIGNED = "not_signed"
    READY = "ready"
    AVAILABLE = "available"


def room_state(room: str, meetings: Iterable[Meeting], works: Iterable[HouseWork], now: datetime) -> RoomState:
    """Say how a room stands. ``meetings`` are those that are not over, by start; ``works`` are of any meetings."""
    known = {one.meeting: one for one in works}
    ours = [one for one in meetings if one.room == room and not one.cancelled and one.ends_at > now]
    if any(one.room == room and one.is_unstruck for one in known.values()):
        return RoomState.STRIKING
    if any(one.doors_at <= now for one in ours):
        return RoomState.IN_USE
    coming = next((work for one in ours if (work := known.get(one.id)) and work.room == room and work.set_up_at), None)
    if coming is None:
        return RoomState.AVAILABLE
    if coming.signed_at:
        return RoomState.READY
    return RoomState.NOT_SIGNED if coming.set_up_done_at else RoomState.SETTING_UP
