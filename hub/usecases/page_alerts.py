"""Alerts go to pagers: which are due, what each is written from, and which nobody needs any more.

An alert is taken in hand in one transaction, published outside of any, and what became of it is kept in another. Who
dies in between leaves it to the next look after ``IN_HAND``: it goes out again under the same id, which the pager shows
once (DESIGN 5, ``down/alert``).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from devices.contract.alerts import Act
from hub.domain.alerts import Alert, AlertKind, AlertState, Channel
from hub.domain.pace import real
from hub.domain.receipts import DeviceReceipt
from hub.domain.tasks import UNCLAIMED, UNDONE, Task
from hub.domain.words import Language
from hub.ports import Transaction

IN_HAND = timedelta(seconds=5)
"""After so long an alert that was published, and that the broker has not confirmed, is published again."""

NO_PAGER = "no_pager"
EXPIRED = "expired"
NEEDLESS = "taken"
"""Why an alert was not sent: nobody enrolled its pager, it came too late, or somebody else has the task."""


@dataclass(frozen=True, slots=True)
class Page:
    """An alert in hand, with all that it is written from."""

    alert: Alert
    language: Language
    zone: str
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Paged:
    """The words of one alert: the glance line, what stands below it, and the answers it offers, in order."""

    glance: str
    detail: str = ""
    offers: tuple[tuple[Act, str], ...] = ()


def take_pages(tx: Transaction, now: datetime, most: int, pagers: Collection[str]) -> list[Page]:
    """Take alerts in hand that are due, at most so many; drop those that nobody needs, or that no pager can show."""
    venue = tx.meetings.venue()
    people = {one.name: one for one in tx.staff.all()}
    found = []
    for alert in tx.alerts.next_due(Channel.PAGER, now, most):
        task = tx.tasks.get(alert.task) if alert.task else None
        problem = _obstacle(alert, task, now, pagers)
        if problem:
            tx.alerts.save(replace(alert, state=AlertState.OVER, problem=problem))
            continue
        # Sent from now on: should it be over before the broker has confirmed it, the pager must be told so.
        kept = replace(alert, tries=alert.tries + 1, sent_at=alert.sent_at or now, next_at=now + real(IN_HAND))
        tx.alerts.save(kept)
        if alert.kind is not AlertKind.OVER and not alert.tries:
            tx.alerts.put_receipts(
                [
                    DeviceReceipt(
                        alert=alert.id, device=alert.device, channel=alert.channel, person=alert.person, sent_at=now
                    )
                ]
            )
        person = people.get(alert.person)
        found.append(Page(kept, person.language if person else Language.ZH, venue.zone if venue else "UTC", task))
    return found


def page_again(tx: Transaction, device: str, now: datetime) -> int:
    """Say to a pager that has just connected what it has not shown; returns how many alerts that are.

    The broker keeps what is said to one that it knows, and drops what is said to one that was never there. What comes
    twice is shown once, by its id. That somebody was first is not said again: nothing on the screen waits for it.
    """
    missed = [one for one in tx.alerts.unshown(device, now) if one.kind is not AlertKind.OVER]
    for alert in missed:
        tx.alerts.save(replace(alert, state=AlertState.WAITING, next_at=alert.created_at))  # at once: see keep_paged
    return len(missed)


def keep_paged(tx: Transaction, alerts: Iterable[str], now: datetime) -> None:
    """Keep that the broker has taken alerts; one that is over meanwhile, or is to be said again, stays so."""
    for one in alerts:
        found = tx.alerts.get(one)
        in_hand = found is not None and found.next_at is not None and found.next_at > found.created_at
        if found and found.state is AlertState.WAITING and in_hand:
            tx.alerts.save(replace(found, state=AlertState.SENT, sent_at=now, next_at=None))


def _obstacle(alert: Alert, task: Task | None, now: datetime, pagers: Collection[str]) -> str:
    """Return why it is not sent, in one word; empty where it is."""
    if alert.device not in pagers:
        return NO_PAGER
    if alert.expires_at <= now:
        return EXPIRED
    if alert.kind is AlertKind.OVER or not alert.task:
        return ""
    needed = UNCLAIMED if alert.kind is AlertKind.OFFER else UNDONE
    return "" if task and task.state in needed else NEEDLESS
