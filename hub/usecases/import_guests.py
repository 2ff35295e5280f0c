"""A guest list is imported: every row becomes a guest with an invitation and a code, once (R18, R19, R96, R144).

A repeated import finds each guest again by its source key, changes what the list says differently, and keeps the
code. Guests who are not in the list stay as they are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from hub.domain.guests import Guest, Invitation, InvitationStatus, Invited
from hub.domain.kiosk_view import is_in_view
from hub.domain.meetings import Meeting
from hub.domain.seats import SeatAssignment
from hub.ports import Transaction
from hub.usecases import seat_wishes
from hub.usecases.acting import Acting, Code
from hub.usecases.findings import Finding, mistakes
from hub.usecases.guest_rows import GUEST_FIELDS, INVITATION_FIELDS, GuestRow
from hub.usecases.issuing import note_issued
from hub.usecases.keep_leases import end_leases


@dataclass(frozen=True, slots=True)
class Step:
    """One row worked out: the guest and invitation as they shall be. ``before`` is None for a new guest.

    ``code`` is set where the invitation shall get one: a new guest's, or another one of the venue's own.
    """

    row: GuestRow
    guest: Guest
    invitation: Invitation
    before: Invited | None = None
    code: Code | None = None

    def is_new(self) -> bool:
        """Say whether the guest is not invited yet."""
        return self.before is None

    def changes(self) -> bool:
        """Say whether the row says anything new of a guest who is invited already."""
        return self.before is not None and (
            self.code is not None or (self.guest, self.invitation) != (self.before.guest, self.before.invitation)
        )


@dataclass(slots=True)
class Plan:
    """What an import would do. ``seats`` maps invitations to their new seats, or to nothing."""

    meeting: Meeting
    steps: list[Step] = field(default_factory=list)
    seats: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    kept: bool = False

    def added(self) -> int:
        """Count the new guests."""
        return sum(step.is_new() for step in self.steps)

    def changed(self) -> int:
        """Count the guests of whom the list says something new."""
        return sum(not step.is_new() and self.touches(step) for step in self.steps)

    def touches(self, step: Step) -> bool:
        """Say whether a row leads to anything being written."""
        return step.is_new() or step.changes() or step.invitation.id in self.seats


Track: TypeAlias = Callable[[Sequence[Any]], Iterable[Any]]
"""Passes rows and steps on one by one, for a progress bar."""


def import_guests(
    tx: Transaction, meeting: Meeting, rows: Sequence[GuestRow], acting: Acting, *, good_rows: bool, track: Track
) -> Plan:
    """Import a list's rows: all of them, or with ``good_rows`` those without a mistake, else none. Raises Refused."""
    tx.meetings.lock([meeting.id])
    plan = look(tx, meeting, rows, acting, track=track)
    if plan.steps and (good_rows or not mistakes(plan.findings)):
        note_issued(tx, acting, plan.added())
        _write(tx, plan, acting, track)
        plan.kept = True
    return plan


def look(tx: Transaction, meeting: Meeting, rows: Sequence[GuestRow], acting: Acting, *, track: Track) -> Plan:
    """Work out what an import would do, without writing anything."""
    plan = Plan(meeting)
    everybody = tx.guests.of_meeting(meeting.id)
    invited = {one.invitation.source_key: one for one in everybody if one.invitation.source_key}
    codes = _Codes(tx, rows, acting)
    first: dict[str, int] = {}
    for row in track(rows):
        key = row.source_key()
        if key in first:
            plan.findings.append(_twice(row, first[key]))
            continue
        first[key] = row.line
        step = codes.give(_step(row, meeting, invited.get(key), acting), plan.findings)
        if step is not None:
            plan.steps.append(step)
    _settle_seats(tx, plan, everybody)
    plan.findings += _worth_a_look(plan.steps, [one for one in everybody if one.invitation.source_key not in first])
    plan.findings.sort(key=lambda finding: finding.line)
    return plan


def _step(row: GuestRow, meeting: Meeting, before: Invited | None, acting: Acting) -> Step:
    if before is None:
        guest = Guest(id=acting.ids(), **{name: getattr(row, name) for name in GUEST_FIELDS})
        invitation = Invitation(
            id=acting.ids(),
            meeting=meeting.id,
            guest=guest.id,
            code="",
            lookup="",
            source_key=row.source_key(),
            seat_wish=row.seat,
            **{name: getattr(row, name) for name in INVITATION_FIELDS},
        )
        return Step(row, guest, invitation)
    said = {name: getattr(row, name) for name in GUEST_FIELDS if name in row.given}
    wished = {name: getattr(row, name) for name in INVITATION_FIELDS if name in row.given}
    if "seat" in row.given:
        wished["seat_wish"] = row.seat
    return Step(row, replace(before.guest, **said), replace(before.invitation, **wished), before)


class _Codes:
    """Gives each row its code, and refuses one of the venue's own that somebody else has."""

    def __init__(self, tx: Transaction, rows: Iterable[GuestRow], acting: Acting) -> None:
        self._acting = acting
        own = {row.code: acting.known_code(row.code) for row in rows if row.code}
        self._own = own
        lookups = {code.lookup for code in own.values()}
        self._known: Mapping[str, Invited] = tx.guests.by_lookup(lookups)
        self._groups = tx.groups.by_lookup(lookups)
        self._used: dict[str, int] = {}

    def give(self, step: Step, findings: list[Finding]) -> Step | None:
        """Return the step with its code, or None when the code cannot be given."""
        if not step.row.code:
            return self._with(step, self._acting.new_code()) if step.is_new() else step
        line = step.row.line
        code = self._own[step.row.code]
        other = self._used.setdefault(code.text, line)
        if other != line:
            findings.append(_finding(line, "code", f"stands in line {other} too", "give each guest an own code"))
            return None
        if code.lookup in self._groups:
            party = self._groups[code.lookup].party
            findings.append(_finding(line, "code", f"is the code of the group {party}", "correct the code"))
            return None
        known = self._known.get(code.lookup)
        if known is None:
            return self._with(step, code)
        return self._seen_before(step, known, findings)

    def _with(self, step: Step, code: Code) -> Step:
        coded = replace(step.invitation, code=code.text, lookup=code.lookup) if step.is_new() else step.invitation
        return replace(step, invitation=coded, code=code)

    def _seen_before(self, step: Step, known: Invited, findings: list[Finding]) -> Step | None:
        line = step.row.line
        if step.before is None or known.invitation.id != step.before.invitation.id:
            findings.append(_finding(line, "code", f"belongs to {known.guest.name} already", "correct the code"))
            return None
        if known.invitation.status is InvitationStatus.REPLACED:
            findings.append(
                _finding(line, "code", "was replaced since by a newer one, which stays", "nothing to do", warning=True)
            )
        return step


def _settle_seats(tx: Transaction, plan: Plan, invited: Iterable[Invited]) -> None:
    """Keep the seats that the list names; a row whose seat cannot be kept is a bad row."""
    wishes = [
        seat_wishes.Wish(
            line=step.row.line,
            invitation=step.invitation.id,
            name=step.guest.name,
            seat=step.row.seat,
            before=step.before.invitation.seat_wish if step.before else "",
            step_free=step.guest.step_free,
        )
        for step in plan.steps
        if "seat" in step.row.given and (step.row.seat or step.before)
    ]
    if not wishes:
        return
    names = {one.invitation.id: one.guest.name for one in invited}
    names |= {step.invitation.id: f"{step.guest.name} (line {step.row.line})" for step in plan.steps}
    room = seat_wishes.Room(
        seats=tx.seats.of_meeting(plan.meeting.id),
        held={one.invitation: one for one in tx.seats.assignments(plan.meeting.id)},
        names=names,
    )
    moves = seat_wishes.settle(room, wishes)
    plan.seats = moves.to
    plan.findings += moves.findings
    plan.steps = [step for step in plan.steps if step.row.line not in moves.refused]


def _write(tx: Transaction, plan: Plan, acting: Acting, track: Track) -> None:
    changed = [step for step in plan.steps if plan.touches(step)]
    touched: list[tuple[str, str]] = []
    for step in track(changed):
        touched += _write_one(tx, step, acting)
    moving = [step.invitation.id for step in changed if step.before and step.invitation.id in plan.seats]
    tx.seats.release(moving)
    given = {seat for seat in plan.seats.values() if seat}
    end_leases(tx, plan.meeting.id, [one for one in tx.leases.of_meeting(plan.meeting.id) if one.seat in given])
    tx.seats.assign(
        SeatAssignment(meeting=plan.meeting.id, seat=seat, invitation=invitation)
        for invitation, seat in plan.seats.items()
        if seat
    )
    touched = touched if is_in_view(plan.meeting, acting.at) else []
    if changed:
        touched.append(("arrivals", plan.meeting.id))
        joined = {step.invitation.party for step in changed}
        touched += [("group", one.lookup) for one in tx.groups.of_meeting(plan.meeting.id) if one.party in joined]
    tx.feed.touch(touched)


def _write_one(tx: Transaction, step: Step, acting: Acting) -> list[tuple[str, str]]:
    """Write one guest; return what kiosks are to hear anew: codes that answer differently, and the group left."""
    invitation = step.invitation
    action = "guest.added" if step.is_new() else "guest.changed"
    tx.records.audit(acting.actor, action, invitation.id, acting.at)
    if step.is_new():
        tx.guests.add(step.guest, invitation)
        return invitation.entries()
    tx.guests.change(step.guest, invitation)
    if step.code is None:
        return invitation.entries()
    tx.guests.replace_code(invitation.id, step.code.text, step.code.lookup, acting.at)
    return [*invitation.entries(), ("guest", step.code.lookup)]


def _worth_a_look(steps: Iterable[Step], others: Iterable[Invited]) -> Iterator[Finding]:
    """Warn of withdrawn guests, and of new ones who look like a guest of an earlier list."""
    known = {(one.guest.name.casefold(), one.guest.company.casefold()) for one in others}
    for step in steps:
        line, guest = step.row.line, step.guest
        if step.before and step.before.invitation.status is InvitationStatus.REVOKED:
            yield _finding(line, "name", f"{guest.name} was withdrawn and stays so", "nothing to do", warning=True)
        if step.is_new() and (guest.name.casefold(), guest.company.casefold()) in known:
            yield _finding(
                line,
                "name",
                f"{guest.name} of the same company is invited already; this is taken for another person",
                "if it is the same one, use the earlier list's id, telephone and e-mail",
                warning=True,
            )


def _twice(row: GuestRow, first: int) -> Finding:
    if row.row_id:
        return _finding(row.line, "id", f"{row.row_id} stands in line {first} too", "give each guest an own id")
    return _finding(
        row.line,
        "name",
        f"{row.name} with the same company and contact stands in line {first} too",
        "delete one of the lines, or tell the two guests apart by telephone, e-mail or an id column",
    )


def _finding(line: int, name: str, problem: str, remedy: str, *, warning: bool = False) -> Finding:
    return Finding(line=line, field=name, problem=problem, remedy=remedy, warning=warning)
