"""Who is asked when nobody answers, and after how long: a person, the next one, their team, its lead, everybody. Pure.

Sources: ``reference/user-experience.md`` S4 and 8 (VIP 20 s and 45 s; a fault 60 s, 150 s and 240 s).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum


class Priority(IntEnum):
    """How much a task may disturb: HIGH rings aloud, MEDIUM once, LOW only trembles (ISA-18.2's three)."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


class Level(StrEnum):
    """Who is asked at one rung of a chain.

    ``PERSON`` is the one who can be there best, ``NEXT`` the next best, ``TEAM`` all of the owner's team in the zone,
    ``LEAD`` its leads and the supervisors, ``ALL`` everybody on duty.
    """

    PERSON = "person"
    NEXT = "next"
    TEAM = "team"
    LEAD = "lead"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a chain: ``after`` counts from when the first was asked."""

    after: timedelta
    level: Level


Chain = tuple[Rung, ...]


def chain(*rungs: tuple[int, Level]) -> Chain:
    """Write a chain by seconds."""
    return tuple(Rung(timedelta(seconds=after), level) for after, level in rungs)


GREETING = chain((0, Level.PERSON), (20, Level.NEXT), (45, Level.LEAD), (120, Level.ALL))
"""A VIP stands at the door."""

PRESSING = chain((0, Level.PERSON), (60, Level.TEAM), (150, Level.LEAD), (240, Level.ALL))
"""Somebody waits, or a device is out in a running meeting."""

ALARM = chain((0, Level.TEAM), (60, Level.LEAD), (120, Level.ALL))
"""Something has happened (R131): the whole team at once, and everybody before the second minute is over."""

EVERY_DAY = chain((0, Level.PERSON), (90, Level.NEXT), (180, Level.TEAM), (600, Level.LEAD))
"""What can wait some minutes."""

CALM = chain((0, Level.PERSON), (180, Level.TEAM), (600, Level.LEAD))
"""What must not disturb."""

AGAIN_AFTER = timedelta(minutes=2)
"""After the last rung its people are asked again, so often:"""

MOST_TIMES = 5


def rung_at(steps: Chain, number: int) -> Rung:
    """Return a rung; above the last one it is the last one again, later by AGAIN_AFTER each time."""
    last = steps[-1]
    beyond = number - (len(steps) - 1)
    return steps[number] if beyond <= 0 else Rung(last.after + beyond * AGAIN_AFTER, last.level)


def rungs_of(steps: Chain) -> int:
    """Return how many rungs there are with the repeats of the last one; then it has rung enough."""
    return len(steps) + MOST_TIMES
