"""One guest at the doors: every scan, what it counts as, who decided what about it, and what can be decided now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.attendance import refusal
from hub.domain.check_ins import CheckIn, Class
from hub.domain.double_entries import DoubleEntry, double_entry
from hub.domain.errors import NotFound
from hub.domain.guests import Invited
from hub.domain.meetings import Door, Meeting
from hub.domain.rulings import Ruling, RulingKind
from hub.ports import Transaction
from hub.usecases.inside import Person, people_of
from hub.web.today import read_doors

MAY: Mapping[Class, Sequence[RulingKind]] = {
    Class.ADMITTED: (RulingKind.UNDO,),
    Class.DUPLICATE: (RulingKind.UNDO,),
    Class.REVOKED: (RulingKind.LET_IN, RulingKind.UNDO),
    Class.REFUSED: (RulingKind.LET_IN,),
    Class.RESCAN: (),
    Class.QUARANTINED: (),
}
"""What to offer for a scan. A repeat at the same door goes with the scan it repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanLine:
    """One scan. ``why`` is the word for a refusal; ``may`` is what a person can decide about it now."""

    id: str
    at: datetime
    device: str
    classed: Class
    offline: bool
    why: str
    rulings: Sequence[Ruling]
    may: Sequence[RulingKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestScans:
    """A guest with their scans, oldest first, and the double entry among them. ``seat`` is its label, or empty.

    ``people`` are those who came in on the invitation, and whether they have left.
    """

    invited: Invited
    meeting: Meeting
    seat: str
    inside: bool
    lines: Sequence[ScanLine]
    entry: DoubleEntry | None
    doors: Mapping[str, Door]
    people: Sequence[Person]


def read_guest(tx: Transaction, invitation: str) -> GuestScans:
    """Read one guest's scans. Raises NotFound."""
    invited = tx.guests.by_invitation([invitation]).get(invitation)
    if invited is None:
        raise NotFound("there is no such invitation")
    events = tx.check_ins.of_invitations([invitation]).get(invitation, ())
    rulings = tx.rulings.of_invitations([invitation]).get(invitation, ())
    seat = tx.seats.of_invitations([invitation]).get(invitation)
    meeting = tx.meetings.get([invited.invitation.meeting])[invited.invitation.meeting]
    return GuestScans(
        invited=invited,
        meeting=meeting,
        seat=seat.label if seat else "",
        inside=invitation in tx.check_ins.admissions([invitation]),
        lines=[_line(event, rulings) for event in sorted(events, key=lambda event: event.scan.order())],
        entry=double_entry(events, rulings),
        doors=read_doors(tx),
        people=people_of(tx, invitation, rulings, meeting.id),
    )


def _line(event: CheckIn, rulings: Sequence[Ruling]) -> ScanLine:
    return ScanLine(
        id=event.scan.id,
        at=event.scan.at,
        device=event.scan.device,
        classed=event.classed,
        offline=event.offline,
        why=refusal(event.verdict, event.kiosk_verdict) if event.classed is Class.REFUSED else "",
        rulings=[one for one in rulings if one.check_in == event.scan.id],
        may=MAY[event.classed],
    )
