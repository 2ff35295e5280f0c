"""The time of a pick-up comes: its greeter is called, and the supervisor where nobody has accepted (R86)."""

from dataclasses import replace
from datetime import datetime

from hub.domain.guests import InvitationStatus, Invited
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import UNCLAIMED, raise_task
from hub.domain.timers import Timer
from hub.domain.transfers import LONG_PAST, Leads, Transfer, TransferState
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.move_transfer import CHASE, arrive, transfer_tasks
from hub.usecases.plan_transfer import task_facts


def fire_start(tx: Transaction, timer: Timer, who: Deciding, leads: Leads) -> None:
    """Raise the greeter's task, unless it has become pointless: then the audit log says why."""
    invitation = timer.subject
    transfer = tx.transfers.get([invitation]).get(invitation)
    if transfer is None or transfer.state is not TransferState.PLANNED:
        return
    if tx.check_ins.admissions([invitation]):
        arrive(tx, [invitation], who.actor, who.at)
        return
    invited = tx.guests.by_invitation([invitation])[invitation]
    why = _pointless(tx, transfer, invited, who.at)
    if why:
        tx.records.audit(who.actor, f"transfer.dropped:{why}", invitation, who.at)
        return
    task = raise_task(
        TaskKind.TRANSFER,
        invitation,
        task_id=who.ids(),
        at=who.at,
        facts=task_facts(transfer, invited),
        meeting=invited.invitation.meeting,
    )
    call(tx, replace(task, due_at=transfer.eta - leads.arrive_before))
    tx.timers.put([Timer(rule=CHASE, subject=invitation, due_at=who.at + leads.accept)])


def _pointless(tx: Transaction, transfer: Transfer, invited: Invited, now: datetime) -> str:
    """Say why nobody needs to set out; empty where somebody does."""
    if now - transfer.eta > LONG_PAST:
        return "too_late"
    if invited.invitation.status is InvitationStatus.REVOKED:
        return "withdrawn"
    meeting = tx.meetings.get([invited.invitation.meeting])[invited.invitation.meeting]
    return "meeting_cancelled" if meeting.cancelled else ""


def fire_chase(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Call the supervisor, once, where the greeter's task is still nobody's."""
    task = transfer_tasks(tx, timer.subject).get(TaskKind.TRANSFER)
    if task is None or task.state not in UNCLAIMED:
        return
    late = raise_task(
        TaskKind.TRANSFER_LATE, timer.subject, task_id=who.ids(), at=who.at, facts=task.facts, meeting=task.meeting
    )
    call(tx, late)
