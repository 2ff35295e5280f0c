"""What is asked of the store about the audit log's chain; rows are added through ``hub.ports.Records.audit``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.audit_chain import Head, Linked


class AuditChain(Protocol):
    """The audit log from its last seal on."""

    def head(self) -> Head:
        """Return the newest row's place, as the database keeps it beside the rows."""

    def start(self) -> Head:
        """Return the last seal: what stood up to there was removed after its term. The beginning where none was."""

    def after(self, number: int, limit: int) -> Sequence[Linked]:
        """Return the rows behind a number, in order."""

    def newest(self, before: int, limit: int, actor: str = "", family: str = "") -> Sequence[Linked]:
        """Return the newest rows with smaller numbers than ``before``, newest first.

        Those of one actor, or of one family of actions (what stands before the dot), where that is given.
        """

    def seal(self, before: datetime, now: datetime, limit: int) -> int:
        """Remove the oldest rows, all from before an instant, at most so many; their last hash stays as a seal.

        Returns how many went.
        """
