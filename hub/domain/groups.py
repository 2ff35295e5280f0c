"""Groups: the party of a meeting's guest list that comes on one code (G22)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.guests import InvitationStatus, Invited

LEAST, MOST = 2, 20
"""How many guests come on one code: a screen of ticks holds no more, nor does one roster item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A party of one meeting with its code; only its current one, even if withdrawn.

    ``code`` is the canonical text of the QR, ``lookup`` its keyed hash, ``status`` that code's standing since
    ``status_at``. It stands beside the members' own codes: neither opens or closes the other.
    """

    meeting: str
    party: str
    code: str
    lookup: str
    status: InvitationStatus = InvitationStatus.VALID
    status_at: datetime | None = None


def members(invited: Iterable[Invited]) -> Sequence[Invited]:
    """Return those of a party's guests who may come on its code: all whose invitation is not withdrawn."""
    return [one for one in invited if one.invitation.status is InvitationStatus.VALID]


def parties(invited: Iterable[Invited]) -> dict[str, list[Invited]]:
    """Sort a meeting's guests by party, in the order of each one's first guest; who comes alone is in none."""
    found: dict[str, list[Invited]] = {}
    for one in invited:
        if one.invitation.party:
            found.setdefault(one.invitation.party, []).append(one)
    return found
