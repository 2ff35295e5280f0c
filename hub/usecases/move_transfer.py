"""A pick-up moves on: by a tap, by its task, or because its guest is at the door (R86, R89)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from hub.domain.errors import NotFound
from hub.domain.guest_messages import MessageKind, Reason
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import OWNED, UNCLAIMED, UNDONE, Task, accept, finish, key_of
from hub.domain.transfers import Transfer, TransferState, follow, step
from hub.ports import Transaction

START, CHASE = "transfer.start", "transfer.chase"
"""Timers of a pick-up, by invitation: the greeter is to set out; somebody must have accepted that."""

_NEEDLESS = {TransferState.CANCELLED: Reason.CANCELLED, TransferState.DELIVERED: Reason.ARRIVED}
"""Why nobody needs to hear of a pick-up that is over."""


def move_transfer(tx: Transaction, invitation: str, to: TransferState, by: str, now: datetime) -> Transfer:
    """Take one step. Raises NotFound, or NotOpen where the pick-up is over or further already."""
    found = tx.transfers.get([invitation]).get(invitation)
    if found is None:
        raise NotFound("nobody is to be picked up on this invitation")
    return keep_moved(tx, step(found, to), by, now)


def follow_task(tx: Transaction, task: Task, by: str, now: datetime) -> None:
    """Let the pick-up follow what was done with its task; tasks of other kinds change nothing."""
    if task.kind is not TaskKind.TRANSFER:
        return
    invitation = task.facts.get("invitation", "")
    found = tx.transfers.get([invitation]).get(invitation)
    if found is None:
        return
    done = task.state not in UNDONE
    moved = follow(found, accepted=task.state in OWNED, done=done, ticked=task.ticked)
    if moved != found:
        keep_moved(tx, moved, by, now)


def arrive(tx: Transaction, invitations: Collection[str], by: str, now: datetime) -> None:
    """Note that these guests are at the venue: a pick-up of theirs that is open is delivered."""
    for found in tx.transfers.get(invitations).values():
        if found.is_open:
            keep_moved(tx, step(found, TransferState.DELIVERED), by, now)


def keep_moved(tx: Transaction, transfer: Transfer, by: str, now: datetime) -> Transfer:
    """Keep a pick-up that has moved on; nobody is reminded any more, and its tasks and message say the same."""
    invitation = transfer.invitation
    tx.transfers.save(transfer)
    tx.records.audit(by, f"transfer.{transfer.state}", invitation, now)
    tx.feed.touch([("transfers", "")])
    for rule in (START, CHASE):
        tx.timers.remove(rule, [invitation])
    found = transfer_tasks(tx, invitation)
    going = found.pop(TaskKind.TRANSFER, None)
    close(tx, found.values(), by, now)
    if not transfer.is_open:
        tx.guest_messages.give_up(invitation, MessageKind.PICK_UP, _NEEDLESS[transfer.state])
        close(tx, [going] if going else [], by, now)
    elif going and going.state in UNCLAIMED:
        tx.tasks.save(accept(going, by, now))
        tx.records.audit(by, "task.accept", going.id, now)
        tx.feed.touch([("tasks", "")])
    return transfer


def transfer_tasks(tx: Transaction, invitation: str) -> dict[TaskKind, Task]:
    """Return the open tasks about a pick-up."""
    keys = [key_of(kind, invitation) for kind in (TaskKind.TRANSFER, TaskKind.TRANSFER_LATE)]
    return {task.kind: task for task in tx.tasks.about(keys).values()}


def close(tx: Transaction, tasks: Iterable[Task], by: str, now: datetime) -> None:
    """Close tasks that have no object any more."""
    for task in tasks:
        tx.tasks.save(finish(task, by, now))
        tx.records.audit(by, "task.finish", task.id, now)
        tx.feed.touch([("tasks", "")])
