"""A kiosk hears how what it asked for goes on: who is on the way, and that it is done (G7, G11).

What is told is a function of stored rows, so it works whichever process changed the task, and after a restart; what was
told lately is remembered here alone, so that nothing is said twice without need.
"""

from dataclasses import dataclass, field
from datetime import datetime

from devices.contract.messages import RequestAnswer
from hub.domain.requests import TOLD_FOR, Progressed
from hub.ports import Transaction
from hub.usecases.asking import PROGRESS

MOST = 200
"""Requests looked at when a task has changed, the newest ones."""

_Told = tuple[str, RequestAnswer]


@dataclass(slots=True)
class Teller:
    """Follows the tasks of the last minutes' requests. For one thread."""

    _seen: tuple[str, int] = ("", -1)
    _told: dict[str, Progressed] = field(default_factory=dict)

    def news(self, tx: Transaction, now: datetime) -> list[_Told]:
        """Return what kiosks have not heard from this process yet, by device, oldest request first."""
        position = (tx.feed.incarnation(), tx.feed.head(["tasks"]))
        if position == self._seen:
            return []
        standing = {one.id: one for one in tx.requests.progressed(now - TOLD_FOR, MOST)}
        fresh = [one for one in standing.values() if self._told.get(one.id) != one]
        self._seen, self._told = position, standing
        return [
            (one.device, RequestAnswer(id=one.id, progress=PROGRESS[one.state], by=one.by)) for one in reversed(fresh)
        ]
