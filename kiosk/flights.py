"""Which events are on their way to the hub, and which goes next. Pure: times are milliseconds since boot.

A window of events is on its way at once. One that is not answered is sent again after 1, 2, 4 … 60 s. When the hub
answers what was sent later, but not this one after several tries, it leaves the window, so that it blocks nobody, and
is tried apart once a minute.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WINDOW = 64
"""Unanswered events that are on their way at once.

So many that the hub, which stores such a backlog in batches of 25, never waits for this kiosk; so few that a guest who
comes behind them is answered in time.
"""

PATIENCE = 4
"""Tries after which an event may no longer hold the others up."""

APART_MS = 60_000
MOST = 1_000
"""Events on their way at most, when none of them is answered; as many again may stand apart."""

_LONGEST_WAIT_MS = 60_000
_FIRST_WAIT_MS = 1_000
_MOST_DOUBLINGS = 6


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event that still waits for the hub's answer, as the bytes that go on the wire; ``place`` is its order."""

    place: int
    id: str
    payload: bytes


@dataclass(slots=True)
class _Flight:
    """One event on its way: since when, how often it was sent, as which sending last, and when to send it again."""

    event: Waiting
    began_ms: int
    due_ms: int = 0
    tries: int = 0
    number: int = 0


class Flights:
    """Remembers what was sent. Not safe for several threads: its owner holds a lock."""

    def __init__(self, jitter: Callable[[], float]) -> None:
        """Take a source of numbers from 0.8 to 1.2, by which pauses differ so that kiosks do not send in step."""
        self._jitter = jitter
        self._window: dict[str, _Flight] = {}
        self._apart: dict[str, _Flight] = {}
        self._sendings = 0
        self._answered = 0

    def __contains__(self, event: str) -> bool:
        return event in self._window or event in self._apart

    @property
    def apart(self) -> int:
        """Return how many events the hub leaves unanswered while it answers others."""
        return len(self._apart)

    def reconnected(self) -> None:
        """Forget what was on its way: it will be sent anew. What stands apart stays there, due at once."""
        self._window.clear()
        for flight in self._apart.values():
            flight.due_ms = 0

    def has_room(self) -> bool:
        """Say whether one more of the backlog may go.

        Where every event of a full window was sent in vain several times, one more goes as a probe: if it is
        answered, it is they that are stuck; if not, it is the hub.
        """
        if len(self._window) < WINDOW:
            return True
        return len(self._window) < MOST and all(flight.tries >= PATIENCE for flight in self._window.values())

    def send(self, event: Waiting, now_ms: int) -> None:
        """Note that an event is being sent, for the first time or again."""
        flight = self._apart.get(event.id)
        if flight is None:
            flight = self._window.setdefault(event.id, _Flight(event, now_ms))
        self._sendings += 1
        flight.number = self._sendings
        flight.tries += 1
        pause = min(_LONGEST_WAIT_MS, _FIRST_WAIT_MS << min(flight.tries - 1, _MOST_DOUBLINGS))
        if event.id in self._apart:
            pause = APART_MS
        flight.due_ms = now_ms + int(pause * self._jitter())

    def due(self, now_ms: int) -> Sequence[Waiting]:
        """Return what must be sent again now; those in the hub's way leave the window first."""
        found = [flight for flight in self._window.values() if flight.due_ms <= now_ms]
        for flight in found:
            stuck = flight.tries >= PATIENCE and flight.number < self._answered
            if stuck and len(self._apart) < MOST:
                del self._window[flight.event.id]
                self._apart[flight.event.id] = flight
                flight.due_ms = now_ms + int(APART_MS * self._jitter())
        found += list(self._apart.values())
        return [flight.event for flight in found if flight.due_ms <= now_ms]

    def answered(self, event: str, at_ms: int) -> int | None:
        """Take an answer; return the milliseconds since the first sending, None where that is not known."""
        flight = self._window.pop(event, None) or self._apart.pop(event, None)
        if flight is None:
            return None
        self._answered = max(self._answered, flight.number)
        return max(0, at_ms - flight.began_ms)
