"""Guests signed on paper while no kiosk worked; afterwards a person writes down who, and when (R94, decision 18).

Each signature becomes a check-in like any other, once: it is classified, seated and answered by the same rules.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from devices.contract import codec
from devices.contract.messages import CheckInEvent, CodeKind, Method, Verdict
from hub.domain.check_ins import Admission, CheckIn
from hub.domain.errors import InvalidInput
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.meetings import PAPER, Meeting
from hub.domain.rulings import Ruling, ruled
from hub.domain.sign_in_sheets import row_code, sheet_of
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One guest on a sheet. ``code`` is what the row is called, ``seat`` its label or empty."""

    code: str
    sheet: int
    invited: Invited
    seat: str = ""
    admission: Admission | None = None

    @property
    def withdrawn(self) -> bool:
        """Say whether the guest is not invited any more: printed sheets leave the row out."""
        return self.invited.invitation.status is InvitationStatus.REVOKED


def rows(tx: Transaction, meeting: Meeting) -> list[SheetRow]:
    """Return a meeting's guests as rows, in the order they were added: a guest's number never changes."""
    everybody = tx.guests.of_meeting(meeting.id)
    seats = {one.invitation: one.seat for one in tx.seats.assignments(meeting.id)}
    came = tx.check_ins.admissions([one.invitation.id for one in everybody])
    return [
        SheetRow(
            code=row_code(number, one.invitation.id),
            sheet=sheet_of(number),
            invited=one,
            seat=seats.get(one.invitation.id, ""),
            admission=came.get(one.invitation.id),
        )
        for number, one in enumerate(everybody, start=1)
    ]


def write_down(tx: Transaction, meeting: Meeting, signed: Mapping[str, datetime], who: Deciding) -> list[str]:
    """Check in the guests (invitations) who signed, each at the time they stated (UTC); returns the new events.

    Whoever was written down before is left as it is, unless a person has undone that since. Raises InvalidInput for an
    invitation to another meeting, or a time that is still to come.
    """
    tx.meetings.lock([meeting.id])  # of two people with the same sheet, the second finds what the first has done
    invited = tx.guests.by_invitation(signed)
    for invitation, at in signed.items():
        if invitation not in invited or invited[invitation].invitation.meeting != meeting.id:
            raise InvalidInput("signed", f"{invitation} is not invited to this meeting", "reload the page")
        if at > who.at:
            raise InvalidInput("time", "is still to come", "correct the time or the clock")
    known = tx.check_ins.of_invitations(signed)
    rulings = tx.rulings.of_invitations(signed)
    papers = {key: [one for one in known.get(key, ()) if one.scan.device == PAPER] for key in signed}
    incoming = [
        _incoming(invited[invitation], at, len(papers[invitation]))
        for invitation, at in signed.items()
        if not _stands(papers[invitation], rulings.get(invitation, ()))
    ]
    check_in(tx, incoming, Desk(who.ids, enrolled=(PAPER,)), who.at)
    for item in incoming:
        tx.records.audit(who.actor, "paper.written_down", item.event.id, who.at)
    return [item.event.id for item in incoming]


def _stands(papers: Collection[CheckIn], rulings: Sequence[Ruling]) -> bool:
    return any(scan.admits for scan in ruled((one.scan for one in papers), rulings))


def _incoming(invited: Invited, at: datetime, before: int) -> Incoming:
    """Make the event of one signature. A sheet has no counter: each event is a run of its own, named by the guest."""
    invitation = invited.invitation
    made = hashlib.sha256(f"paper\x1f{invitation.id}\x1f{before}".encode()).hexdigest()
    event_id = f"{made[:8]}-{made[8:12]}-8{made[13:16]}-a{made[17:20]}-{made[20:32]}"
    event = CheckInEvent(
        id=event_id,
        ts=at,
        boot=event_id,
        seq=1,
        lookup=invitation.lookup,
        kind=CodeKind.SHORT,
        verdict=Verdict.WELCOME,
        offline=True,
        mono_ms=0,
        method=Method.PAPER,
        invitation=invitation.id,
        meeting=invitation.meeting,
    )
    return Incoming(PAPER, event, hashlib.sha256(codec.encode(event)).hexdigest())
