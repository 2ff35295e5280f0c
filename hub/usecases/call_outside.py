"""Alerts go out of the house: which are due, what each is written from, and which nobody needs any more.

As with mail to guests, an alert is taken in hand in one transaction, sent outside of any, and what became of it is kept
in another. Who dies in between leaves it to the next look after ``IN_HAND``: so it goes out at least once, and a second
time only when the service had taken it and the hub had not yet written that down. Those services know no ids of ours.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.domain.alerts import Alert, AlertKind, AlertState, Channel
from hub.domain.escalation import Level
from hub.domain.pace import real
from hub.domain.receipts import DeviceReceipt
from hub.domain.tasks import UNCLAIMED, UNDONE, Task
from hub.ports import Transaction

IN_HAND = timedelta(seconds=30)
"""After so long an alert that was taken in hand, and of which nothing was heard, is tried by somebody else."""

GROUPS = {Level.LEAD: "leads", Level.ALL: "all"}
"""Groups that are told as well when a task reaches that level: a chat of the leads, of everybody."""


@dataclass(frozen=True, slots=True)
class Call:
    """An alert in hand, with all it is written from. ``owners`` are whose addresses it goes to: a person, a group."""

    alert: Alert
    owners: tuple[str, ...]
    language: str
    zone: str
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What one look found: the calls to make, and why others were dropped, one word for each."""

    calls: Sequence[Call]
    dropped: Sequence[str]


def take_due(tx: Transaction, now: datetime, most: int, reachable: Callable[[str], bool]) -> Taken:
    """Take alerts in hand that are due, at most so many; drop those that nobody needs, or nobody can be sent.

    ``reachable`` says whether the person (by key) or group has an address.
    """
    calls, dropped = [], []
    venue = tx.meetings.venue()
    people = {one.name: one for one in tx.staff.all() if one.active}
    for alert in tx.alerts.next_due(Channel.OUTSIDE, now, most):
        person = people.get(alert.person)
        task = tx.tasks.get(alert.task) if alert.task else None
        wanted = [person.key, *_groups(tx, alert)] if person else []
        owners = tuple(one for one in wanted if reachable(one))
        reason = _obstacle(tx, alert, task, now) or ("" if owners else "no_address")
        if reason or person is None:
            tx.alerts.save(replace(alert, state=AlertState.OVER, problem=reason))
            dropped.append(reason)
            continue
        tx.alerts.save(replace(alert, tries=alert.tries + 1, next_at=now + real(IN_HAND)))
        calls.append(Call(alert, owners, person.language.value, venue.zone if venue else "UTC", task))
    return Taken(calls, dropped)


def keep_sent(tx: Transaction, alert: str, at: datetime, addresses: Collection[str] = ()) -> None:
    """Keep that a service has taken an alert; ``addresses`` are the names of those by which it went."""
    found = tx.alerts.get(alert)
    if found is None:
        return
    tx.alerts.put_receipts(
        DeviceReceipt(alert=alert, device=one, channel=Channel.OUTSIDE, person=found.person, sent_at=at)
        for one in addresses
    )
    if found.kind is AlertKind.TEST:
        tx.feed.touch([("alerts", found.person)])  # their tablets show what became of it
    state = AlertState.SENT if found.state is AlertState.WAITING else found.state
    tx.alerts.save(replace(found, state=state, sent_at=at, next_at=None, problem=""))


def keep_put_off(tx: Transaction, alert: str, until: datetime, said: str) -> None:
    """Keep that an alert is to be tried again, and why; one that is over meanwhile stays so."""
    found = tx.alerts.get(alert)
    if found and found.state is AlertState.WAITING:
        tx.alerts.save(replace(found, next_at=until, problem=said))


def keep_given_up(tx: Transaction, alert: str, said: str) -> None:
    """Keep that no service will ever take an alert, and why."""
    found = tx.alerts.get(alert)
    if found and found.state is AlertState.WAITING:
        tx.alerts.save(replace(found, state=AlertState.OVER, problem=said))


def _obstacle(tx: Transaction, alert: Alert, task: Task | None, now: datetime) -> str:
    """Return why nobody needs the alert any more, in one word; empty where somebody does."""
    if alert.expires_at <= now:
        return "expired"
    if alert.task and task is None:
        return "gone"
    if task and task.state not in (UNCLAIMED if alert.kind is AlertKind.OFFER else UNDONE):
        return "taken"
    if alert.kind is AlertKind.TEST:
        return ""  # it tries each way
    return "shown" if tx.alerts.shown_elsewhere(alert) else ""


def _groups(tx: Transaction, alert: Alert) -> list[str]:
    """Return the groups that are told with this alert: with the first one of those that were asked at that moment."""
    if alert.kind is not AlertKind.OFFER:
        return []
    offers = tx.alerts.offers([alert.task]).get(alert.task, ())
    level = next((one.level for one in offers if one.person == alert.person), None)
    beside = [one for one in tx.alerts.of_tasks([alert.task], Channel.OUTSIDE) if one.created_at == alert.created_at]
    first = min((one.id for one in beside if one.kind is AlertKind.OFFER), default=alert.id)
    return [GROUPS[level]] if level in GROUPS and alert.id == first else []
