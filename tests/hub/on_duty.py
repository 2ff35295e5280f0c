"""Builders: people at work, and a clock that walks the tasks to them."""

from datetime import datetime, timedelta

from devices.ids import uuid7
from hub.domain.alerts import Alert, Channel
from hub.domain.staff import Duty, Staff
from hub.domain.task_kinds import Role
from hub.ports import Store, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import attend_due
from tests.hub.build import T0, at


def somebody(name: str = "小李", *roles: Role, **changes: object) -> Staff:
    """Return a person; a receptionist unless it is said otherwise."""
    told = {"key": f"p{sum(name.encode())}", "name": name, "roles": frozenset(roles or {Role.RECEPTIONIST})}
    return Staff(**told | changes)  # type: ignore[arg-type]


def on_duty(tx: Transaction, *people: Staff, seen: datetime | None = T0) -> None:
    """Let people be listed and at work."""
    tx.staff.put(people)
    for one in people:
        tx.duties.put(Duty(person=one.name, since=T0, seen_at=seen))


def deciding(seconds: float, actor: str = "hub") -> Deciding:
    """Let the hub, or a person, decide something so many seconds after T0."""
    return Deciding(actor=actor, at=at(seconds), ids=uuid7)


def asked(store: Store, until: float, step: float = 1.0, start: float = 0.0) -> list[tuple[float, str, str]]:
    """Walk the clock and return who was alerted when (seconds after T0) and why, in that order."""
    seconds, said, seen = start, [], set(_all(store))
    while seconds <= until:
        while attend_due(store, deciding(seconds)).tasks:
            pass
        for key, one in _all(store).items():
            if key not in seen and one.channel is Channel.TABLET:
                said.append((seconds, one.person, one.kind.value))
            seen.add(key)
        seconds += step
    return said


def tablet_alerts(store: Store, person: str, since: datetime = T0 - timedelta(days=1)) -> list[Alert]:
    """Return what a person's tablets were told."""
    with store.read() as tx:
        return list(tx.alerts.of_person(person, Channel.TABLET, since))


def _all(store: Store) -> dict[str, Alert]:
    with store.read() as tx:
        names = [duty.person for duty in tx.duties.all()] + [one.name for one in tx.staff.all()]
        return {
            one.id: one
            for name in dict.fromkeys(names)
            for by in Channel
            for one in tx.alerts.of_person(name, by, T0 - timedelta(days=1))
        }
