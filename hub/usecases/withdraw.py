"""Invitations are withdrawn, or restored: kiosks hear of it with their next roster page (the revocation list)."""

from collections.abc import Sequence

from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.acting import Acting, Deciding
from hub.usecases.invite import Letter, choose
from hub.usecases.withdraw_invitation import withdraw_invitation


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
        if restore:
            tx.guests.set_status(invitation.id, status, acting.at)
            tx.records.audit(acting.actor, "invitation.restore", invitation.id, acting.at)
            tx.feed.touch([("guest", invitation.lookup), ("arrivals", meeting.id)])
        else:
            withdraw_invitation(
                tx, invitation.id, acting.at, Deciding(actor=acting.actor, at=acting.at, ids=acting.ids)
            )
    return changed
