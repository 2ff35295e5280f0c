"""Small writes of many tablets at once, in one transaction: after an alarm sixty say in the same moment what they show.

Whoever comes while a COMMIT is under way waits for the next one, with all others who have come meanwhile; so one that
comes alone waits for nobody, and each is answered when its own is kept.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hub.ports import Store, Transaction

Step = Callable[[Transaction], None]


@dataclass(slots=True, eq=False)
class _Waiting:
    step: Step
    done: bool = False
    problem: Exception | None = None


class Together:
    """Takes steps of many threads into one transaction after the other."""

    def __init__(self, store: Store) -> None:
        """Take the store."""
        self._store = store
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []

    def do(self, step: Step) -> None:
        """Return when a step is kept. Raises what the step raises, then nothing of it is, or StoreUnavailable."""
        mine = _Waiting(step)
        with self._lock:
            self._waiting.append(mine)
        with self._turn:
            if not mine.done:
                with self._lock:
                    waiting, self._waiting = self._waiting, []
                self._run(waiting)
        if mine.problem is not None:
            raise mine.problem

    def _run(self, waiting: Sequence[_Waiting]) -> None:
        try:
            with self._store.write() as tx:
                for one in waiting:
                    one.step(tx)
        except Exception as problem:  # noqa: BLE001 - told to whose step it was
            if len(waiting) == 1:
                waiting[0].problem = problem
            else:
                for one in waiting:  # each for itself, so that one mistake is nobody else's
                    self._run([one])
        for one in waiting:
            one.done = True
