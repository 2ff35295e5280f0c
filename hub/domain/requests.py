"""What was asked at a kiosk, as the hub keeps it: to answer the same request again, and to tell how it goes on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.tasks import TaskState

ARRIVAL = "arrival"
"""The kind of an entry that no kiosk asked for: a VIP came, and their kiosk wants to know who meets them (G7)."""

KEPT = timedelta(days=1)
"""How long a request is kept; what became of it stands in its task and in the audit log."""

TOLD_FOR = timedelta(minutes=10)
"""How long after a request its kiosk is told how its task goes on; the guest has left the screen long before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request of a kiosk, or a VIP's arrival (whose ``id`` is the check-in event's).

    ``task`` is whom it called, ``invitation`` whom it was about, ``reason`` why it was refused; ``shown`` are the
    lookups of those whom a search showed, and ``more`` says that there were too many to show any.
    """

    id: str
    device: str
    kind: str
    at: datetime
    task: str | None = None
    invitation: str | None = None
    reason: str = ""
    shown: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """How far the task of a request has come, and who took it."""

    id: str
    device: str
    kind: str
    state: TaskState
    by: str
