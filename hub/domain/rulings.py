"""What people decide about scans: it beats the automatic verdict (DESIGN 4, conflict rule R8).

A ruling is a fact like a scan: it is only ever added, carries a name and a reason, and the newest of its family holds
for its scan. ``undo`` and ``let_in`` say whether a scan admits, so each takes the other back; ``same_person`` and
``two_people`` say what lay behind one invitation at two doors, and change no admission.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hub.domain.check_ins import Scan
from hub.domain.errors import InvalidInput

LONGEST_REASON = 200


class RulingKind(StrEnum):
    """What a person decided about a scan."""

    SAME_PERSON = "same_person"
    TWO_PEOPLE = "two_people"
    UNDO = "undo"
    LET_IN = "let_in"


ADMITTING = frozenset({RulingKind.UNDO, RulingKind.LET_IN})
"""The rulings that say whether a scan admits."""

TELLING_APART = frozenset({RulingKind.SAME_PERSON, RulingKind.TWO_PEOPLE})
"""The rulings that say who stood behind one invitation at two doors."""

REASONS: Mapping[RulingKind, tuple[str, ...]] = {
    RulingKind.SAME_PERSON: ("walked_round",),
    RulingKind.TWO_PEOPLE: ("both_inside",),
    RulingKind.UNDO: ("wrong_guest", "did_not_go_in", "asked_to_leave"),
    RulingKind.LET_IN: ("identity_checked", "host_vouches", "supervisor_agreed"),
}
"""Reasons to tap, as stable words that pages translate; any other text is a reason too."""

SLIP = "slip"
"""The reason for taking back what a person decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One decision about one scan of an invitation: by whom, why, and when (UTC, the hub's clock)."""

    id: str
    check_in: str
    invitation: str
    kind: RulingKind
    by: str
    reason: str
    at: datetime

    def order(self) -> tuple[datetime, str]:
        """Return its place among all rulings."""
        return (self.at, self.id)


def clean_reason(text: str) -> str:
    """Return a reason as it may stand in the record. Raises InvalidInput for none: R8 asks for one."""
    tidy = " ".join(text.split())
    if not 0 < len(tidy) <= LONGEST_REASON or not tidy.isprintable():
        problem = "is empty, too long or not readable"
        raise InvalidInput("reason", problem, f"tap one, or give 1 to {LONGEST_REASON} characters")
    return tidy


def holding(rulings: Iterable[Ruling], family: frozenset[RulingKind]) -> dict[str, Ruling]:
    """Return the newest ruling of one family for each scan that has one, whatever order they come in."""
    mine = sorted((one for one in rulings if one.kind in family), key=Ruling.order)
    return {one.check_in: one for one in mine}


def brought_along(rulings: Iterable[Ruling]) -> frozenset[str]:
    """Return the invitations on which a second person is inside, as the newest ruling of some scan says."""
    newest = holding(rulings, frozenset(RulingKind))
    return frozenset(one.invitation for one in newest.values() if one.kind is RulingKind.TWO_PEOPLE)


def ruled(scans: Iterable[Scan], rulings: Iterable[Ruling]) -> list[Scan]:
    """Return the scans as people left them: an undone one admits no more, one that was let in does.

    Who was let in by a person has been looked at, so that a withdrawn invitation no longer raises a flag.
    """
    held = holding(rulings, ADMITTING)
    return [_as_ruled(scan, held.get(scan.id)) for scan in scans]


def _as_ruled(scan: Scan, ruling: Ruling | None) -> Scan:
    if ruling is None:
        return scan
    let_in = ruling.kind is RulingKind.LET_IN
    return replace(scan, admits=let_in, let_in=let_in)
