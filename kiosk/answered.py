"""The screen for a check-in that is decided and kept, however the guest came to it: held up, typed, found or ticked."""

from datetime import datetime

from kiosk import screen
from kiosk.reception import Result
from kiosk.roster import Roster


def answered(result: Result, roster: Roster, now: datetime) -> screen.Screen:
    """Return what the guest sees at ``now`` (aware UTC)."""
    outcome = screen.Outcome(
        scan_id=result.event,
        verdict=result.verdict,
        card=result.card,
        meeting=result.meeting,
        places=roster.places(),
        from_hub=result.from_hub,
        # The hub that welcomes a VIP has called the greeter in the same transaction.
        called=result.from_hub and result.verdict.admits and result.card is not None and result.card.vip,
        online=result.online,
    )
    return screen.answer(outcome, now)
