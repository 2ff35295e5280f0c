"""What the use cases need of the store for running agendas, as a Protocol; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.agenda_changes import AgendaChange


class AgendaChanges(Protocol):
    """What was done to agendas while they ran. The agenda itself is part of its meeting."""

    def add(self, change: AgendaChange) -> None:
        """Keep what was done; nothing takes it away again."""

    def newest(self, meeting: str, limit: int) -> Sequence[AgendaChange]:
        """Return what was done to a meeting's agenda, the newest first."""

    def notices(self, meetings: Collection[str], now: datetime) -> Mapping[str, AgendaChange]:
        """Return the newest notice of a delay that still stands at ``now``, by meeting."""
