"""The door: it opens for a guest whose admission is on disk, and for nothing else."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from devices.contract.messages import Verdict
from devices.hands import HandLost, Relay
from kiosk.reception import Result

_REMEMBERED = 64
_log = logging.getLogger(__name__)


def opens(result: Result, now: datetime, again: timedelta) -> bool:
    """Say whether the door opens for a result at ``now`` (aware UTC).

    A guest who is in already is let through once more only at the door of their arrival and for the time ``again``:
    they were slow, or the door fell shut. Later, or elsewhere, it may be a second person with the same code; a person
    looks at that.
    """
    if result.verdict is Verdict.WELCOME:
        return True
    arrived = result.arrived_here
    return result.verdict is Verdict.ALREADY_IN and arrived is not None and abs(now - arrived) <= again


class Doorkeeper:
    """Lets the relay go for each result that opens the door, a single time for each scan."""

    def __init__(self, relay: Relay, now: Callable[[], datetime], *, opens_s: float, again_s: float) -> None:
        """Take the relay, a clock, and in seconds how long it stays open and how long a guest may come again."""
        self._relay = relay
        self._now = now
        self._opens_s = opens_s
        self._again = timedelta(seconds=again_s)
        self._opened: deque[str] = deque(maxlen=_REMEMBERED)

    def take(self, result: Result) -> None:
        """Open for this result, or not. Returns at once and never raises; told after the event is on disk alone."""
        if result.event in self._opened or not opens(result, self._now(), self._again):
            return
        self._opened.append(result.event)
        try:
            self._relay.pulse(self._opens_s)
        except HandLost as problem:
            _log.error("the door may not have opened: %s", problem)
