"""Who gets a room that several have booked: the earliest booking, whatever order they were heard of in. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hub.domain.bookings import Firmness, Hold, rivals

AT_LAST = datetime.max.replace(tzinfo=UTC)
"""When something was booked of which nobody knows when: whoever knows comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a meeting wants of a room: ``hold`` with the firmness of its booking.

    ``fixed``: guests are inside, so nobody takes it away any more. ``given_at``: a person has given it this room,
    though somebody else booked before; the latest word counts. ``made_at`` is when it was booked, None for the house's
    own meetings, which come before all others; ``order`` tells those of one instant apart, and is the same whenever it
    is asked.
    """

    hold: Hold
    made_at: datetime | None
    order: str
    fixed: bool = False
    given_at: datetime | None = None

    @property
    def rank(self) -> tuple[bool, float, bool, datetime, str]:
        """Return by what claims are sorted: who comes first gets the room."""
        given = -self.given_at.timestamp() if self.given_at else 0.0
        return (not self.fixed, given, self.made_at is not None, self.made_at or AT_LAST, self.order)


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a claim: the hold to keep, and who has the room where that is somebody else."""

    hold: Hold
    rival: Hold | None = None


def settle(claims: Iterable[Claim]) -> Mapping[str, Settled]:
    """Return what becomes of each claim, by owner. Of those that block the first gets the room (C.6.6, rule 6).

    An option waits and takes nothing away. The answer does not depend on the order in which claims are given.
    """
    granted: list[Hold] = []
    found: dict[str, Settled] = {}
    for claim in sorted(claims, key=lambda one: one.rank):
        hold = claim.hold
        rival = next(iter(rivals(hold, granted)), None) if hold.firmness.blocks else None
        if rival is None:
            granted.append(hold)
            found[hold.owner] = Settled(hold)
        else:
            doubled = Hold(
                owner=hold.owner,
                room=hold.room,
                since=hold.since,
                until=hold.until,
                firmness=Firmness.DOUBLE_BOOKED,
            )
            found[hold.owner] = Settled(doubled, rival)
    return found
