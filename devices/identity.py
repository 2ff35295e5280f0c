"""Who a device is on the wire, and the stamps on what it sends."""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from devices.contract import codec
from devices.contract.messages import DeviceState, Status
from devices.contract.topics import Leaf, topic
from devices.ports import Clock


class Stamp(TypedDict):
    """The envelope of a message."""

    id: str
    ts: datetime
    boot: str
    seq: int


@dataclass(slots=True)
class Identity:
    """Site, device, and this run's ``boot``. Every message is numbered here, from any thread."""

    site: str
    device: str
    boot: str
    clock: Clock
    new_id: Callable[[], str]
    _numbers: Iterator[int] = field(init=False, default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def stamp(self) -> Stamp:
        """Return a fresh envelope."""
        with self._lock:
            number = next(self._numbers)
        return Stamp(id=self.new_id(), ts=self.clock.now(), boot=self.boot, seq=number)

    def topic(self, leaf: Leaf) -> str:
        """Return one of this device's own topics."""
        return topic(self.site, self.device, leaf)

    def presence(self, status: Status) -> bytes:
        """Write the birth, farewell or will of this run."""
        return codec.encode(DeviceState(**self.stamp(), status=status))
