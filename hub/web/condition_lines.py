"""What is wrong in the rooms, and what was: what, where, since when, and who sees to it, as people read it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.errors import InvalidInput
from hub.domain.field_devices import Point
from hub.domain.meetings import Door, door_name
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.web.condition_words import cause_words, condition_words
from hub.web.field_states import device_of
from hub.web.language import Tongue
from hub.web.rooms_found import RoomsFound

KEPT = timedelta(days=7)
"""How far back the list goes."""

MOST = 300
"""Lines at once; a house with more has another problem than a short list."""

STATES = ("open", "new", "accepted", "hidden", "over")
"""What can be asked for: all that calls somebody, what nobody has taken, what somebody has, what another explains, what
is over."""


@dataclass(frozen=True, slots=True)
class Troubles:
    """Conditions as read, the newest first, with the tasks that are open about them and the names of doors."""

    conditions: Sequence[Condition]
    tasks: Mapping[str, Task] = field(default_factory=dict)
    doors: Mapping[str, Door] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to list; empty means all."""

    room: str = ""
    cause: str = ""
    state: str = ""

    def __post_init__(self) -> None:
        """Refuse words that mean nothing. Raises InvalidInput."""
        if self.cause and self.cause not in set(Cause):
            raise InvalidInput("cause", "is no cause", f"choose of {', '.join(Cause)}")
        if self.state and self.state not in STATES:
            raise InvalidInput("state", "is no state", f"choose of {', '.join(STATES)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionLine:
    """One condition in one language. ``device`` is its id, where it is about one of those in the rooms.

    ``task`` is the open task about it, ``by`` who has taken that; ``hidden`` when another condition explains it.
    """

    id: str
    cause: Cause
    cause_words: str
    words: str
    room: str
    room_name: str
    device: str
    where: str
    point: Point | None
    value: float | None
    limit: float | None
    since: datetime
    over_at: datetime | None
    hidden: bool
    task: str
    by: str

    @property
    def state(self) -> str:
        """Return one of ``new``, ``accepted``, ``hidden`` and ``over``."""
        if self.over_at is not None:
            return "over"
        if self.hidden:
            return "hidden"
        return "accepted" if self.by else "new"


def read_troubles(tx: Transaction, now: datetime) -> Troubles:
    """Read what is open, and what was over in the last days."""
    tasks = {task.id: task for task in tx.tasks.open()}
    return Troubles(tx.conditions.since(now - KEPT, MOST), tasks, tx.meetings.doors())


def condition_lines(
    troubles: Troubles, found: RoomsFound, tongue: Tongue, wanted: Wanted | None = None
) -> list[ConditionLine]:
    """Write those that are wanted; what is open stands before what it explains, and both before what is over."""
    wanted = wanted or Wanted()
    lines = [_line(one, troubles, found, tongue) for one in troubles.conditions]
    return sorted((one for one in lines if _fits(one, wanted)), key=lambda one: (one.over_at is not None, one.hidden))


def some(conditions: Iterable[Condition], found: RoomsFound, tongue: Tongue, troubles: Troubles) -> list[ConditionLine]:
    """Write these conditions."""
    return [_line(one, troubles, found, tongue) for one in conditions]


def _fits(line: ConditionLine, wanted: Wanted) -> bool:
    states = {line.state, "open"} if line.state in {"new", "accepted"} else {line.state}
    return (
        wanted.room in {"", line.room}
        and wanted.cause in {"", line.cause.value}
        and (not wanted.state or wanted.state in states)
    )


def _line(condition: Condition, troubles: Troubles, found: RoomsFound, tongue: Tongue) -> ConditionLine:
    device = found.devices.get(device_of(condition))
    listed = found.points.get(device.id, ()) if device and condition.about is SubjectKind.POINT else ()
    point = next((one for one in listed if one.id == condition.subject), None)
    room = found.rooms.get(condition.room or "")
    task = troubles.tasks.get(condition.task)
    where = device.title if device else ""
    if condition.about is SubjectKind.STATION:
        where = tongue.read(door_name(condition.subject, troubles.doors))
    return ConditionLine(
        id=condition.id,
        cause=condition.cause,
        cause_words=cause_words(condition.cause, tongue),
        words=condition_words(condition, point, tongue),
        room=condition.room or "",
        room_name=tongue.read(room.name) if room else condition.room or "",
        device=device.id if device else "",
        where=where,
        point=point,
        value=condition.value,
        limit=condition.limit,
        since=condition.since,
        over_at=condition.over_at,
        hidden=bool(condition.hidden_by),
        task=task.id if task else "",
        by=task.accepted_by or "" if task else "",
    )
