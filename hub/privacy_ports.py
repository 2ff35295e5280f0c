"""What is asked of the store about personal data as such, whatever table it is in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from hub.domain.retention import Retention


class PersonalData(Protocol):
    """All that the store knows to be personal (``hub.store.personal``)."""

    def purge(self, now: datetime, retention: Retention, limit: int) -> Mapping[str, int]:
        """Clear what is past its term, at most so many rows; return how many of which table. Empty: nothing is left."""

    def past_tasks(self, now: datetime, retention: Retention, limit: int) -> Sequence[str]:
        """Return tasks (ids) that are still open though their meeting is past the term of guests."""

    def erase(self, guest: str) -> Mapping[str, int]:
        """Clear all that is known of one guest, whatever its term; return how many rows of which table."""

    def export(self, guest: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return all rows about one guest, by table: aware instants, text, numbers, lists."""

    def left_behind(self) -> Mapping[str, str]:
        """Return tables that were cleared and whose bytes may still be in files, each with a mark of its last time."""

    def scrubbed(self, tables: Mapping[str, str]) -> None:
        """Note that these are done; one that was cleared again meanwhile has another mark, and stays."""
