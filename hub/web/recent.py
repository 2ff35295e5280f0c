"""What was read lately, kept until something changes: sixty pages that ask for the same thing cost one look.

On SQLite every reader and writer takes its turn on one connection, so a page that reads for itself would keep a guest
at the door waiting.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from devices.ports import Clock
from hub.ports import Store, Transaction
from hub.web.watch import FeedWatch

T = TypeVar("T")

MOST = 256
"""Things remembered at once; the one that was asked for longest ago goes first."""

OLDEST_MS = 5_000
"""Milliseconds after which a thing is read again even if the feed has not moved."""


@dataclass(slots=True)
class _Slot:
    """One remembered thing; ``position`` is where the feed stood before it was read, ``settled`` without readings."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    position: int = -1
    settled: int = -1
    read_ms: int = 0
    value: Any = None


class Recent:
    """Reads from the store, once for all who ask at the same time. What it returns must not be changed."""

    def __init__(self, store: Store, watch: FeedWatch, clock: Clock) -> None:
        """Take the store, and the watch that knows whether something changed."""
        self._store = store
        self._watch = watch
        self._clock = clock
        self._lock = threading.Lock()
        self._slots: dict[Hashable, _Slot] = {}

    def get(self, key: Hashable, read: Callable[[Transaction], T], *, pace_ms: int = OLDEST_MS) -> T:
        """Return what ``read`` finds, from memory where nothing has changed. Raises whatever ``read`` raises.

        Where only readings came, which come all the time, it is read again after ``pace_ms`` milliseconds.
        """
        slot = self._slot(key)
        with slot.turn:
            settled, position, now_ms = self._watch.settled, self._watch.head, self._clock.monotonic_ms()
            age_ms = now_ms - slot.read_ms
            if slot.settled != settled or age_ms > (OLDEST_MS if slot.position == position else pace_ms):
                self._fill(slot, read)
                slot.settled, slot.position, slot.read_ms = settled, position, now_ms
            value: T = slot.value
            return value

    def keep(self, key: Hashable, read: Callable[[Transaction], T], for_ms: int) -> T:
        """Return what ``read`` finds, from memory for ``for_ms`` whatever changes: for what is slow to read."""
        slot = self._slot(key)
        with slot.turn:
            now_ms = self._clock.monotonic_ms()
            if slot.settled < 0 or now_ms - slot.read_ms > for_ms:
                self._fill(slot, read)
                slot.settled, slot.read_ms = 0, now_ms
            value: T = slot.value
            return value

    def share(self, key: Hashable, make: Callable[[], T], for_ms: int) -> T:
        """Return what ``make`` makes, once for all who ask until something changes, for ``for_ms`` at the longest.

        For what is drawn from what ``get`` reads: the cards of the tasks, which sixty tablets show alike.
        """
        slot = self._slot(key)
        with slot.turn:
            settled, now_ms = self._watch.settled, self._clock.monotonic_ms()
            if slot.settled != settled or now_ms - slot.read_ms > for_ms:
                slot.settled = -1
                slot.value = make()
                slot.settled, slot.read_ms = settled, now_ms
            value: T = slot.value
            return value

    def _fill(self, slot: _Slot, read: Callable[[Transaction], T]) -> None:
        slot.settled = -1  # what cannot be read is not taken for old news
        with self._store.read() as tx:
            slot.value = read(tx)

    def forget(self) -> None:
        """Read everything anew: this process has just changed something."""
        with self._lock:
            self._slots.clear()

    def _slot(self, key: Hashable) -> _Slot:
        with self._lock:
            slot = self._slots.pop(key, None) or _Slot()
            self._slots[key] = slot
            if len(self._slots) > MOST:
                del self._slots[next(iter(self._slots))]
            return slot
