"""Guests' business cards, kept with their consent and for a limited time (R95)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCard:
    """One guest's card, as it was read at a kiosk. ``consented_at`` is when they agreed to its being kept (UTC)."""

    invitation: str
    meeting: str
    device: str
    consented_at: datetime
    name: str
    company: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
