"""What the use cases need of the store for alerts, as Protocols; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.alerts import Alert, Channel, Offer
from hub.domain.receipts import DeviceReceipt


class Alerts(Protocol):
    """Who was asked for a task, and what was sent to whom: an outbox with receipts."""

    def offer(self, offers: Iterable[Offer]) -> None:
        """Keep that people were asked; one asked before for the same task is asked again (``times`` counts on)."""

    def offers(self, tasks: Collection[str]) -> Mapping[str, Sequence[Offer]]:
        """Return the open offers of tasks, by task, the oldest first."""

    def end_offers(self, task: str, at: datetime, answers: Mapping[str, str]) -> None:
        """End a task's open offers; ``answers`` is what people said, by name."""

    def end_offer(self, task: str, person: str, at: datetime, answer: str) -> None:
        """End one person's open offer of a task."""

    def offered_to(self, person: str) -> Sequence[str]:
        """Return the ids of the tasks that are offered to a person, the oldest first."""

    def lately(self, since: datetime) -> Mapping[str, Sequence[datetime]]:
        """Return when each person was alerted since an instant, once for each event, by name, the oldest first."""

    def put(self, alerts: Iterable[Alert]) -> None:
        """Keep new alerts."""

    def get(self, alert: str) -> Alert | None:
        """Return one; in a writing transaction nobody else changes it before the end."""

    def save(self, alert: Alert) -> None:
        """Keep what became of an alert."""

    def of_tasks(
        self, tasks: Collection[str], channel: Channel | None = None, *, also_over: bool = False
    ) -> Sequence[Alert]:
        """Return the alerts about tasks that are not over, or all, the oldest first; locked where one writes."""

    def of_person(self, person: str, channel: Channel, since: datetime) -> Sequence[Alert]:
        """Return a person's alerts on a channel since an instant, also those that are over, the oldest first."""

    def since(self, moment: datetime) -> Sequence[Alert]:
        """Return all alerts on tablets since an instant, the oldest first."""

    def on_screens(self, since: datetime, over_since: datetime) -> Sequence[Alert]:
        """Return the alerts on tablets since an instant, those that are over only since another one; oldest first."""

    def next_due(self, channel: Channel, now: datetime, most: int) -> Sequence[Alert]:
        """Return waiting alerts of a channel whose ``next_at`` (or none) has come; nobody else gets them meanwhile."""

    def unshown(self, device: str, now: datetime) -> Sequence[Alert]:
        """Return what was said to a pager that it has not shown, and that has not expired; nobody else changes it."""

    def shown_elsewhere(self, alert: Alert) -> bool:
        """Say whether the person was shown the same on another channel since, or has answered."""

    def put_receipts(self, receipts: Iterable[DeviceReceipt]) -> None:
        """Keep what devices did with alerts, in its new state."""

    def receipt(self, alert: str, device: str) -> DeviceReceipt | None:
        """Return what a device did with an alert."""

    def receipts(self, alerts: Collection[str]) -> Sequence[DeviceReceipt]:
        """Return what all devices did with alerts, in the order of their sending."""

    def receipts_since(self, since: datetime) -> Sequence[DeviceReceipt]:
        """Return the receipts of all alerts that were sent since an instant, in the order of their sending."""

    def take_tap(self, tap: str, by: str, at: datetime) -> str | None:
        """Note a tap by its id; None for a new one, else what it came to (empty while that is not known)."""

    def answer_tap(self, tap: str, answer: str) -> None:
        """Keep what a tap came to, in one word."""

    def forget(self, before: datetime) -> None:
        """Drop alerts, offers that are over, and taps from before an instant."""
