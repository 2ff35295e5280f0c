"""Who this kiosk is on the wire: a device of ours at a door, which knows how far its clock may be trusted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from devices import identity
from devices.contract.cards import Words
from devices.contract.messages import Clock as ClockState


@dataclass(slots=True)
class Identity(identity.Identity):
    """Also the door, and ``synced``, which tells whether the time may be trusted.

    ``machine`` names the start of the machine from which the clock's monotonic milliseconds count;
    ``hear_time`` is told the hub's time each time it is heard, and must be quick. ``speed`` is how many of the
    house's seconds pass in a real one: 1, except in a rehearsal.

    Check-ins are numbered by the outbox; every other message is numbered here.
    """

    door: Words
    synced: Callable[[], bool]
    machine: str | None = None
    hear_time: Callable[[datetime], None] = lambda _: None
    speed: float = 1.0

    def count_ms(self) -> int:
        """Return milliseconds since the machine's boot as the wire has them: in step with the house's time (I6)."""
        return int(self.clock.monotonic_ms() * self.speed)

    def clock_state(self) -> ClockState:
        """Say whether this machine's wall clock is set."""
        return ClockState.SYNCED if self.synced() else ClockState.UNSYNCED
