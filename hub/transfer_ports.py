"""What the use cases need of the store for guests' pick-ups, as a Protocol; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.transfers import Transfer


class Transfers(Protocol):
    """Guests' pick-ups, one at most for each invitation."""

    def get(self, invitations: Collection[str]) -> Mapping[str, Transfer]:
        """Return those there are, by invitation; in a writing transaction nobody else changes them before the end."""

    def of_meeting(self, meeting: str) -> Mapping[str, Transfer]:
        """Return those of a meeting's guests, by invitation."""

    def between(self, start: datetime, end: datetime) -> Sequence[Transfer]:
        """Return those whose guest arrives from ``start`` on and before ``end``, the earliest first."""

    def save(self, transfer: Transfer) -> None:
        """Keep one; an earlier one of the same invitation is replaced."""
