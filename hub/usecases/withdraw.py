"""Invitations are withdrawn, or restored: kiosks hear of it with their next roster page (the revocation list)."""

from collections.abc import Sequence

from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.acting import Acting
from hub.usecases.invite import Letter, choose


def withdraw(
    tx: Transaction, meeting: Meeting, wanted: Sequence[str], acting: Acting, *, restore: bool = False
) -> list[Letter]:
    """Withdraw the invitations of these guests, or restore them; returns those that were not so already.

    Who came in before stays in: facts are never refused. Who comes in later at a kiosk that has not heard of it is
    admitted, flagged, and brings the supervisor (DESIGN 4). Raises NotFound.
    """
    status = InvitationStatus.VALID if restore else InvitationStatus.REVOKED
    changed = [one for one in choose(tx, meeting, wanted) if one.invited.invitation.status is not status]
    for letter in changed:
        invitation = letter.invited.invitation
        tx.guests.set_status(invitation.id, status, acting.at)
        action = "invitation.restored" if restore else "invitation.withdrawn"
        tx.records.audit(acting.actor, action, invitation.id, acting.at)
        tx.feed.touch([("guest", invitation.lookup), ("arrivals", meeting.id)])
    return changed
