"""A list of pick-ups is imported: each row becomes its guest's pick-up, and its timer, task and message follow.

A repeated import changes what the list says differently. Pick-ups that are not in the list stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.domain.guests import InvitationStatus, Invited
from hub.domain.meetings import Meeting
from hub.domain.transfers import Leads, Transfer, TransferState
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.findings import Finding, mistakes
from hub.usecases.plan_transfer import plan_transfer
from hub.usecases.transfer_rows import FIELDS, TransferRow

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One row worked out: the guest, and the pick-up as it is (None for a new one) and as it shall be."""

    row: TransferRow
    invited: Invited
    before: Transfer | None
    after: Transfer


@dataclass(slots=True)
class Plan:
    """What an import would do."""

    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kept: bool = False

    def added(self) -> int:
        """Count the new pick-ups."""
        return sum(step.before is None for step in self.steps)

    def changed(self) -> int:
        """Count the pick-ups of which the list says something new."""
        return sum(step.before not in {None, step.after} for step in self.steps)


def import_transfers(
    tx: Transaction, meeting: Meeting, rows: Sequence[TransferRow], leads: Leads, who: Deciding, *, good_rows: bool
) -> Plan:
    """Import a list's rows: all of them, or with ``good_rows`` those without a mistake, else none."""
    plan = look(tx, meeting, rows, who.at)
    if plan.steps and (good_rows or not mistakes(plan.findings)):
        for step in plan.steps:
            if step.before != step.after:
                plan_transfer(tx, step.before, step.after, step.invited, leads, who)
        plan.kept = True
    return plan


def look(tx: Transaction, meeting: Meeting, rows: Iterable[TransferRow], now: datetime) -> Plan:
    """Work out what an import would do, without writing anything."""
    plan = Plan()
    guests = _Guests(tx.guests.of_meeting(meeting.id))
    there = tx.transfers.of_meeting(meeting.id)
    first: dict[str, int] = {}
    for row in rows:
        invited = guests.find(row, plan.findings)
        if invited is None:
            continue
        key = invited.invitation.id
        if key in first:
            problem = f"{invited.guest.name} is picked up in line {first[key]} too"
            plan.findings.append(_finding(row, "name", problem, "keep one of the two lines: a guest has one pick-up"))
            continue
        first[key] = row.line
        step = Step(row, invited, there.get(key), _after(row, key, there.get(key)))
        if step.after.is_open and invited.invitation.status is InvitationStatus.REVOKED:
            problem = f"the invitation of {invited.guest.name} was withdrawn"
            plan.findings.append(
                _finding(row, "name", problem, "delete the line, or write 是 (yes) under 取消 (cancelled)")
            )
            continue
        plan.steps.append(step)
        plan.findings += _worth_a_look(step, now)
    plan.findings.sort(key=lambda finding: finding.line)
    return plan


def _after(row: TransferRow, invitation: str, before: Transfer | None) -> Transfer:
    said = {name: getattr(row, name) for name in FIELDS if before is None or name in row.given}
    after = replace(before, **said) if before else Transfer(invitation=invitation, **said)
    if row.cancelled and after.state is not TransferState.DELIVERED:
        return replace(after, state=TransferState.CANCELLED)
    if row.cancelled is False and after.state is TransferState.CANCELLED:
        return replace(after, state=TransferState.PLANNED)
    return after


class _Guests:
    """Finds whom a row means among a meeting's guests."""

    def __init__(self, guests: Sequence[Invited]) -> None:
        self._by_id = {one.invitation.source_key: one for one in guests if one.invitation.source_key}
        self._by_name: dict[str, list[Invited]] = defaultdict(list)
        for one in guests:
            self._by_name[one.guest.name.casefold()].append(one)

    def find(self, row: TransferRow, findings: list[Finding]) -> Invited | None:
        """Return the guest, or None after noting why nobody, or nobody alone, is meant."""
        if row.row_id:
            found = self._by_id.get(f"id:{row.row_id}")
            if found is None:
                remedy = "write the id of the guest list, or only the name"
                findings.append(_finding(row, "id", f"no guest of this meeting has the id {row.row_id}", remedy))
            elif row.name and row.name.casefold() != found.guest.name.casefold():
                problem = f"{row.row_id} is {found.guest.name}, not {row.name}"
                findings.append(_finding(row, "id", problem, "correct the id or the name"))
                return None
            return found
        named = self._by_name.get(row.name.casefold(), [])
        meant = [one for one in named if not row.company or one.guest.company.casefold() == row.company.casefold()]
        if len(meant) == 1:
            return meant[0]
        if meant:
            told = "; ".join(f"{one.guest.company} {one.guest.title}".strip() for one in meant[:MOST_NAMED])
            remedy = "add the column 单位 (company) or 编号 (id) to say which"
            findings.append(_finding(row, "name", f"{len(meant)} guests are called {row.name}: {told}", remedy))
            return None
        where = f" of {row.company}" if row.company else ""
        remedy = "import the guest list first, or correct the name"
        findings.append(_finding(row, "name", f"no guest of this meeting is called {row.name}{where}", remedy))
        return None


def _worth_a_look(step: Step, now: datetime) -> Iterator[Finding]:
    """Warn, where a row says something new, of what the greeter or the guest would miss."""
    row, after, name = step.row, step.after, step.invited.guest.name
    if not after.is_open or step.before == after:
        return
    if after.eta <= now:
        yield _finding(row, "eta", f"{name} has arrived by now, so nobody is called", "correct the time", warning=True)
        return
    if not (after.greeter and after.greeter_phone):
        lacking = "no greeter" if not after.greeter else "a greeter without a telephone"
        problem = f"{name} has {lacking} yet" + ("" if after.greeter else ", and is told nothing")
        yield _finding(row, "greeter", problem, "add name and telephone, and import the list again", warning=True)
    if not step.invited.guest.phone:
        problem = f"{name} has no telephone in the guest list, so the greeter cannot call"
        yield _finding(row, "name", problem, "add it to the guest list, and import that again", warning=True)


def _finding(row: TransferRow, name: str, problem: str, remedy: str, *, warning: bool = False) -> Finding:
    return Finding(line=row.line, field=name, problem=problem, remedy=remedy, warning=warning)
