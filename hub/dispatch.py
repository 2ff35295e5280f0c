"""The door through which tasks go to people: looks at what is due as soon as something has changed, and each second."""

from collections.abc import Callable

from devices.contract.topics import HUB
from devices.ports import Clock
from hub.ports import Ids, Store
from hub.rounds import Rounds
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import attend_due

_BREATH_S = 0.02


class Dispatcher(Rounds):
    """Asks people. ``wait`` sleeps until the feed has moved; ``after`` hears when something was changed here."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        ids: Ids,
        wait: Callable[[int, float], int],
        after: Callable[[], None],
        speed: float = 1.0,
    ) -> None:
        """Take the parts."""
        super().__init__("dispatch", speed)
        self._store = store
        self._clock = clock
        self._ids = ids
        self._wait = wait
        self._after = after
        self._head = -1

    def turn(self) -> int:
        """Look at the tasks that are due; returns how many there were. Raises StoreUnavailable."""
        done = attend_due(self._store, Deciding(actor=HUB, at=self._clock.now(), ids=self._ids))
        self.counts.update(done.counts)
        if done.tasks:
            self.counts["looked"] += done.tasks
            self._after()
        return done.tasks

    def pause(self) -> None:
        """Wait until something has changed, or a second of the house has passed."""
        before, self._head = self._head, self._wait(self._head, self.every_s)
        if self._head == before:
            self._stopping.wait(_BREATH_S)  # a watch that has ended does not wait any more
