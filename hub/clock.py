"""The door for time: looks every second what is due (DESIGN 7), in a thread of its own."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping

from devices.contract.topics import HUB
from devices.ports import Clock
from hub.ports import Ids, Store, StoreUnavailable
from hub.usecases.acting import Deciding
from hub.usecases.pass_time import RULES, Fire, fire_next

EVERY_S = 1.0
_log = logging.getLogger(__name__)


class Timekeeper:
    """Fires timers. ``after`` hears of each that has changed something."""

    def __init__(
        self, store: Store, *, clock: Clock, ids: Ids, after: Callable[[], None], rules: Mapping[str, Fire] = RULES
    ) -> None:
        """Take the parts."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._after = after
        self._rules = rules
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
        self.counts: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand and end."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(10)

    @property
    def alive(self) -> bool:
        """Say whether time is still watched."""
        return self._thread.is_alive()

    def tick(self) -> int:
        """Fire everything that is due now; returns how many. Raises StoreUnavailable."""
        count = 0
        while not self._stopping.is_set():
            fired = fire_next(self._store, Deciding(actor=HUB, at=self._clock.now(), ids=self._ids), self._rules)
            if fired is None:
                break
            count += 1
            if fired.problem is None:
                self.counts["fired"] += 1
            else:
                self.counts["failed"] += 1
                _log.error("%s failed and is tried again", fired.timer.rule, exc_info=fired.problem)
            self._after()
        return count

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.tick()
            except StoreUnavailable:
                self.counts["store_unavailable"] += 1
            except Exception:  # noqa: BLE001 - the deadlines of a whole house hang on this thread
                self.counts["turn_failed"] += 1
                _log.exception("looking for what is due failed; it is tried again")
            self._stopping.wait(EVERY_S)
