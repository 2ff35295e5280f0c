"""What a person, or a rule, has told a device to do. It is a row before it is sent, so every process may give one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.pace import real

LASTS = timedelta(seconds=30)
"""A command that is not answered so soon has failed (DESIGN 5)."""

AT_ONCE = frozenset({"switch", "set_point", "identify"})
SOON = timedelta(seconds=10)
"""Somebody stands and waits for these kinds: a device that has not answered by then will not (checklist T7)."""

NO_ANSWER = "no_answer"
"""Why a command failed of which the device said nothing."""


class CommandState(StrEnum):
    """Where a command stands: it waits for a process with a link, is on its way, was obeyed, or was not."""

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


def lasts(kind: str) -> timedelta:
    """Return how long a command of a kind may take to be answered, in the house's time."""
    return real(SOON if kind in AT_ONCE else LASTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCommand:
    """One command. ``parameters`` are fields of the message to the device, ``who`` is for the audit log.

    ``problem`` is why it failed: the device's own reason, or ``NO_ANSWER``.
    """

    id: str
    device: str
    kind: str
    parameters: dict[str, object] = field(default_factory=dict)
    who: str
    created_at: datetime
    expires_at: datetime
    state: CommandState = CommandState.WAITING
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    problem: str = ""

    def open(self, now: datetime) -> bool:
        """Say whether an answer may still come."""
        return self.state in {CommandState.WAITING, CommandState.SENT} and now < self.expires_at
