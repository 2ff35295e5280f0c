"""What the house and a booking source see differently is put before a person, once for each kind and meeting.

The coordinator is called to it; the page where it is decided is ``/desk``. What settles itself calls them off again.
"""

from collections.abc import Mapping
from dataclasses import replace

from devices.contract.topics import HUB
from hub.domain.syncing import Conflict, ConflictKind, Decision
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Step, finish, key_of, raise_task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.keep_task import keep


def ask_desk(
    tx: Transaction, subject: str, kind: ConflictKind, source: str, facts: Mapping[str, str], who: Deciding
) -> Conflict:
    """Put something before a person; the same again is counted, not asked twice. ``subject`` is a meeting's id."""
    known = tx.sync.open_conflict(subject, kind)
    if known is not None:
        seen = replace(known, last_at=who.at, times=known.times + 1, facts=dict(facts))
        tx.sync.save_conflict(seen)
        return seen
    asked = Conflict(
        id=who.ids(), subject=subject, kind=kind, source=source, first_at=who.at, last_at=who.at, facts=dict(facts)
    )
    tx.sync.save_conflict(asked)
    tx.records.audit(who.actor, f"booking.asked:{kind}", subject, who.at)
    about = {"conflict": kind.value, "source": source} | dict(facts)
    call(tx, raise_task(TaskKind.BOOKING_CONFLICT, asked.id, task_id=who.ids(), at=who.at, facts=about))
    tx.feed.touch([("desk", ""), ("tasks", "")])
    return asked


def settle(tx: Transaction, subject: str, kind: ConflictKind, who: Deciding) -> None:
    """Close what needs nobody any more: the source and the house see it alike again."""
    known = tx.sync.open_conflict(subject, kind)
    if known is not None:
        close(tx, known, Decision.SETTLED, who)


def close(tx: Transaction, conflict: Conflict, decision: Decision, who: Deciding) -> None:
    """Note what was decided, by whom, and call off whoever was asked."""
    tx.sync.save_conflict(replace(conflict, decision=decision, decided_at=who.at, by=who.actor))
    tx.records.audit(who.actor, f"booking.{decision}:{conflict.kind}", conflict.subject, who.at)
    key = key_of(TaskKind.BOOKING_CONFLICT, conflict.id)
    standing = tx.tasks.about([key]).get(key)
    if standing:
        by = who.actor or HUB
        keep(tx, standing, finish(standing, by, who.at), Step.FINISH, by, who.at)
    tx.feed.touch([("desk", ""), ("tasks", "")])
