"""Drills come round: when one is due the emergency team's lead is called, until it was held to its end (R129).

Each playbook that is practised has one timer, whose time is the day it is due. One that was never practised is due as
long after the hub first knew of it as any other.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from devices.contract.topics import HUB
from hub.domain.drills import DRILLED, DrillDue, last_held, months_after
from hub.domain.incidents import Incident
from hub.domain.playbooks import IncidentKind
from hub.domain.task_kinds import TaskKind
from hub.domain.task_pace import cancel
from hub.domain.tasks import Step, finish, key_of, raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.keep_task import keep

DRILL_DUE = "drill_due"
"""The timer of a playbook's next drill; its subject is the kind."""

LOOK_BACK = timedelta(days=3 * 366)
MOST = 5_000
"""Incidents looked through for the last drill."""


def plan_drills(tx: Transaction, now: datetime, every_months: int) -> None:
    """Set when each playbook is due, by what was practised and the house's setting; 0 months: nobody is called."""
    known = {timer.subject: timer.due_at for timer in tx.timers.of_rule(DRILL_DUE)}
    if not every_months:
        tx.timers.remove(DRILL_DUE, sorted(known))
        for task in tx.tasks.about([_key(kind) for kind in DRILLED]).values():
            keep(tx, task, cancel(task, now), Step.CANCEL, HUB, now)
        return
    lately = _lately(tx, now)
    for kind in DRILLED:
        if tx.tasks.about([_key(kind)]):
            continue  # somebody is called for it already
        last, first = last_held(kind, lately), months_after(now, every_months)
        due_at = months_after(last, every_months) if last else min(known.get(kind.value, first), first)
        tx.timers.put([Timer(rule=DRILL_DUE, subject=kind.value, due_at=due_at)])


def drill_held(tx: Transaction, incident: Incident, who: Deciding) -> None:
    """End the call for a drill that was held to its end, and have its next one planned."""
    if not incident.drill or incident.kind not in DRILLED:
        return
    for task in tx.tasks.about([_key(incident.kind)]).values():
        keep(tx, task, finish(task, who.actor, who.at), Step.FINISH, who.actor, who.at)
    tx.timers.put([Timer(rule=DRILL_DUE, subject=incident.kind.value, due_at=who.at)])


def fire_drill_due(tx: Transaction, timer: Timer, who: Deciding, every_months: int) -> None:
    """Call the emergency team for a drill that is due, once; one that was held meanwhile is due later."""
    if not every_months:
        return
    kind = IncidentKind(timer.subject)
    last = last_held(kind, _lately(tx, who.at))
    due_at = months_after(last, every_months) if last else timer.due_at
    if due_at > who.at:
        tx.timers.put([Timer(rule=DRILL_DUE, subject=kind.value, due_at=due_at)])
        return
    facts = {"practises": kind.value, "since": due_at.isoformat()}
    call(tx, raise_task(TaskKind.DRILL, kind.value, task_id=who.ids(), at=who.at, facts=facts))
    tx.records.audit(HUB, "drill.due", kind.value, who.at)


def read_drills(tx: Transaction, now: datetime, every_months: int) -> Sequence[DrillDue]:
    """Read when each playbook was last practised, and when it is due; nothing where the house wants no drills."""
    if not every_months:
        return []
    known = {timer.subject: timer.due_at for timer in tx.timers.of_rule(DRILL_DUE)}
    called = {task.dedupe: task.created_at for task in tx.tasks.about([_key(kind) for kind in DRILLED]).values()}
    lately, found = _lately(tx, now), []
    for kind in DRILLED:
        last = last_held(kind, lately)
        first = known.get(kind.value) or called.get(_key(kind)) or months_after(now, every_months)
        found.append(DrillDue(kind=kind, last=last, due_at=months_after(last, every_months) if last else first))
    return found


def _lately(tx: Transaction, now: datetime) -> Sequence[Incident]:
    return tx.incidents.since(now - LOOK_BACK, MOST)


def _key(kind: IncidentKind) -> str:
    return key_of(TaskKind.DRILL, kind.value)
