"""What one device may take of the writer's time: a flood from one keeps no other's guest waiting (fault 34).

A kiosk has 64 check-ins and a few questions on their way at most, and sends what was not answered again after 1, 2, 4 …
60 s (DESIGN 4). So whatever of one device waits beyond ``MOST`` is dropped and acknowledged: nothing honest is lost by
that. A device of which ``FLOOD`` messages were dropped is no kiosk that was kept waiting: ``SLOWLY`` a second are taken
of it until nothing had to be dropped for ``QUIET_S``, and a technician is told.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devices.contract.topics import InvalidTopic, parse

MOST = 256
"""Messages of one device that may wait: four times what a kiosk has on the way."""

FLOOD = 1_000
"""Three times what a kiosk repeats in vain while the hub is busy, before its pauses are longer than ``QUIET_S``."""

QUIET_S = 20
"""After so long without a message too many a device is one like all others."""

SLOWLY = 50
"""Messages a second that are taken of a flood: more guests than any door lets in."""

TOLD_EVERY_S = 3_600
"""No oftener a technician is told of the same device."""

_DEVICES = 1_000


@dataclass(slots=True)
class _Flood:
    """One device of which too much waited: when that was last, how much was dropped, and how much may be taken now."""

    over_ms: int
    at_ms: int
    left: float = SLOWLY
    dropped: int = 0
    told_ms: int | None = None


class Shares:
    """Counts what waits of each device. For the writer's thread alone."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        """Take a clock that only goes forward, in milliseconds."""
        self._now_ms = now_ms
        self._waiting: Counter[str] = Counter()
        self._floods: dict[str, _Flood] = {}

    def lets(self, topic: str) -> bool:
        """Say whether one more message may wait, and count it."""
        device = _device_of(topic)
        if self._is_too_much(device):
            return False
        self._waiting[device] += 1
        return True

    def taken(self, topic: str) -> None:
        """Note that a message waits no longer."""
        device = _device_of(topic)
        self._waiting[device] -= 1
        if not self._waiting[device]:
            del self._waiting[device]

    def clear(self) -> None:
        """Note that nothing waits any more."""
        self._waiting.clear()

    def untold(self) -> Mapping[str, int]:
        """Return of which floods a technician should hear, by device, and how many messages were dropped of each."""
        return {device: flood.dropped for device, flood in self._floods.items() if self._is_news(flood)}

    def told(self, device: str) -> None:
        """Note that a technician has heard of a device."""
        self._floods[device].told_ms = self._now_ms()

    def _is_news(self, flood: _Flood) -> bool:
        old = flood.told_ms is None or self._now_ms() - flood.told_ms >= TOLD_EVERY_S * 1000
        return old and flood.dropped >= FLOOD

    def _is_too_much(self, device: str) -> bool:
        full, flood = self._waiting[device] >= MOST, self._floods.get(device)
        if flood is None:
            if not full:
                return False
            flood = self._floods[device] = _Flood(self._now_ms(), self._now_ms())
            if len(self._floods) > _DEVICES:
                del self._floods[next(iter(self._floods))]
        now_ms = self._now_ms()
        if now_ms - flood.over_ms >= QUIET_S * 1000:
            flood.dropped = 0
        flood.left = min(SLOWLY, flood.left + (now_ms - flood.at_ms) * SLOWLY / 1000)
        flood.at_ms = now_ms
        if not full and (flood.dropped < FLOOD or flood.left >= 1):
            flood.left = max(0.0, flood.left - 1)
            return False
        flood.over_ms, flood.dropped = now_ms, flood.dropped + 1
        return True


def _device_of(topic: str) -> str:
    """Return whose message it is; all that is none of ours shares one place."""
    try:
        return parse(topic).device
    except InvalidTopic:
        return ""
