"""Who changes something, when, and with what fresh ids and codes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from devices.contract import credential
from hub.ports import Ids

MEETING_NUMBER_BITS = 48


@dataclass(frozen=True, slots=True)
class Code:
    """A code and the keyed hash under which it is found."""

    text: str
    lookup: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Who decides something: ``actor`` for the audit log (I12), ``at`` in UTC, and fresh ids."""

    actor: str
    at: datetime
    ids: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting(Deciding):
    """A person at work who also makes codes.

    ``bits(n)`` gives n random bits (``secrets.randbits``); ``site_key`` keys the lookups of codes (DESIGN 5).
    ``codes_a_day`` is how many codes this person may make in 24 hours; None for the hub itself.
    """

    bits: Callable[[int], int]
    site_key: bytes
    codes_a_day: int | None = None

    def new_code(self) -> Code:
        """Make a short code that nobody can guess."""
        return self.known_code(credential.short(self.bits(credential.SHORT_BITS)).text)

    def known_code(self, text: str) -> Code:
        """Pair a canonical code with its lookup."""
        return Code(text, credential.lookup(self.site_key, text))
