"""Conflicts between doors become one open task each, true as long as it is open, and gone when they are (I5).

Whatever order events, rulings and withdrawals arrive in, the open task says the same: it follows from what is stored.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from hub.domain.double_entries import DoubleEntry, double_entry
from hub.domain.meetings import Door
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Step, Task, finish, key_of
from hub.ports import Transaction
from hub.usecases import call_staff
from hub.usecases.acting import Deciding
from hub.usecases.judging import Judging
from hub.usecases.keep_task import keep

ABOUT_AN_ARRIVAL = (TaskKind.VIP_ARRIVAL, TaskKind.NO_SEAT, TaskKind.REVOKED_INSIDE, TaskKind.DRINK)
"""Tasks that have no object any more when the guest has not come in after all; of drinks, a VIP's tea."""


def settle_conflicts(
    tx: Transaction,
    judging: Judging,
    doors: Mapping[str, Door],
    fresh: Collection[str],
    who: Deciding,
    before: Mapping[str, DoubleEntry | None] | None = None,
) -> None:
    """Raise, correct and close the tasks that follow from what was judged.

    Only a question that was not there before opens a task, so that one which a person has closed stays closed.
    ``before`` are the double entries by invitation as they had been; where it does not say, it was the same without
    the events in ``fresh`` (ids). ``who`` stands in the audit log for tasks that are closed.
    """
    settling = _Settling(tx, judging, doors, who, fresh, before or {})
    double = {key: settling.double_entry(key) for key in judging.settled if settling.at_several_doors(key)}
    stale = {key_of(*each) for each in settling.stale()}
    about = {key_of(TaskKind.DOUBLE_ENTRY, key): key for key in double}
    for name, task in tx.tasks.about(stale | about.keys()).items():
        entry = double[about[name]] if name in about else None
        if entry is None or entry.settled:
            settling.close(task)
        else:
            settling.correct(task, about[name], entry)
        about.pop(name, None)
    for invitation in about.values():
        entry = double[invitation]
        if entry and entry.asked - settling.asked_before(invitation):
            settling.put(settling.task_for(invitation, entry))
    for invitation in settling.newly_flagged():
        settling.put(settling.task_for_withdrawn(invitation))


@dataclass(frozen=True, slots=True)
class _Settling:
    """One round of it."""

    tx: Transaction
    judging: Judging
    doors: Mapping[str, Door]
    who: Deciding
    fresh: Collection[str]
    before: Mapping[str, DoubleEntry | None]

    def at_several_doors(self, invitation: str) -> bool:
        """Spare the others the closer look: nearly everybody comes in at one door."""
        return len({event.scan.device for event in self.judging.history[invitation].values()}) > 1

    def double_entry(self, invitation: str) -> DoubleEntry | None:
        return double_entry(self.judging.history[invitation].values(), self.judging.rulings.get(invitation, ()))

    def asked_before(self, invitation: str) -> frozenset[str]:
        """Return what was asked about an invitation until now."""
        if invitation in self.before:
            before = self.before[invitation]
        else:
            events = (one for key, one in self.judging.history[invitation].items() if key not in self.fresh)
            before = double_entry(events, self.judging.rulings.get(invitation, ()))
        return before.asked if before else frozenset()

    def stale(self) -> set[tuple[TaskKind, str]]:
        """Return the tasks about arrivals that were taken back, and about flags that are gone."""
        gone = {(kind, invitation) for invitation in self.judging.gone() for kind in ABOUT_AN_ARRIVAL}
        cleared = {key for key, before in self.judging.before.items() if before.flagged and not self._flagged(key)}
        return gone | {(TaskKind.REVOKED_INSIDE, invitation) for invitation in cleared}

    def newly_flagged(self) -> list[str]:
        """Return who was in already when it turned out that the invitation had been withdrawn before."""
        return [key for key, before in self.judging.before.items() if not before.flagged and self._flagged(key)]

    def task_for(self, invitation: str, entry: DoubleEntry) -> Task:
        seat = self.tx.seats.of_invitations([invitation]).get(invitation)
        return call_staff.for_double_entry(self.judging.settled[invitation], entry, seat, self.doors, self.who)

    def task_for_withdrawn(self, invitation: str) -> Task:
        seat = self.tx.seats.of_invitations([invitation]).get(invitation)
        admission = self.judging.admissions[invitation]
        return call_staff.for_withdrawn(self.judging.settled[invitation], admission, seat, self.doors, self.who)

    def put(self, task: Task) -> None:
        self.tx.tasks.raise_all([task])
        self.tx.feed.touch([("tasks", "")])

    def correct(self, task: Task, invitation: str, entry: DoubleEntry) -> None:
        """Let an open task say what is known now."""
        facts = self.task_for(invitation, entry).facts
        if facts != task.facts:
            self.tx.tasks.save(replace(task, facts=facts))
            self.tx.feed.touch([("tasks", "")])

    def close(self, task: Task) -> None:
        keep(self.tx, task, finish(task, self.who.actor, self.who.at), Step.FINISH, self.who.actor, self.who.at)

    def _flagged(self, invitation: str) -> bool:
        admission = self.judging.admissions.get(invitation)
        return admission is not None and admission.flagged
