"""How long to wait before trying again, and how rarely to speak of it. Pure: time and jitter are arguments."""

_FIRST_S = 0.25
_LONGEST_S = 30.0
_LONGEST_NOBODY_THERE_S = 2.0
_MOST_DOUBLINGS = 16


def pause_s(tries: int, jitter: float, *, nobody_there: bool = False) -> float:
    """Return the seconds to wait after ``tries`` failed attempts in a row; ``jitter`` is between 0 and 1.

    Doubles from a quarter of a second to 30 s, less up to a half so that many devices spread out. Where nothing
    listens at all an attempt costs nobody anything, so a server that comes back is found within 2 s.
    """
    longest = _LONGEST_NOBODY_THERE_S if nobody_there else _LONGEST_S
    return min(longest, _FIRST_S * float(2 ** min(tries, _MOST_DOUBLINGS))) * (1 - jitter / 2)


class Seldom:
    """Lets one report through in ``every_s`` seconds, so that no fault that repeats fills a disk."""

    def __init__(self, every_s: float = 60.0) -> None:
        self._every_s = every_s
        self._last_s: float | None = None

    def due(self, now_s: float) -> bool:
        """Say whether a report may be made at ``now_s``; if so, count it as made."""
        if self._last_s is not None and now_s - self._last_s < self._every_s:
            return False
        self._last_s = now_s
        return True
