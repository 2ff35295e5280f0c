"""What a person is told becomes alerts, one for each way that leads to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hub.domain.alerts import SHOWN_WITHIN, Alert, AlertKind, AlertState, Channel, Ring
from hub.domain.attending import Person
from hub.domain.escalation import Priority
from hub.domain.pace import real
from hub.domain.receipts import DeviceReceipt
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.acting import Deciding

LASTS = timedelta(hours=1)
"""An alert is pointless so long after its task was due."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Why a person is told, and how that is heard."""

    kind: AlertKind
    ring: Ring
    priority: Priority


def on_channels(
    person: Person, told: Telling, who: Deciding, *, tag: str, count: int = 1, task: Task | None = None
) -> list[Alert]:
    """Write the alerts for one person: their tablets, which follow the feed, their pager, and, later, outside.

    The service outside the house waits for a receipt of the others (S18), and is left out for what need not ring.
    """
    now = who.at
    tablet = Alert(
        id=who.ids(),
        person=person.name,
        channel=Channel.TABLET,
        kind=told.kind,
        ring=told.ring,
        priority=told.priority,
        tag=tag,
        created_at=now,
        expires_at=max(task.due_at if task else now, now) + LASTS,
        task=task.id if task else "",
        count=count,
        state=AlertState.SENT,
        sent_at=now,
        facts={"group": group_of(task)} if task else {},
    )
    made, staff = [tablet], person.staff
    waiting = replace(tablet, state=AlertState.WAITING, sent_at=None)
    if staff and staff.pager:
        made.append(replace(waiting, id=who.ids(), channel=Channel.PAGER, device=staff.pager))
    rings = told.ring is not Ring.NONE and (told.priority is not Priority.LOW or told.kind is AlertKind.TEST)
    if staff and rings:
        made.append(replace(waiting, id=who.ids(), channel=Channel.OUTSIDE, next_at=now + real(SHOWN_WITHIN)))
    return made


def put_alerts(tx: Transaction, alerts: Sequence[Alert]) -> None:
    """Keep new alerts; those for tablets are sent to each at which their person is signed in, with that."""
    tx.alerts.put(alerts)
    told = [one for one in alerts if one.channel is Channel.TABLET]
    if not told:
        return
    tablets: dict[str, list[str]] = {}
    for tablet in tx.duties.tablets():
        tablets.setdefault(tablet.person, []).append(tablet.id)
    tx.alerts.put_receipts(
        DeviceReceipt(
            alert=one.id, device=tablet, channel=one.channel, person=one.person, sent_at=one.sent_at or one.created_at
        )
        for one in told
        for tablet in tablets.get(one.person, ())
    )


def group_of(task: Task) -> str:
    """Return what tasks have in common that are one notification: their kind, and where they are (S9)."""
    return f"{task.kind}:{task.facts.get('room') or task.facts.get('device') or task.meeting or ''}"
