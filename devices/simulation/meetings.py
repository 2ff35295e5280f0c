"""When people sit in which room: each room has meetings one after the other, drawn from the seed. Pure."""

import random
from collections.abc import Sequence

_ROUND_S = 5_400
_COMING_S = 600
_MOST = 40


def people_at(seed: int, room: int, elapsed_s: float) -> int:
    """Return how many people are in a room: they come within ten minutes, stay for most of an hour, and leave."""
    number, within = divmod(elapsed_s + room * 701 % _ROUND_S, _ROUND_S)
    drawn = random.Random(f"{seed}:{room}:{int(number)}")  # noqa: S311 - a simulation, no secret
    guests, lasts_s = drawn.randint(4, _MOST), drawn.uniform(2_400, 4_200)
    if within > lasts_s:
        return round(guests * max(0.0, 1 - (within - lasts_s) / (_COMING_S / 2)))
    return round(guests * min(1.0, within / _COMING_S))


def outside_at(elapsed_s: float, celsius: Sequence[float] = (8.0, 14.0)) -> float:
    """Return the weather: from its coldest to its warmest and back within a day."""
    coldest, warmest = celsius
    share = abs((elapsed_s / 86_400 % 1) * 2 - 1)
    return warmest + (coldest - warmest) * share
