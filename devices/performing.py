"""A thread that performs one short act at a time on a piece of hardware; the newest act replaces the one before."""

import logging
import threading
from collections.abc import Callable, Iterator

from devices.hands import HandLost

Act = Iterator[float]
"""Does something at each step, and gives the seconds until its next one."""

_AGAIN_S = 0.5
_END_S = 3.0
_log = logging.getLogger(__name__)


class Performer:
    """Performs acts on its own thread. After each one, and after whatever goes wrong, ``rest`` brings the part to rest.

    A ``rest`` that fails is tried again until it succeeds or another act begins: a relay must not stay on because a
    pin failed once.
    """

    def __init__(self, name: str, rest: Callable[[], None]) -> None:
        """Bring the part to rest at once, then wait for acts. Raises what ``rest`` raises."""
        self._name = name
        self._rest = rest
        self._changed = threading.Condition()
        self._next: Act | None = None
        self._closing = False
        self._problem: Exception | None = None
        self._failing = False
        rest()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def perform(self, act: Act) -> None:
        """Begin this act now. Raises HandLost when the part is closed or its last act failed."""
        with self._changed:
            problem, self._problem = self._problem, None
            if self._closing:
                raise HandLost(f"{self._name} is closed")
            self._next = act
            self._changed.notify_all()
        if problem is not None:
            raise HandLost(f"{self._name} does not obey: {problem}") from problem

    def close(self) -> None:
        """End the act, and bring the part to rest; harmless the second time. Raises what ``rest`` raises."""
        with self._changed:
            if self._closing:
                return
            self._closing = True
            self._changed.notify_all()
        self._thread.join(_END_S)
        self._rest()

    def _run(self) -> None:
        while (act := self._wait_for_act()) is not None:
            try:
                for pause_s in act:
                    if self._interrupted(pause_s):
                        break
            except Exception as problem:  # noqa: BLE001 - whatever a pin's library raises
                self._note(problem)
            else:
                self._failing = False
            self._go_to_rest()

    def _wait_for_act(self) -> Act | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._next is not None)
            act, self._next = self._next, None
            return None if self._closing else act

    def _interrupted(self, seconds: float) -> bool:
        """Wait; say whether another act or the end came meanwhile."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closing or self._next is not None, seconds)

    def _go_to_rest(self) -> None:
        """Rest, unless the next act is there already: from pulse to pulse a relay does not let go."""
        while not self._interrupted(0):
            try:
                self._rest()
            except Exception as problem:  # noqa: BLE001 - as above
                self._note(problem)
                self._interrupted(_AGAIN_S)
            else:
                return

    def _note(self, problem: Exception) -> None:
        with self._changed:
            self._problem = problem
        before, self._failing = self._failing, True
        if not before:  # the first of a run of failures
            _log.error("%s does not obey: %s", self._name, problem)
