"""A part that runs on beyond its end while nobody says so: by how much, how things really stand, and what helps.

The agenda stays as people made it; whatever is due by it is held to what is (decision 44). Pure; in UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.agenda_obstacles import Obstacle, refuse
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.run_of_show import coming, extend, opened, part_of, running

HELD = timedelta(minutes=1)
"""What hangs on the end of a part that runs over waits so long, and looks again."""

FORGOTTEN = timedelta(hours=2)
"""A part that runs over by more was ended, and nobody told the hub."""

STEP = timedelta(minutes=5)
"""More time is given in whole steps, the least that is not over yet."""

LEAST_BREAK = timedelta(minutes=10)
"""A break gives up what is above this."""

BREAKS = frozenset({SegmentKind.TEA_BREAK, SegmentKind.MEAL})
"""Parts that can be shortened without anybody losing their turn."""


class Remedy(StrEnum):
    """How a part is given more time: from the break that follows, or by moving what follows."""

    SHORTEN = "shorten"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """``part`` is given ``by`` more; ``other`` is the break that is shortened by it, None where what follows moves."""

    remedy: Remedy
    part: Segment
    by: timedelta
    other: Segment | None = None


def overrun(meeting: Meeting, now: datetime) -> timedelta:
    """Return by how much the part that was begun is over its end, 0 where none is or where it was forgotten."""
    part = running(meeting)
    over = now - part.ends_at if part and not meeting.cancelled else timedelta()
    return over if timedelta() < over <= FORGOTTEN else timedelta()


def as_it_is(meeting: Meeting, now: datetime) -> Meeting:
    """Return a meeting as it really stands: what runs over ends a moment from now at the earliest, the rest after it.

    Where nothing runs over it is the meeting itself. Never to be kept: nobody has decided it.
    """
    part = running(meeting)
    over = overrun(meeting, now)
    return extend(meeting, part.key, over + HELD, now) if part and over else meeting


def proposals(meeting: Meeting, now: datetime) -> Sequence[Proposal]:
    """Return what can be done about a part that runs over, the best first; nothing where none does.

    A break that is long enough gives its time, so that what comes after it begins as planned.
    """
    part, over = running(meeting), overrun(meeting, now)
    if part is None or not over:
        return ()
    by = (over // STEP + 1) * STEP
    found = [Proposal(remedy=Remedy.SHIFT, part=part, by=by)]
    pause = next((one for one in coming(meeting) if one.kind in BREAKS), None)
    lost = _lost(meeting, part, by, pause, now) if pause else timedelta()
    if pause and lost and pause.ends_at - pause.starts_at - lost >= LEAST_BREAK:
        found.insert(0, Proposal(remedy=Remedy.SHORTEN, part=part, by=by, other=pause))
    return tuple(found)


def catch_up(meeting: Meeting, key: str, remedy: Remedy, now: datetime) -> tuple[Meeting, Proposal]:
    """Give the part that runs over more time in one of the ways proposed. Raises NotFound, AgendaRefused."""
    meeting = opened(meeting)
    if part_of(meeting, key).ended_at is not None:
        raise refuse(Obstacle.OVER)
    chosen = next((one for one in proposals(meeting, now) if (one.part.key, one.remedy) == (key, remedy)), None)
    if chosen is None:
        raise refuse(Obstacle.NOT_OVER)
    if chosen.other is not None:
        lost = _lost(meeting, chosen.part, chosen.by, chosen.other, now)
        meeting = extend(meeting, chosen.other.key, -lost, now)
    return extend(meeting, key, chosen.by, now), chosen


def _lost(meeting: Meeting, part: Segment, by: timedelta, pause: Segment, now: datetime) -> timedelta:
    """Return by how much a break would begin later; free time before it absorbs the rest."""
    return part_of(extend(meeting, part.key, by, now), pause.key).starts_at - pause.starts_at
