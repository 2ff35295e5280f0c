"""One guest's code is shown again to whoever may hand it out, or replaced by a new one; the log says by whom."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hub.code_ports import KeyRing
from hub.domain.errors import NotFound, Refused
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.acting import Acting, Deciding
from hub.usecases.invite import renew


@dataclass(frozen=True, slots=True)
class CodeMaker:
    """What whoever makes codes needs: the keys' private halves, and who makes them, from a name."""

    ring: KeyRing = field(repr=False)
    acting: Callable[[str], Acting] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A guest with their code, and the meeting that it opens."""

    invited: Invited = field(repr=False)
    meeting: Meeting


def show_code(tx: Transaction, invitation: str, who: Deciding) -> HandedOut:
    """Return a guest's code as it is. Raises NotFound; Refused where it opens nothing any more."""
    found = _good(tx, invitation, who)
    if not found.invited.invitation.code:
        raise Refused("the guest has no code: make a new one")
    tx.records.audit(who.actor, "code.shown", invitation, who.at)
    return found


def new_code(tx: Transaction, invitation: str, acting: Acting) -> HandedOut:
    """Give a guest another code; the one before answers ``replaced`` from now on.

    Raises NotFound; Refused where it would open nothing, or where this person has made too many in 24 hours.
    """
    meeting = _good(tx, invitation, acting).meeting
    renew(tx, meeting, [invitation], acting)
    return HandedOut(tx.guests.by_invitation([invitation])[invitation], meeting)


def _good(tx: Transaction, invitation: str, who: Deciding) -> HandedOut:
    invited = tx.guests.by_invitation([invitation]).get(invitation)
    if invited is None:
        raise NotFound("there is no such invitation")
    meeting = tx.meetings.get([invited.invitation.meeting])[invited.invitation.meeting]
    if invited.invitation.status is not InvitationStatus.VALID:
        raise Refused("the invitation was withdrawn: restore it first")
    if meeting.cancelled or meeting.ends_at <= who.at:
        raise Refused("the meeting is cancelled or over: its codes open nothing")
    return HandedOut(invited, meeting)
