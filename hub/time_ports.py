"""What the use cases need of the store for what happens later, as Protocols; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.guest_messages import GuestMessage, MessageKind, Reason, Standing
from hub.domain.timers import Timer


class Timers(Protocol):
    """What is to happen at an instant."""

    def put(self, timers: Iterable[Timer]) -> None:
        """Set timers; one for the same rule and subject is moved."""

    def remove(self, rule: str, subjects: Collection[str]) -> None:
        """Take timers back; those that are not there are no mistake."""

    def next_due(self, now: datetime) -> Timer | None:
        """Return the timer that is due for longest and that no other process has in hand; nobody else gets it."""

    def of_rule(self, rule: str) -> Sequence[Timer]:
        """Return all timers of a rule, the earliest first."""

    def about(self, rule: str, meetings: Collection[str]) -> Sequence[Timer]:
        """Return the timers of a rule about meetings (ids) or their parts (``{meeting}/…``), the earliest first."""


class GuestMessages(Protocol):
    """What is to be said to guests who are not here."""

    def put(self, messages: Iterable[GuestMessage]) -> None:
        """Keep messages; one that was kept before under the same ``dedupe`` stays as it is."""

    def next_due(self, now: datetime) -> GuestMessage | None:
        """Return a waiting message whose ``next_at`` (or none) has come; nobody else gets it in the meantime."""

    def save(self, message: GuestMessage) -> None:
        """Keep what became of a message."""

    def take_back(self, kind: MessageKind, invitations: Collection[str]) -> Sequence[GuestMessage]:
        """Return the waiting messages of a kind to these guests that nobody has tried to send; nobody will any more.

        They are given up as ``superseded``.
        """

    def give_up(self, invitation: str, kind: MessageKind, why: Reason) -> None:
        """Send those messages of a kind to a guest that still wait no more, because they are not true any longer."""

    def of_tasks(self, tasks: Collection[str]) -> Sequence[GuestMessage]:
        """Return the messages about these tasks, oldest first."""

    def newest(self, limit: int) -> Sequence[GuestMessage]:
        """Return the newest messages of all, newest first."""

    def get(self, message: str) -> GuestMessage | None:
        """Return one message; in a writing transaction nobody else changes it before the end."""

    def standing(self, standing: Standing, limit: int) -> Sequence[GuestMessage]:
        """Return the newest messages that stand so, newest first."""

    def counts(self) -> Mapping[Standing, int]:
        """Count the messages, by how they stand."""
