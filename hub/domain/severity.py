"""How bad something is that is wrong in a room, from what it is and whether guests are there. Pure.

It is worked out whenever it is asked for and stored nowhere: the same lamp is a fault, and urgent once a meeting has
the room (R118). It follows the same rule as whom the hub calls (``hub.domain.room_calls``).
"""

from datetime import datetime
from enum import StrEnum

from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.field_devices import FieldDevice, Supply


class Severity(StrEnum):
    """The worst first.

    ``URGENT``: a fault while a meeting has the room. ``FAULT``: what is there to serve guests is away or broken.
    ``WARNING``: a value out of its band, something unsteady or silent. ``NOTE``: another condition explains it, or a
    technician has said that the device is worked on.
    """

    URGENT = "urgent"
    FAULT = "fault"
    WARNING = "warning"
    NOTE = "note"


def severity(condition: Condition, device: FieldDevice | None, now: datetime, *, live: bool) -> Severity:
    """Say how bad a condition is. ``live``: a meeting has its room now; what is over is urgent no more."""
    is_open = condition.over_at is None
    if condition.hidden_by or (is_open and device is not None and device.excused(now)):
        return Severity.NOTE
    if is_fault(condition.cause, condition.about, device):
        return Severity.URGENT if live and is_open else Severity.FAULT
    return Severity.WARNING


def is_fault(cause: Cause, about: SubjectKind, device: FieldDevice | None) -> bool:
    """Say whether somebody has to go at once when the room is used; a sensor that says nothing can wait."""
    if about in {SubjectKind.ROOM, SubjectKind.STATION}:
        return True
    if device is None or not device.room:
        return False
    if about is SubjectKind.POINT or cause is Cause.FAULT:
        return cause is Cause.FAULT
    return device.supply is Supply.MAINS and cause in {Cause.OFFLINE, Cause.FLAPPING}
