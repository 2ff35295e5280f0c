"""How many event streams are open, and how many there may be: each holds a thread of the server."""

import threading


class Streams:
    """Bounds the open streams, so that pages always find a free thread."""

    def __init__(self, most: int) -> None:
        """Take how many there may be."""
        self._most = most
        self._lock = threading.Lock()
        self.open = 0

    def take(self) -> bool:
        """Take a place; False when all are taken."""
        with self._lock:
            free = self.open < self._most
            self.open += free
            return free

    def give_back(self) -> None:
        """Free a place."""
        with self._lock:
            self.open -= 1
