"""Who this kiosk is on the wire, and the stamps on what it sends."""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from devices.contract import codec
from devices.contract.cards import Words
from devices.contract.messages import Clock as ClockState
from devices.contract.messages import DeviceState, Status
from devices.contract.topics import Leaf, topic
from devices.ports import Clock


class Stamp(TypedDict):
    """The envelope of a message that is no check-in."""

    id: str
    ts: datetime
    boot: str
    seq: int


@dataclass(slots=True)
class Identity:
    """Site, device, door and this run's ``boot``; ``synced`` tells whether the time may be trusted.

    ``machine`` names the start of the machine from which the clock's monotonic milliseconds count;
    ``hear_time`` is told the hub's time each time it is heard, and must be quick.

    Check-ins are numbered by the outbox; every other message is numbered here.
    """

    site: str
    device: str
    door: Words
    boot: str
    clock: Clock
    new_id: Callable[[], str]
    synced: Callable[[], bool]
    machine: str | None = None
    hear_time: Callable[[datetime], None] = lambda _: None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def stamp(self) -> Stamp:
        """Return a fresh envelope."""
        with self._lock:
            number = next(self._numbers)
        return Stamp(id=self.new_id(), ts=self.clock.now(), boot=self.boot, seq=number)

    def clock_state(self) -> ClockState:
        """Say whether this machine's wall clock is set."""
        return ClockState.SYNCED if self.synced() else ClockState.UNSYNCED

    def topic(self, leaf: Leaf) -> str:
        """Return one of this kiosk's own topics."""
        return topic(self.site, self.device, leaf)

    def presence(self, status: Status) -> bytes:
        """Write the birth, farewell or will of this run."""
        return codec.encode(DeviceState(**self.stamp(), status=status))
