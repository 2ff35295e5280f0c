"""Two that go by one name speak in turns: its identity was copied (reliability.md, fault 37). Pure.

Who holds a name is told apart by whatever differs between them: the run of its program, or its address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.pace import real

WITHIN = timedelta(minutes=1)
MOST_RETURNS = 2
"""More returns than these within a minute, which are more than three takeovers, and two of them hold the name.

One that starts anew never comes back as who it was before, so starting again and again is no return. Two returns can
be one message that another process of the hub read late.
"""

_HOLDERS = 4


@dataclass(frozen=True, slots=True)
class Turns:
    """Who held one name: ``holders`` by their last turn, and when one ``came back`` that another had replaced (UTC)."""

    holders: tuple[str, ...] = ()
    came_back: tuple[datetime, ...] = ()

    @property
    def both(self) -> tuple[str, str]:
        """Return the last two holders, in the order of their names. Raises ValueError before there were two."""
        first, second = sorted(self.holders[-2:])
        return first, second


def spoke(turns: Turns, holder: str, at: datetime) -> Turns:
    """Take that ``holder`` has the name now, at ``at`` (UTC, of the house's clock)."""
    if turns.holders[-1:] == (holder,):
        return turns
    back = (at,) if holder in turns.holders else ()
    others = tuple(one for one in turns.holders if one != holder)
    recent = tuple(one for one in turns.came_back if at - one <= real(WITHIN))
    return Turns((*others, holder)[-_HOLDERS:], (*recent, *back)[-MOST_RETURNS - 1 :])


def follows(turns: Turns, holder: str) -> Turns:
    """Take that ``holder`` has the name after the one before it had left: that is no takeover."""
    others = tuple(one for one in turns.holders[:-1] if one != holder)
    return Turns((*others, holder), turns.came_back)


def is_shared(turns: Turns) -> bool:
    """Say whether two hold the name at one time."""
    return len(turns.came_back) > MOST_RETURNS
