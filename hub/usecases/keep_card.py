"""A guest leaves a business card at a kiosk, with consent; a person lets one go again, on the guest's request (R95)."""

from collections.abc import Sequence

from devices.contract.messages import RequestAnswer
from hub.domain.business_cards import KeptCard
from hub.domain.errors import NotFound
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.asking import Asking


def serve_card(asking: Asking) -> RequestAnswer:
    """Keep the card of the guest whose scan it belongs to, in place of an older one."""
    scan, card = asking.scan(), asking.request.card
    if card is None or scan is None or scan.invitation is None or scan.meeting is None:
        return asking.refused("not_found")
    kept = KeptCard(
        invitation=scan.invitation,
        meeting=scan.meeting,
        device=asking.device,
        consented_at=asking.now,
        name=card.name,
        company=card.company,
        title=card.title,
        phone=card.phone,
        email=card.email,
    )
    asking.tx.business_cards.put(kept)
    asking.tx.records.audit(asking.device, "business_card.keep", scan.invitation, asking.now)
    asking.tx.feed.touch([("arrivals", scan.meeting)])
    return asking.answered()


def export_cards(tx: Transaction, meeting: str, who: Deciding) -> Sequence[KeptCard]:
    """Return a meeting's cards to be taken out of the house; how many, and by whom, stands in the log."""
    found = tx.business_cards.of_meeting(meeting)
    tx.records.audit(who.actor, f"business_card.export:{len(found)}", meeting, who.at)
    return found


def drop_card(tx: Transaction, meeting: str, invitation: str, who: Deciding) -> None:
    """Remove one guest's card. Raises NotFound."""
    if not tx.business_cards.remove(invitation):
        raise NotFound("there is no card of this guest")
    tx.records.audit(who.actor, "business_card.drop", invitation, who.at)
    tx.feed.touch([("arrivals", meeting)])
