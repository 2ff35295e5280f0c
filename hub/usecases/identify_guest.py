"""A guest whom a search showed says: that is me. The kiosk then gets the whole card, and admits by its lookup (G9)."""

from datetime import datetime, timedelta

from devices.contract.messages import Progress, RequestAnswer
from hub.domain.guests import Invited
from hub.domain.requests import Asked
from hub.ports import Transaction
from hub.usecases.asking import Asking, refusal
from hub.usecases.cards import Around, guest_card

SHOWN_FOR = timedelta(minutes=2)
"""How long a search's result may be chosen from: nobody opens cards by guessing."""


def serve_identify(asking: Asking) -> RequestAnswer:
    """Open one guest's card, if this kiosk was shown that guest just now."""
    tx, lookup = asking.tx, asking.request.lookup
    if asking.too_often():
        return refusal(asking.request, "too_many_questions")
    if not lookup or lookup not in tx.requests.shown(asking.device, asking.now - SHOWN_FOR):
        return asking.refused("not_found")
    invited = tx.guests.by_lookup([lookup]).get(lookup)
    if invited is None:
        return asking.refused("not_found")
    tx.requests.add(asking.asked(invitation=invited.invitation.id))
    tx.records.audit(asking.device, "guest.identify", invited.invitation.id, asking.now)
    return _opened(tx, asking.request.id, invited)


def open_again(tx: Transaction, asked: Asked, now: datetime) -> RequestAnswer:
    """Answer once more who was identified, or taken in as a walk-in; not much later, when another may stand there."""
    invited = tx.guests.by_invitation([asked.invitation or ""]).get(asked.invitation or "")
    if invited is None or now - asked.at > SHOWN_FOR:
        return RequestAnswer(id=asked.id, progress=Progress.REFUSED, reason="not_found")
    return _opened(tx, asked.id, invited)


def _opened(tx: Transaction, request: str, invited: Invited) -> RequestAnswer:
    ids = [invited.invitation.id]
    around = Around(
        seats=tx.seats.of_invitations(ids), admissions=tx.check_ins.admissions(ids), doors=tx.meetings.doors()
    )
    return RequestAnswer(
        id=request,
        progress=Progress.ANSWERED,
        lookup=invited.invitation.lookup,
        card=guest_card(invited, around),
    )
