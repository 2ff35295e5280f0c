"""What this process has taken of allowances and not spent yet, so that the store is not asked each time.

The store gives each token once, so all processes together never give more than there are; one that is not spent within
a minute is lost. Whoever was refused is refused from here until their time is over.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.domain.allowances import Taken
from hub.domain.pace import real
from hub.ports import Transaction
from hub.usecases.allow import Limit, take
from hub.web.together import Together

KEPT = timedelta(minutes=1)
MOST = 10_000
"""So many are remembered; who is forgotten is looked up in the store again."""


@dataclass(frozen=True, slots=True)
class _Purse:
    left: int
    since: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Say whether it counts; not after a clock was set back."""
        return self.since <= now < self.until


class Purses:
    """Those of one process; its threads share them."""

    def __init__(self, together: Together) -> None:
        """Take what writes for many at once."""
        self._together = together
        self._lock = threading.Lock()
        self._purses: OrderedDict[tuple[str, str], _Purse] = OrderedDict()

    def spend(self, limit: Limit, who: str, now: datetime) -> timedelta:
        """Spend one of somebody's allowance; return how long to wait where there is none. Raises StoreUnavailable."""
        key = (limit.name, who)
        with self._lock:
            purse = self._purses.get(key)
            if purse is not None and purse.holds(now):
                if not purse.left:
                    return purse.until - now
                self._keep(key, replace(purse, left=purse.left - 1) if purse.left > 1 else None)
                return timedelta()
        taken: list[Taken] = []

        def step(tx: Transaction) -> None:
            taken[:] = [take(tx, limit, who, now)]  # may be done anew

        self._together.do(step)
        given, wait = taken[0].given, taken[0].wait
        if not given:
            with self._lock:
                self._keep(key, _Purse(0, now, now + wait))
            return wait
        if given > 1:
            with self._lock:
                self._keep(key, _Purse(given - 1, now, now + real(KEPT)))
        return timedelta()

    def _keep(self, key: tuple[str, str], purse: _Purse | None) -> None:
        self._purses.pop(key, None)
        if purse is None:
            return
        self._purses[key] = purse
        while len(self._purses) > MOST:
            self._purses.popitem(last=False)
