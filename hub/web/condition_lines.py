"""What is wrong in the rooms, and what was: what, where, since when, and who sees to it, as people read it. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.domain.condition_steps import Ends, ends_by
from hub.domain.conditions import Cause, Condition, Note, SubjectKind, device_of
from hub.domain.errors import InvalidInput
from hub.domain.field_devices import Point
from hub.domain.meetings import Door, door_name
from hub.domain.room_use import use_of_rooms
from hub.domain.severity import Severity, severity
from hub.domain.tasks import UNCLAIMED, Task
from hub.ports import Transaction
from hub.usecases.swap_asset import is_fault
from hub.web.condition_words import cause_words, condition_words
from hub.web.language import Tongue
from hub.web.rooms_found import RoomsFound
from hub.web.times import lasted

KEPT = timedelta(days=7)
"""How far back the list goes."""

MOST = 300
"""Lines at once; a house with more has another problem than a short list."""

STATES = ("open", "new", "accepted", "acknowledged", "hidden", "over")
"""What can be asked for: all that is open, what of it nobody has taken or acknowledged, what somebody has taken, what
somebody has acknowledged, what another explains, what is over."""

_WORST_FIRST = tuple(Severity)


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
    severity: str = ""
    assignee: str = ""

    def __post_init__(self) -> None:
        """Refuse words that mean nothing. Raises InvalidInput."""
        if self.cause and self.cause not in set(Cause):
            raise InvalidInput("cause", "is no cause", f"choose of {', '.join(Cause)}")
        if self.state and self.state not in STATES:
            raise InvalidInput("state", "is no state", f"choose of {', '.join(STATES)}")
        if self.severity and self.severity not in set(Severity):
            raise InvalidInput("severity", "is no severity", f"choose of {', '.join(Severity)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionLine:
    """One condition in one language. ``device`` is its id, where it is about one of those in the rooms.

    ``task`` is the open task about it, ``free`` when nobody has taken that; ``by`` is who sees to it: the task's owner,
    else to whom it was given. ``hidden`` when another condition explains it. ``lasted`` says for how long it was or is
    wrong. ``swap``: the task leads to the swap of a piece. ``ends`` says by what it ends that nobody may clear.
    """

    id: str
    condition: Condition
    severity: Severity
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
    lasted: str
    hidden: bool
    task: str
    free: bool
    swap: bool
    by: str
    acked_by: str
    acked_at: datetime | None
    cleared_by: str
    notes: Sequence[Note]
    ends: Ends | None

    @property
    def state(self) -> str:
        """Return one of ``new``, ``accepted``, ``acknowledged``, ``hidden`` and ``over``."""
        if self.over_at is not None:
            return "over"
        if self.hidden:
            return "hidden"
        if self.acked_by:
            return "acknowledged"
        return "accepted" if self.by else "new"

    @property
    def states(self) -> set[str]:
        """Return what of STATES it is: a task that was taken is, whether or not it was acknowledged."""
        if self.state in {"over", "hidden"}:
            return {self.state, "acknowledged"} if self.state == "hidden" and self.acked_by else {self.state}
        return {"open", self.state} | ({"accepted"} if self.by else set())


def read_troubles(tx: Transaction, now: datetime) -> Troubles:
    """Read what is open, and what was over in the last days."""
    tasks = {task.id: task for task in tx.tasks.open()}
    return Troubles(tx.conditions.since(now - KEPT, MOST), tasks, tx.meetings.doors())


def people(troubles: Troubles) -> list[str]:
    """Return whom the pages know by name: who has a task now, and who had to do with what is or was wrong."""
    owners = (task.accepted_by for task in troubles.tasks.values())
    workers = (name for one in troubles.conditions for name in (one.assignee, one.acked_by))
    return sorted({*owners, *workers} - {""})


def condition_lines(
    troubles: Troubles, found: RoomsFound, tongue: Tongue, now: datetime, wanted: Wanted | None = None
) -> list[ConditionLine]:
    """Write those that are wanted: what is open before what it explains, both before what is over, the worst first."""
    wanted = wanted or Wanted()
    lines = [one for one in some(troubles.conditions, found, tongue, troubles, now) if _fits(one, wanted)]
    return sorted(lines, key=_place)


def some(
    conditions: Iterable[Condition], found: RoomsFound, tongue: Tongue, troubles: Troubles, now: datetime
) -> list[ConditionLine]:
    """Write these conditions."""
    live = {room for room, use in use_of_rooms(found.meetings, now).items() if use.live}
    return [_line(one, troubles, found, tongue, now, live) for one in conditions]


def _place(line: ConditionLine) -> tuple[bool, bool, int]:
    is_over = line.over_at is not None
    return is_over, line.hidden, 0 if is_over else _WORST_FIRST.index(line.severity)


def _fits(line: ConditionLine, wanted: Wanted) -> bool:
    return (
        wanted.room in {"", line.room}
        and wanted.cause in {"", line.cause.value}
        and wanted.severity in {"", line.severity.value}
        and wanted.assignee in {"", line.by}
        and (not wanted.state or wanted.state in line.states)
    )


def _is_live(condition: Condition, live: Collection[str]) -> bool:
    """Say whether guests are where it is wrong; a kiosk at a door serves all rooms."""
    return condition.room in live if condition.room else condition.about is SubjectKind.STATION and bool(live)


def _line(
    condition: Condition, troubles: Troubles, found: RoomsFound, tongue: Tongue, now: datetime, live: Collection[str]
) -> ConditionLine:
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
        condition=condition,
        severity=severity(condition, device, now, live=_is_live(condition, live)),
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
        lasted=lasted((condition.over_at or now) - condition.since),
        hidden=bool(condition.hidden_by),
        task=task.id if task else "",
        free=task is not None and task.state in UNCLAIMED,
        swap=task is not None and device is not None and bool(device.thing) and is_fault(task),
        by=(task.accepted_by if task else "") or condition.assignee,
        acked_by=condition.acked_by,
        acked_at=condition.acked_at,
        cleared_by=condition.cleared_by,
        notes=condition.notes,
        ends=ends_by(condition, device),
    )
