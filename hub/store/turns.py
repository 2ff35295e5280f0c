"""Taking turns at one connection: whoever came first is served first.

A pool of one lets a busy writer in again and again before those who wait: measured, readers waited for as long as it
wrote. Here its next transaction queues behind them.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from hub.ports import StoreUnavailable

PATIENCE_SECONDS = 30.0


class Turns:
    """A lock that is handed over in the order of asking."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        """Keep how many seconds anybody waits before giving up."""
        self._patience = patience
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this thread's turn and hold it inside. Raises StoreUnavailable when patience ends."""
        self._wait()
        try:
            yield
        finally:
            self._hand_over()

    def _wait(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        came = False
        try:
            came = mine.wait(self._patience)
        finally:
            if not came:
                self._leave(mine)
        if not came:
            raise StoreUnavailable(f"the database was busy for {self._patience:g} seconds")

    def _leave(self, mine: threading.Event) -> None:
        """Stop waiting; a turn that came just now goes to the next."""
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
                return
        self._hand_over()

    def _hand_over(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
