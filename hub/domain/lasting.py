"""Something counts as wrong only once it has lasted, and as right again only once that has lasted (S11). Pure.

A delay of 19 s removes 67 % of the alarms that nobody can act upon (``reference/user-experience.md`` 2, Görges 2009).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """How long something must be wrong before it counts (``on``), and right before it is over (``off``)."""

    on: timedelta = timedelta(seconds=20)
    off: timedelta = timedelta(seconds=60)


STANDARD_DELAYS = Delays()


@dataclass(frozen=True, slots=True)
class Lasting:
    """How something stands: ``wrong`` as seen last, ``on`` as it counts.

    ``since`` is when ``wrong`` changed last; None while it is not known, so that the delay runs from the next look.
    ``began`` is when what counts began. All instants are UTC.
    """

    wrong: bool = False
    since: datetime | None = None
    on: bool = False
    began: datetime | None = None

    def at(self, now: datetime, delays: Delays) -> "Lasting":
        """Return how it stands at an instant at which nothing new was seen."""
        if self.wrong == self.on:
            return self
        if self.since is None:
            return replace(self, since=now)
        if now - self.since < (delays.on if self.wrong else delays.off):
            return self
        return replace(self, on=self.wrong, began=self.since if self.wrong else None)

    def seen(self, *, wrong: bool, at: datetime, delays: Delays) -> "Lasting":
        """Return how it stands after a look that found it wrong, or right."""
        settled = self.at(at, delays)
        return settled if wrong == settled.wrong else replace(settled, wrong=wrong, since=at).at(at, delays)


FINE = Lasting()
"""Nothing is wrong, and nothing was."""


def opened_at(since: datetime) -> Lasting:
    """Return how something stands that counted as wrong when it was heard of last."""
    return Lasting(wrong=True, since=since, on=True, began=since)
