"""The door for time: looks every second what is due (DESIGN 7), in a thread of its own."""

import logging
from collections.abc import Callable, Mapping

from devices.contract.topics import HUB
from devices.ports import Clock
from hub.ports import Ids, Store
from hub.rounds import Rounds
from hub.usecases.acting import Deciding
from hub.usecases.pass_time import Fire, fire_next

_log = logging.getLogger(__name__)


class Timekeeper(Rounds):
    """Fires timers. ``after`` hears of each that has changed something."""

    def __init__(
        self,
        store: Store,
        rules: Mapping[str, Fire],
        *,
        clock: Clock,
        ids: Ids,
        after: Callable[[], None],
        speed: float = 1.0,
    ) -> None:
        """Take the parts."""
        super().__init__("clock", speed)
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids
        self._after = after

    def turn(self) -> int:
        """Fire the timer that is due for longest; returns whether there was one. Raises StoreUnavailable."""
        fired = fire_next(self._store, Deciding(actor=HUB, at=self._clock.now(), ids=self._ids), self._rules)
        if fired is None:
            return 0
        if fired.problem is None:
            self.counts["fired"] += 1
        else:
            self.counts["failed"] += 1
            _log.error("%s failed and is tried again", fired.timer.rule, exc_info=fired.problem)
        self._after()
        return 1
