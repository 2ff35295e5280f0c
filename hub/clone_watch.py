"""The watch for names that two hold: what devices say of their runs, and what the broker's log says of addresses.

What was seen is kept in memory and bounded by the names that are let in; what follows from it is one task (fault 37).
"""

from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime

from devices.ports import Clock
from hub.broker_log import BrokerLog, Came
from hub.domain.clones import Turns, follows, is_shared, spoke
from hub.ports import Ids, Store
from hub.rounds import Rounds
from hub.usecases.acting import Deciding
from hub.usecases.tell_of_clone import tell_of_clone

ACTOR = "clone-watch"

_NAMES = 1_000
_WAITING = 1_000


class Holders:
    """Who held which name lately. For one thread."""

    def __init__(self) -> None:
        self._names: dict[str, Turns] = {}

    def hear(self, name: str, holder: str, at: datetime, *, took_over: bool = True) -> tuple[datetime, Turns] | None:
        """Take that ``holder`` has ``name``; returns since when two share it (UTC) and their turns, else None.

        What was told once is told again only after as many turns more.
        """
        turns = self._names.pop(name, Turns())
        turns = spoke(turns, holder, at) if took_over else follows(turns, holder)
        shared = is_shared(turns)
        self._names[name] = Turns(turns.holders) if shared else turns
        while len(self._names) > _NAMES:
            del self._names[next(iter(self._names))]
        return (turns.came_back[0], turns) if shared else None


class CloneWatch(Rounds):
    """Looks through what the managed broker says of who comes in, in a thread of its own: the broker never waits."""

    def __init__(self, store: Store, *, clock: Clock, ids: Ids, after: Callable[[], None]) -> None:
        """Take the parts; ``after`` is told when a task was raised."""
        super().__init__(ACTOR)
        self._store = store
        self._clock = clock
        self._ids = ids
        self._after = after
        self._log = BrokerLog()
        self._holders = Holders()
        self._waiting: deque[tuple[datetime, Came]] = deque(maxlen=_WAITING)
        self._untold: deque[tuple[str, datetime, Turns, datetime]] = deque(maxlen=_NAMES)

    def heard(self, words: str) -> None:
        """Take a line of the broker's; from its thread, never waits."""
        came = self._log.read(words)
        if came is not None:
            self._waiting.append((self._clock.now(), came))

    def turn(self) -> int:
        """Look through what waits; returns how many came in. Raises StoreUnavailable."""
        count = 0
        while self._waiting:
            at, came = self._waiting.popleft()
            found = self._holders.hear(came.name, came.address, at, took_over=came.took_over)
            if found is not None:
                self._untold.append((came.name, *found, at))
            count += 1
        while self._untold:
            name, since, turns, at = self._untold[0]
            with self._store.write() as tx:
                tell_of_clone(tx, name, since, Deciding(actor=ACTOR, at=at, ids=self._ids), turns.both)
            self._untold.popleft()
            self.counts["told"] += 1
            self._after()
        return count


def tell_of_runs(store: Store, holders: Holders, spoken: Collection[tuple[str, str]], now: datetime, ids: Ids) -> int:
    """Look at which runs (``boot``) spoke under which device's name; returns of how many a person was told.

    A run is named by chance when its program starts and never comes back after another one: two that alternate are
    two programs with one identity, whatever the broker and the addresses are. Raises StoreUnavailable.
    """
    told = 0
    for device, boot in spoken:
        found = holders.hear(device, boot, now)
        if found is not None:
            with store.write() as tx:
                tell_of_clone(tx, device, found[0], Deciding(actor=ACTOR, at=now, ids=ids))
            told += 1
    return told
