"""What is wrong in a room or with a device, for as long as it is wrong: at most one for each cause and subject (I5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Cause(StrEnum):
    """What is wrong. A reading is out of its band, moves too fast, or is old; a device is away, faulty or unsteady."""

    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"
    RISING = "rising"
    FALLING = "falling"
    STALE = "stale"
    OFFLINE = "offline"
    FAULT = "fault"
    FLAPPING = "flapping"


class SubjectKind(StrEnum):
    """What a condition is about: one value, a device, one of our own kiosks or agents, or a whole room."""

    POINT = "point"
    DEVICE = "device"
    STATION = "station"
    ROOM = "room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person wrote about a condition, and when (UTC)."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that is wrong, or was.

    ``subject`` is the id of the point, device, station or room. ``since`` is when it began, ``opened_at`` when it had
    lasted for its on-delay, ``over_at`` when it was right again for its off-delay; UTC. ``value`` is the reading that
    counted, ``limit`` what it passed, both in the point's unit. ``detail`` is a word of the device's own, such as which
    part is faulty. ``hidden_by`` is the id of the condition that explains this one (a room's link is down): then nobody
    is called. ``task`` is who is called; empty where nobody is.

    What people made of it: who acknowledged it and when (UTC), to whom it was given, who cleared it for a device that
    was taken away, and what they wrote, the oldest first (``hub.domain.condition_steps``).
    """

    id: str
    cause: Cause
    about: SubjectKind
    subject: str
    room: str | None
    since: datetime
    opened_at: datetime
    over_at: datetime | None = None
    value: float | None = None
    limit: float | None = None
    detail: str = ""
    hidden_by: str = ""
    task: str = ""
    acked_by: str = ""
    acked_at: datetime | None = None
    assignee: str = ""
    cleared_by: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def key(self) -> str:
        """Return what keeps it the only open one."""
        return condition_key(self.cause, self.about, self.subject)


def condition_key(cause: Cause, about: SubjectKind, subject: str) -> str:
    """Return what an open condition is known by."""
    return f"{cause}:{about}:{subject}"


def device_of(condition: Condition) -> str:
    """Return the id of the device that a condition is about; empty when it is about a station or a room."""
    if condition.about in {SubjectKind.POINT, SubjectKind.DEVICE}:
        return condition.subject.partition(".")[0]
    return ""
