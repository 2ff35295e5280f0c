"""What the watts at a plug say of the thing behind it: off, in standby, on, or dead although it should be on.

Two levels differ from thing to thing (a projector stands by at 4 W and shows at 280 W, an amplifier at 25 W and 60 W),
so each plug learns its own: how long it drew how much, on a logarithmic scale, and the widest gap between the levels
at which it stayed divides standby from on. The wiring surge of a thing that is switched on is no level: what lasted
from one reading to the next is the lower of the two.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import isfinite, log2, sqrt

NOTHING_BELOW_W = 2.0
"""What draws less is off, in watts."""
ON_FROM_W = 15.0
"""What draws as much counts as on while nothing is learned, in watts."""
SURGE = timedelta(seconds=3)
"""A thing is on once it has drawn so much for so long."""
DEAD_AFTER = timedelta(minutes=2)
"""A thing that should be on may be off for so long: somebody is switching it on, or its plug restarts."""

_BANDS = 48
_BANDS_IN_AN_OCTAVE = 4
_A_LEVEL_S = 600
_LONGEST_GAP_S = 300
_REMEMBERED_S = 14 * 86_400


class PlugState(StrEnum):
    """What the thing behind a plug is doing. ``DEAD``: it should be on and draws nothing."""

    UNKNOWN = "unknown"
    OFF = "off"
    STANDBY = "standby"
    ON = "on"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlugMemory:
    """What is known of one plug; a value to keep as it is.

    ``seconds`` are the seconds that it stayed in each of 48 bands, four to an octave, from 2 W up to 8 kW. ``watts`` is
    its last reading, at ``at``. ``on_since`` and ``nothing_since`` are since when it draws enough to be on, or nothing.
    """

    seconds: tuple[int, ...] = (0,) * _BANDS
    watts: float | None = None
    at: datetime | None = None
    on_since: datetime | None = None
    nothing_since: datetime | None = None


def on_from_w(memory: PlugMemory) -> float:
    """Return from how many watts on it counts as on.

    That is the middle of the widest gap between its levels, if they are a factor of two apart.
    """
    levels = [band for band, seconds in enumerate(memory.seconds) if seconds >= _A_LEVEL_S]
    gaps = [(upper - lower, lower, upper) for lower, upper in pairwise(levels)]
    width, lower, upper = max(gaps, default=(0, 0, 0), key=lambda gap: gap[0])
    if width <= _BANDS_IN_AN_OCTAVE:
        return ON_FROM_W
    return sqrt(_start_w(lower + 1) * _start_w(upper))


def hear(memory: PlugMemory, watts: float, at: datetime) -> PlugMemory:
    """Take in one reading, in watts. What is no number, or older than the last one, changes nothing.

    Watts below zero are noise of a plug with nothing behind it.
    """
    if not isfinite(watts) or (memory.at is not None and at < memory.at):
        return memory
    watts = max(watts, 0.0)
    seconds = memory.seconds
    if memory.watts is not None and memory.at is not None:
        lasted_w = min(memory.watts, watts)
        passed_s = int(min((at - memory.at).total_seconds(), _LONGEST_GAP_S))
        seconds = _count(seconds, lasted_w, passed_s)
    on = watts >= on_from_w(memory)
    nothing = watts < NOTHING_BELOW_W
    return PlugMemory(
        seconds=seconds,
        watts=watts,
        at=at,
        on_since=(memory.on_since or at) if on else None,
        nothing_since=(memory.nothing_since or at) if nothing else None,
    )


def state_of(memory: PlugMemory, now: datetime, *, should_be_on_since: datetime | None = None) -> PlugState:
    """Say what the thing is doing. ``should_be_on_since``: since when its room's schedule wants it on, if it does.

    A reading stands until the next one; whether it is too old to be believed is for its point's expiry to say.
    """
    if memory.watts is None:
        return PlugState.UNKNOWN
    if memory.nothing_since is not None:
        dead = dead_from(memory, should_be_on_since)
        return PlugState.DEAD if dead and now >= dead else PlugState.OFF
    if memory.on_since is not None and now - memory.on_since >= SURGE:
        return PlugState.ON
    return PlugState.STANDBY


def dead_from(memory: PlugMemory, should_be_on_since: datetime | None) -> datetime | None:
    """Return from when on a thing that draws nothing counts as dead, unless it draws something before; None: never."""
    if memory.nothing_since is None or should_be_on_since is None:
        return None
    return max(memory.nothing_since, should_be_on_since) + DEAD_AFTER


def _start_w(band: int) -> float:
    return float(NOTHING_BELOW_W * 2 ** (band / _BANDS_IN_AN_OCTAVE))


def _count(seconds: tuple[int, ...], watts: float, passed_s: int) -> tuple[int, ...]:
    """Add a stay in a band; when two weeks are full, half of everything is forgotten."""
    if watts < NOTHING_BELOW_W:
        return seconds
    band = min(int(_BANDS_IN_AN_OCTAVE * log2(watts / NOTHING_BELOW_W)), _BANDS - 1)
    counted = tuple(known + passed_s * (at == band) for at, known in enumerate(seconds))
    return tuple(known // 2 for known in counted) if sum(counted) > _REMEMBERED_S else counted
