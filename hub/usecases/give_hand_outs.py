"""Hand-outs are given and counted: to a guest who is known once, to anybody else piece by piece (R103)."""

from hub.domain.errors import NotFound
from hub.domain.materials import Given
from hub.ports import Transaction
from hub.usecases.acting import Deciding


def give_hand_out(tx: Transaction, meeting: str, hand_out: str, invitation: str | None, who: Deciding) -> None:
    """Note one piece as given; the same one to the same guest again changes nothing. Raises NotFound."""
    if hand_out not in {one.key for one in tx.materials.of_meeting(meeting).hand_outs}:
        raise NotFound(f"this meeting has no hand-out {hand_out!r}")
    if invitation is not None:
        invited = tx.guests.by_invitation([invitation]).get(invitation)
        if invited is None or invited.invitation.meeting != meeting:
            raise NotFound("there is no such guest at this meeting")
        if hand_out in tx.materials.given_to(invitation):
            return
    tx.materials.give(
        Given(id=who.ids(), meeting=meeting, hand_out=hand_out, invitation=invitation, by=who.actor, at=who.at)
    )
    tx.records.audit(who.actor, f"hand_out.given:{hand_out}", invitation or meeting, who.at)
    tx.feed.touch([("materials", meeting)])
