"""How many event streams are open, and how many there may be: each holds a thread of the server."""

import threading
from collections import Counter

MOST_EACH = 16
"""So many one tablet or browser may have: it opens six by itself, and one that was taken over silences no other."""


class Streams:
    """Bounds the open streams, so that pages always find a free thread."""

    def __init__(self, most: int) -> None:
        """Take how many there may be."""
        self._most = most
        self._lock = threading.Lock()
        self._of = Counter[str]()
        self.open = 0

    def take(self, who: str) -> bool:
        """Take a place for a tablet, or for an account's session; False when all are taken, or all of theirs."""
        with self._lock:
            free = self.open < self._most and self._of[who] < MOST_EACH
            self.open += free
            self._of[who] += free
            return free

    def give_back(self, who: str) -> None:
        """Free a place."""
        with self._lock:
            self.open -= 1
            self._of[who] -= 1
            if not self._of[who]:
                del self._of[who]
