"""Invitations are withdrawn, or restored: kiosks hear of it with their next roster page (the revocation list).

Who is inside on a withdrawn one stays, flagged, and a person is asked (rule R5, fault 43).
"""

from collections.abc import Sequence
from datetime import datetime

from hub.domain.double_entries import double_entry
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.invite import Letter, choose
from hub.usecases.judge_again import judge_again, open_invitation


def withdraw(
    tx: Transaction, meeting: Meeting, wanted: Sequence[str], who: Deciding, *, restore: bool = False
) -> list[Letter]:
    """Withdraw the invitations of these guests, or restore them; returns those that were not so already.

    Who came in before stays in: facts are never refused. Who comes in later at a kiosk that has not heard of it is
    admitted, flagged, and brings the supervisor (DESIGN 4). Raises NotFound.
    """
    status = InvitationStatus.VALID if restore else InvitationStatus.REVOKED
    changed = [one for one in choose(tx, meeting, wanted) if one.invited.invitation.status is not status]
    for letter in changed:
        change = restore_invitation if restore else withdraw_invitation
        change(tx, letter.invited.invitation.id, who.at, who)
    return changed


def withdraw_invitation(tx: Transaction, invitation: str, since: datetime, who: Deciding) -> None:
    """Withdraw an invitation as from an instant (UTC), which may lie before ``who.at`` when the news came late.

    Whether the news or the guest came first makes no difference: who was scanned after ``since`` is flagged, and one
    task is raised. Raises NotFound for no such invitation.
    """
    _change(tx, invitation, InvitationStatus.REVOKED, since, who)


def restore_invitation(tx: Transaction, invitation: str, since: datetime, who: Deciding) -> None:
    """Make an invitation good again, as if it had never been withdrawn: who was flagged is simply in.

    Raises NotFound for no such invitation.
    """
    _change(tx, invitation, InvitationStatus.VALID, since, who)


def _change(tx: Transaction, invitation: str, status: InvitationStatus, since: datetime, who: Deciding) -> None:
    _, events, rulings = open_invitation(tx, invitation)
    tx.guests.set_status(invitation, status, since)
    action = "invitation.withdraw" if status is InvitationStatus.REVOKED else "invitation.restore"
    tx.records.audit(who.actor, action, invitation, who.at)
    changed = tx.guests.by_invitation([invitation])[invitation]
    judge_again(tx, changed, events, rulings, double_entry(events.values(), rulings), who)
