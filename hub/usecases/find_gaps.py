"""A kiosk says how far its events go: find what is not here, ask for it, and say aloud what is lost (I9)."""

from collections.abc import Sequence
from datetime import datetime

from devices.contract.commands import CommandResult
from devices.contract.messages import Heartbeat
from hub.domain.runs import Gap, Kept, Tracked, gaps, look
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.ports import Ids, Transaction

AT_ONCE = 2_000
"""Numbers of one run looked at with one heartbeat; the rest follows with the next."""


def find_gaps(tx: Transaction, device: str, pulse: Heartbeat, now: datetime, ids: Ids) -> list[tuple[str, Gap]]:
    """Compare what a kiosk keeps with what is stored. Return the gaps to ask for, each with its run's boot."""
    kept = [Kept(boot=run.boot, first=run.first, last=run.last) for run in pulse.runs]
    known = tx.delivery.runs(device, [run.boot for run in kept])
    asked = []
    for run in kept:
        tracked = known.get(run.boot) or Tracked(device=device, boot=run.boot)
        if tracked.complete >= run.last:
            continue
        step = look(tracked, *_compare(tx, tracked, run), now)
        if step.tracked != tracked:
            tx.delivery.save_run(step.tracked)
        if step.lost:
            _tell(tx, device, step.lost, now, ids)
        if step.ask:
            asked.append((run.boot, step.ask))
    return asked


def hear_result(tx: Transaction, device: str, result: CommandResult, now: datetime, ids: Ids) -> None:
    """Take a kiosk's word on what it was asked for: what it does not hold any more is lost, and a person must know."""
    if not result.missing or result.of_boot is None:
        return
    tracked = tx.delivery.runs(device, [result.of_boot]).get(result.of_boot)
    if tracked is None:
        return
    last = min(tracked.claimed, max(span.last for span in result.missing))
    here = tx.delivery.numbers(device, result.of_boot, tracked.complete, last, AT_ONCE)
    still = gaps(here, tracked.complete + 1, last)
    if not all(any(span.first <= gap.first and gap.last <= span.last for span in result.missing) for gap in still):
        return  # some of it is on its way: the next asking settles the rest
    step = look(tracked, Kept(boot=tracked.boot, first=last + 1, last=tracked.claimed), still, now)
    tx.delivery.save_run(step.tracked)
    _tell(tx, device, step.lost, now, ids)


def _compare(tx: Transaction, tracked: Tracked, run: Kept) -> tuple[Kept, list[Gap]]:
    """Return the run, cut to what can be looked at now, and what is not here of it."""
    numbers = tx.delivery.numbers(tracked.device, run.boot, tracked.complete, run.last, AT_ONCE)
    last = run.last if len(numbers) < AT_ONCE else numbers[-1]
    return Kept(boot=run.boot, first=run.first, last=last), gaps(numbers, tracked.complete + 1, last)


def _tell(tx: Transaction, device: str, lost: Sequence[Gap], now: datetime, ids: Ids) -> None:
    if not lost:
        return
    facts = {"device": device, "lost": str(sum(gap.size for gap in lost))}
    tx.tasks.raise_all([raise_task(TaskKind.EVENTS_MISSING, device, task_id=ids(), at=now, facts=facts)])
    tx.feed.touch([("tasks", "")])
