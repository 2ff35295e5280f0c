"""Whether all events of a device's run are here: gaps in its numbers are found and asked for again (I9)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.domain.pace import real

PATIENCE = timedelta(seconds=20)
"""A gap this old is no message on its way any more: it is asked for."""

ASK_AGAIN = timedelta(seconds=60)
GIVE_UP = timedelta(minutes=15)
"""A gap that was asked for and is still open after so long is given to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A device says that it still keeps its run's events ``first`` to ``last``."""

    boot: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What the hub knows of one run: up to ``claimed`` there are events, up to ``complete`` all are here or given up.

    ``lost`` counts those given up. ``gap_since`` is when the present gap was first seen, ``asked_at`` when it was last
    asked for (UTC).
    """

    device: str
    boot: str
    claimed: int = 0
    complete: int = 0
    gap_since: datetime | None = None
    asked_at: datetime | None = None
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers ``first`` to ``last`` that are not here."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """Return how many numbers that is."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Step:
    """What to keep of a run, what to ask its device for again, and how many events a person must be told are lost."""

    tracked: Tracked
    ask: Gap | None = None
    lost: tuple[Gap, ...] = ()


def gaps(numbers: Iterable[int], first: int, last: int) -> list[Gap]:
    """Return the spans of ``first`` to ``last`` that ``numbers`` (ascending) leave out."""
    found = []
    expected = first
    for number in numbers:
        if number > expected:
            found.append(Gap(expected, number - 1))
        expected = max(expected, number + 1)
    if expected <= last:
        found.append(Gap(expected, last))
    return found


def look(known: Tracked, kept: Kept, missing: list[Gap], now: datetime) -> Step:
    """Decide about a run of which ``missing`` is not here between ``known.complete`` and the last number claimed.

    What the device does not keep any more can never come: it is lost. The rest is asked for once it can be no message
    on its way, again each minute, and given up after a quarter of an hour.
    """
    known = replace(known, claimed=max(known.claimed, kept.last))
    if not missing:
        return Step(replace(known, complete=known.claimed, gap_since=None, asked_at=None))
    gone = tuple(Gap(gap.first, min(gap.last, kept.first - 1)) for gap in missing if gap.first < kept.first)
    left = [Gap(max(gap.first, kept.first), gap.last) for gap in missing if gap.last >= kept.first]
    if not left:
        return Step(_give_up(replace(known, complete=known.claimed, gap_since=None, asked_at=None), gone), None, gone)
    moved = left[0].first - 1 != known.complete
    since = now if moved or known.gap_since is None else known.gap_since
    known = _give_up(replace(known, complete=left[0].first - 1, gap_since=since), gone)
    if known.asked_at is not None and now - since > real(GIVE_UP):
        done = replace(known, complete=known.claimed, gap_since=None, asked_at=None)
        return Step(_give_up(done, tuple(left)), None, (*gone, *left))
    if now - since < real(PATIENCE) or (known.asked_at is not None and now - known.asked_at < real(ASK_AGAIN)):
        return Step(known, None, gone)
    return Step(replace(known, asked_at=now), Gap(left[0].first, left[-1].last), gone)


def _give_up(known: Tracked, gone: tuple[Gap, ...]) -> Tracked:
    return replace(known, lost=known.lost + sum(gap.size for gap in gone))
