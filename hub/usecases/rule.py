"""A person decides about a scan, against or on top of what the doors said (conflict rule R8).

The ruling is kept with a name and a reason; classes, admission, seat and tasks follow from it in the same transaction,
and kiosks and pages learn of it at once. Of two people who decide the same thing, the second is told who was first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from hub.domain.check_ins import CheckIn, Class, Scan
from hub.domain.double_entries import double_entry
from hub.domain.errors import InvalidInput, NotFound, Refused, TakenAlready
from hub.domain.guests import Invited
from hub.domain.rulings import ADMITTING, TELLING_APART, Ruling, RulingKind, clean_reason, holding
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.judge_again import judge_again, open_invitation

OUT = frozenset({Class.REFUSED, Class.REVOKED})
"""Whom a person may let in: who was refused, or is inside on a withdrawn invitation and may stay."""


def rule(tx: Transaction, check_in: str, kind: RulingKind, reason: str, who: Deciding) -> Ruling:
    """Undo a scan's admission, or let its guest in. Undoing takes the scan's repeats at the same door along.

    Raises NotFound for an unknown scan, InvalidInput without a reason, TakenAlready (naming who was first) when it was
    ruled so already, Refused when there is nothing to undo or nobody to let in.
    """
    if kind not in ADMITTING:
        raise InvalidInput("kind", f"{kind} is not about one scan", "choose undo or let_in")
    case = _open(tx, _invitation_of(tx, check_in))
    event = case.events[check_in]
    last = holding(case.rulings, ADMITTING).get(check_in)
    if last is not None and last.kind is kind:
        return _again(last, kind, who)
    if kind is RulingKind.UNDO and event.classed is Class.REFUSED:
        raise Refused("this scan let nobody in")
    if kind is RulingKind.LET_IN and event.classed not in OUT:
        raise Refused("this guest is in already")
    scans = [check_in, *(_repeats(case.events.values(), event.scan) if kind is RulingKind.UNDO else ())]
    return case.decide(scans, kind, reason, who)[0]


def tell_apart(tx: Transaction, invitation: str, kind: RulingKind, reason: str, seen: str, who: Deciding) -> Ruling:
    """Say whether one guest or two stood behind an invitation that was let in at several doors.

    ``seen`` is the DoubleEntry's own word for what the person looked at. Raises NotFound for an unknown invitation,
    InvalidInput without a reason, TakenAlready (naming who was first) when somebody ruled since, Refused when the doors
    have changed since, or there is no conflict.
    """
    if kind not in TELLING_APART:
        raise InvalidInput("kind", f"{kind} tells nobody apart", "choose same_person or two_people")
    case = _open(tx, invitation)
    entry = double_entry(case.events.values(), case.rulings)
    if entry is None:
        raise Refused("this invitation was not let in at two doors")
    if seen != entry.seen and entry.telling is not None and not seen.endswith(f"/{entry.telling.id}"):
        return _again(entry.telling, kind, who)
    if seen != entry.seen:
        raise Refused("the doors have changed since; look again")
    return case.decide([event.scan.id for event in entry.entries[1:]], kind, reason, who)[0]


def _again(first: Ruling, kind: RulingKind, who: Deciding) -> Ruling:
    """Let a double tap be one tap, and tell anybody else who was first."""
    if first.by != who.actor or first.kind is not kind:
        raise TakenAlready(first.by)
    return first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One invitation with all that is known of it, while nobody else judges its meeting."""

    tx: Transaction
    invited: Invited
    events: dict[str, CheckIn]
    rulings: Sequence[Ruling]

    def decide(self, scans: Sequence[str], kind: RulingKind, reason: str, who: Deciding) -> list[Ruling]:
        """Keep one ruling for each scan and let everything follow."""
        said = clean_reason(reason)
        invitation = self.invited.invitation
        at = max([who.at, *(one.at + timedelta.resolution for one in self.rulings)])  # newest, whatever the clock did
        new = partial(Ruling, invitation=invitation.id, kind=kind, by=who.actor, reason=said, at=at)
        rulings = [new(id=who.ids(), check_in=scan) for scan in scans]
        self.tx.rulings.add(rulings)
        for one in rulings:
            self.tx.records.audit(who.actor, f"ruling.{kind}", one.check_in, who.at)
        before = double_entry(self.events.values(), self.rulings)
        judge_again(self.tx, self.invited, self.events, [*self.rulings, *rulings], before, who)
        return rulings


def _open(tx: Transaction, invitation: str) -> _Case:
    invited, events, rulings = open_invitation(tx, invitation)
    return _Case(tx=tx, invited=invited, events=events, rulings=rulings)


def _invitation_of(tx: Transaction, check_in: str) -> str:
    event = tx.check_ins.known([check_in]).get(check_in)
    if event is None:
        raise NotFound("there is no such scan")
    if event.invitation is None:
        raise Refused("this code belongs to nobody who was invited")
    return event.invitation


def _repeats(events: Collection[CheckIn], scan: Scan) -> list[str]:
    """Return the scans that only repeated one at the same door: they are the same arrival, and go with it."""
    found: list[str] = []
    same_door = (event for event in events if event.scan.device == scan.device and event.scan.order() > scan.order())
    for event in sorted(same_door, key=lambda event: event.scan.order()):
        if event.classed is Class.RESCAN:
            found.append(event.scan.id)
        elif event.classed is not Class.REFUSED:
            break
    return found
