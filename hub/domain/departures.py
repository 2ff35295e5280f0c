"""Who has left the house, as people note it: doors only see who comes in (R5). Pure. All instants are UTC."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

SECOND = "+1"
"""What is added to an invitation for the second person on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A person was noted as having left: when, and by whom. ``person`` is an invitation, or one more on it."""

    person: str
    meeting: str
    left_at: datetime
    by: str

    @property
    def invitation(self) -> str:
        """Return the invitation on which the person came."""
        return self.person.removesuffix(SECOND)


def gone(departures: Iterable[Departure], let_in: Mapping[str, datetime]) -> dict[str, Departure]:
    """Return who is outside now, by person.

    Whoever was let in at a door after they left (``let_in``: the newest such scan by invitation) is back. Of two people
    on one invitation nobody knows which one came back, so both count as inside: a roll call must miss nobody.
    """
    return {
        one.person: one for one in departures if one.invitation not in let_in or let_in[one.invitation] <= one.left_at
    }
