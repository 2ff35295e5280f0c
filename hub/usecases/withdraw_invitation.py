"""An invitation is withdrawn; who is inside on it already stays, flagged, and a person is asked (rule R5, fault 43)."""

from datetime import datetime

from hub.domain.guests import InvitationStatus
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.rule import open_invitation, settle_again


def withdraw_invitation(tx: Transaction, invitation: str, since: datetime, who: Deciding) -> None:
    """Withdraw an invitation as from an instant (UTC), which may lie before ``who.at`` when the news came late.

    Whether the news or the guest came first makes no difference: who was scanned after ``since`` is flagged, and one
    task is raised. Raises NotFound for no such invitation.
    """
    _, events, rulings = open_invitation(tx, invitation)
    tx.guests.set_status(invitation, InvitationStatus.REVOKED, since)
    tx.records.audit(who.actor, "invitation.withdraw", invitation, who.at)
    changed = tx.guests.by_invitation([invitation])[invitation]
    settle_again(tx, changed, events, rulings, (), who)
