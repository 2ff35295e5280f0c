"""A thread that looks again and again whether there is something to do, and outlives whatever goes wrong."""

import logging
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable

from hub.ports import StoreUnavailable

_BREATH_S = 0.02
EVERY_S = 1.0
"""Seconds of the house between two looks: its deadlines are kept to the second."""

_log = logging.getLogger(__name__)


class Rounds(ABC):
    """Does one turn after the other, with a pause where there was nothing to do. ``counts`` is for the metrics."""

    def __init__(self, name: str, speed: float = 1.0) -> None:
        """Name the thread, and say how many of the house's seconds pass in a real one."""
        self.every_s = EVERY_S / speed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.counts: Counter[str] = Counter()

    @abstractmethod
    def turn(self) -> int:
        """Do what there is to do now; returns how much it was. May raise StoreUnavailable."""

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand and end."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(10)

    def pause(self) -> None:
        """Wait until it is time to look again, or the end has come."""
        self._stopping.wait(self.every_s)

    @property
    def alive(self) -> bool:
        """Say whether somebody still looks."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if self.turn():
                    continue
            except StoreUnavailable:
                self.counts["store_unavailable"] += 1
            except Exception:  # noqa: BLE001 - a whole house hangs on this thread
                self.counts["turn_failed"] += 1
                _log.exception("one turn of %s failed; the next is tried", self._thread.name)
            self.pause()


class Following(Rounds):
    """Does its turns as soon as the feed has moved. ``wait`` sleeps until then; see ``hub.web.watch``."""

    def __init__(self, name: str, wait: Callable[[int, float], int]) -> None:
        """Name the thread."""
        super().__init__(name)
        self._wait = wait
        self._head = -1

    def pause(self) -> None:
        """Wait until something has changed, or a second has passed."""
        before, self._head = self._head, self._wait(self._head, self.every_s)
        if self._head == before:
            self._stopping.wait(_BREATH_S)  # a watch that has ended does not wait any more
