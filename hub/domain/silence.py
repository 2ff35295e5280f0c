"""How long a device may be silent: three of its own reports, within limits that the house sets (T3). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.pace import real

MISSED = 3
"""Reports that are missed before a device counts as silent."""

KEPT = 9
"""Gaps between reports from which the interval is learned; their median, so that one lost report does not count."""

LEAST_GAPS = 2

FLOOR = timedelta(minutes=1)
CEILING = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Reports:
    """When a device reported last, in UTC, and the gaps between its reports before that."""

    last: datetime | None = None
    gaps: tuple[timedelta, ...] = ()

    def after(self, at: datetime) -> "Reports":
        """Return this with one more report; several at one instant, or late ones, are one."""
        if self.last is None or at <= self.last:
            return Reports(self.last or at, self.gaps)
        gap = at - self.last
        return Reports(at, (*self.gaps, gap)[-KEPT:] if gap >= real(_TOGETHER) else self.gaps)


_TOGETHER = timedelta(seconds=1)
"""What comes within this belongs to one report."""


def may_be_silent(gaps: Sequence[timedelta], ceiling: timedelta = CEILING) -> timedelta:
    """Return for how long silence is no news; ``ceiling`` while nothing is learned.

    Both limits are what a device may need, and so real time, where the house's own runs fast.
    """
    floor, ceiling = real(FLOOR), real(ceiling)
    if len(gaps) < LEAST_GAPS:
        return ceiling
    return max(min(floor, ceiling), min(sorted(gaps)[len(gaps) // 2] * MISSED, ceiling))
