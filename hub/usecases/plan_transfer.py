"""A pick-up is planned or planned anew: its timer, its task and the guest's message follow (R86, R87)."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from devices.contract.codec import format_time
from hub.domain.errors import NotFound, NotOpen
from hub.domain.guest_messages import GuestMessage, MessageKind, Reason
from hub.domain.guests import Invited
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import UNCLAIMED
from hub.domain.timers import Timer
from hub.domain.transfers import LONG_PAST, Leads, Transfer, TransferState
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import guest_facts
from hub.usecases.move_transfer import CHASE, START, close, keep_moved, transfer_tasks


def plan_transfer(
    tx: Transaction, before: Transfer | None, after: Transfer, invited: Invited, leads: Leads, who: Deciding
) -> None:
    """Keep a pick-up as it is planned now. One that is cancelled takes back all that was set up for it."""
    if not after.is_open:
        keep_moved(tx, after, who.actor, who.at)
        return
    tx.transfers.save(after)
    tx.records.audit(who.actor, "transfer.planned" if before is None else "transfer.changed", after.invitation, who.at)
    tx.feed.touch([("transfers", "")])
    _set_out(tx, after, invited, leads, who)
    _tell_guest(tx, before, after, who)


def change_transfer(
    tx: Transaction, invitation: str, change: Callable[[Transfer], Transfer], leads: Leads, who: Deciding
) -> None:
    """Plan an open pick-up anew: a late flight, another greeter. Raises NotFound, or NotOpen where it is over."""
    found = tx.transfers.get([invitation]).get(invitation)
    if found is None:
        raise NotFound("nobody is to be picked up on this invitation")
    if not found.is_open:
        raise NotOpen("the pick-up is over")
    changed = change(found)
    if changed != found:
        plan_transfer(tx, found, changed, tx.guests.by_invitation([invitation])[invitation], leads, who)


def task_facts(transfer: Transfer, invited: Invited) -> dict[str, str]:
    """Say what the greeter needs to know: whom to meet, how to reach them, where and when (R87)."""
    return guest_facts(invited, None) | {"phone": invited.guest.phone, "met_at": transfer.kind.value} | _facts(transfer)


def _facts(transfer: Transfer) -> dict[str, str]:
    return {
        "greeter": transfer.greeter,
        "greeter_phone": transfer.greeter_phone,
        "at": format_time(transfer.eta),
        "place_zh": transfer.place.zh,
        "place_en": transfer.place.en,
        "note": transfer.note,
    }


def _set_out(tx: Transaction, transfer: Transfer, invited: Invited, leads: Leads, who: Deciding) -> None:
    """Move the timer and what is there of tasks; an arrival that is past calls nobody."""
    invitation, start = transfer.invitation, transfer.eta - leads.lead
    found = transfer_tasks(tx, invitation)
    going = found.get(TaskKind.TRANSFER)
    if going and going.state in UNCLAIMED and start > who.at:  # nobody has set out, and it is too early now
        close(tx, found.values(), who.actor, who.at)
        tx.timers.remove(CHASE, [invitation])
        going, found = None, {}
    for task in found.values():
        due_at = transfer.eta - leads.arrive_before if task is going else task.due_at
        tx.tasks.save(replace(task, due_at=due_at, facts=task_facts(transfer, invited)))
        tx.feed.touch([("tasks", "")])
    if going is None and transfer.state is TransferState.PLANNED and transfer.eta > who.at:
        tx.timers.put([Timer(rule=START, subject=invitation, due_at=start)])
    else:
        tx.timers.remove(START, [invitation])


def _tell_guest(tx: Transaction, before: Transfer | None, after: Transfer, who: Deciding) -> None:
    """Write to the guest who waits for them, when somebody is named; what was written before and waits is outdated."""
    facts = _facts(after)
    if before is not None and before.is_open and _facts(before) == facts:
        return
    tx.guest_messages.give_up(after.invitation, MessageKind.PICK_UP, Reason.SUPERSEDED)
    if not after.greeter or after.eta <= who.at:
        return
    # With the moment: a greeter who is put back is told anew, but one change is never told twice.
    content = "\x1f".join((*facts.values(), format_time(who.at)))
    tx.guest_messages.put(
        [
            GuestMessage(
                id=who.ids(),
                kind=MessageKind.PICK_UP,
                dedupe=f"pick_up:{after.invitation}:{hashlib.sha256(content.encode()).hexdigest()[:32]}",
                invitation=after.invitation,
                created_at=who.at,
                pointless_at=after.eta + LONG_PAST,
                facts=facts,
            )
        ]
    )
