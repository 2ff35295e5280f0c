"""Refills of rooms on one floor go as one round: one walk with one trolley serves them all (R108). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.meetings import Meeting, Room
from hub.domain.room_use import quiet_until
from hub.domain.room_wishes import RoomWish, wish_key
from hub.domain.tasks import UNCLAIMED, Task
from hub.domain.timers import Timer
from hub.domain.watch_settings import Tea

RECENT = 3
"""A refill is left out, and is never brought forward, within a third of the time between two of a room."""

FEWEST = 2
"""Rooms that make a round."""


@dataclass(frozen=True, slots=True)
class Due:
    """The next refill of one room by the clock: its timer, its meeting, where, and how tea is served there."""

    timer: Timer
    meeting: Meeting
    room: Room
    tea: Tea


@dataclass(frozen=True, slots=True)
class Round:
    """Tea that nobody has taken yet, for several rooms on a floor; the tasks are by their deadline."""

    floor: str
    tasks: Sequence[Task]


def brought_forward(due: Iterable[Due], room: Room, now: datetime) -> list[Timer]:
    """Return the timers of the rooms on a room's floor whose refill goes along with its own, set to ``now``.

    A house that does not say on which floor a room is has no rounds for it. A room in which nobody may walk now (R109)
    stays out, and so does one that had its last refill a moment ago.
    """
    return [
        Timer(rule=one.timer.rule, subject=one.timer.subject, due_at=now)
        for one in due
        if room.floor
        and one.room.floor == room.floor
        and one.room.key != room.key
        and timedelta() < one.timer.due_at - now <= min(one.tea.together, one.tea.every / RECENT)
        and not quiet_until(one.meeting.agenda, now)
    ]


def rounds(
    tasks: Iterable[Task], floors: Mapping[str, str], meetings: Mapping[str, Meeting], now: datetime
) -> list[Round]:
    """Return the rounds that can be walked now. ``floors`` is by room, ``meetings`` by id.

    Tea that somebody in the room asked for goes along at any time; other tea is left where nobody may walk now.
    """
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        room = task.facts.get("room", "")
        if task.state not in UNCLAIMED or task.dedupe != wish_key(room, RoomWish.TEA) or not floors.get(room):
            continue
        meeting = meetings.get(task.meeting or "")
        asked_for = not task.facts.keys() & {"cause", "pots", "before"}
        if asked_for or meeting is None or not quiet_until(meeting.agenda, now):
            found[floors[room]].append(task)
    return [
        Round(floor, sorted(tea, key=lambda task: (task.due_at, task.id)))
        for floor, tea in sorted(found.items())
        if len(tea) >= FEWEST
    ]
