"""How long to wait before trying again, and how rarely to speak of it. Pure: time and jitter are arguments."""

SOON_S = 1.0
"""Longest pause where all went well until it broke, or where nothing listens: a server that restarts. An attempt costs
nobody anything then, and guests stand at the door."""

SILENT_S = 5.0
"""Longest pause where nobody says a word: a port forwarder whose broker is down, a host that cannot be reached."""

REFUSED_S = 30.0
"""Longest pause where somebody is there but does not want us, or threw us out."""

_FIRST_S = 0.25
_MOST_DOUBLINGS = 16


def pause_s(tries: int, longest_s: float, jitter: float) -> float:
    """Return the seconds to wait after ``tries`` attempts in a row that did not last; ``jitter`` is between 0 and 1.

    Doubles from a quarter of a second up to the longest pause, less up to a half so that many devices spread out.
    """
    return min(longest_s, _FIRST_S * float(2 ** min(tries, _MOST_DOUBLINGS))) * (1 - jitter / 2)


class Pauses:
    """The pauses of one link, which grow only while the same trouble repeats.

    A broker that dies while it greets us has not refused us, and after a connection that lasted all begins anew.
    """

    def __init__(self) -> None:
        self._tries = 0
        self._longest_s = 0.0

    def after(self, longest_s: float, jitter: float, *, lasted: bool) -> float:
        """Return the seconds to wait after a connection that ended so, or never came about."""
        self._tries = self._tries + 1 if longest_s == self._longest_s and not lasted else 0
        self._longest_s = longest_s
        return pause_s(self._tries, longest_s, jitter)


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
