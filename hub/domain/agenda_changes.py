"""What was done to an agenda while it ran: who, when, what and why (R113). Notices of a delay are among it (R135)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain.meetings import NO_WORDS
from hub.domain.words import Words


class AgendaStep(StrEnum):
    """What can be done to an agenda."""

    BEGIN = "begin"
    END = "end"
    SHIFT = "shift"
    SWAP = "swap"
    INSERT = "insert"
    CUT = "cut"
    EXTEND = "extend"
    DELAY = "delay"
    EXPECT = "expect"
    STAND_IN = "stand_in"
    CATCH_UP = "catch_up"


class Cause(StrEnum):
    """Why something is delayed, as guests are told (R135)."""

    EQUIPMENT = "equipment"
    SPEAKER = "speaker"
    OVERRUN = "overrun"
    GUESTS = "guests"
    HEALTH = "health"
    WEATHER = "weather"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaChange:
    """One thing that was done to the part with the key ``part``, called ``title``.

    ``other`` is the part that took its place, or that was put in; ``minutes`` by how much something moved. ``why`` is
    what the person wrote, of a DELAY its Cause. A DELAY is shown to guests ``until`` then (UTC).
    """

    id: str
    meeting: str
    at: datetime
    by: str
    step: AgendaStep
    part: str = ""
    title: Words = NO_WORDS
    other: Words | None = None
    minutes: int = 0
    why: str = ""
    until: datetime | None = None
