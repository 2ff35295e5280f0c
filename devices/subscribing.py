"""Which topic filters a connection is to hear, hears already, and was refused; changed while it lives. Pure."""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

AT_ONCE = 100
AT_ONCE_BYTES = 12_000
"""Filters in one packet at most, and their bytes: brokers refuse larger packets (MQTT 5, 3.2.2.3.6)."""

LONGEST = 1_000
"""Bytes of a filter; longer ones are nobody's sensor."""

_LEVELS = 100  # Mosquitto hangs up on more than 200 levels
# What MQTT 5 (1.5.4) forbids or lets a receiver hang up for: control characters, surrogates, non-characters.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Step:
    """What to ask the broker next: to add filters, each with its QoS, or to remove some."""

    add: tuple[tuple[str, int], ...] = ()
    remove: tuple[str, ...] = ()


class Subscriptions:
    """The changing filters of one connection. ``want`` may be called from any thread, the rest from the link's own."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._wanted: Mapping[str, int] = {}
        self._changed = False
        self._asked: Step | None = None
        self._heard: dict[str, int] = {}
        self.refused: dict[str, str] = {}

    def want(self, filters: Mapping[str, int]) -> None:
        """Name all filters that are to be heard from now on, each with its QoS."""
        with self._lock:
            self._wanted, self._changed = dict(filters), True

    @property
    def waiting(self) -> bool:
        """Say whether the broker owes an answer."""
        return self._asked is not None

    def next_step(self) -> Step | None:
        """Return what to ask the broker now; None while it owes an answer, and when nothing is left to do."""
        if self._asked is not None or not self._changed:
            return None
        with self._lock:
            wanted = self._wanted
            self._changed = False
        self.refused = {name: why for name, why in self.refused.items() if name in wanted}
        self._asked = self._removal(wanted) or self._addition(wanted)
        if self._asked is not None:
            self._changed = True  # there may be more
        return self._asked

    def answered(self, problems: Sequence[str]) -> None:
        """Take the broker's answer to the last step: for each filter why it was refused, empty where it was not."""
        asked, self._asked = self._asked, None
        if asked is None:
            return
        for name in asked.remove:
            self._heard.pop(name, None)
        for (name, qos), problem in zip(asked.add, problems, strict=False):
            if problem:
                self.refused[name] = problem
            else:
                self._heard[name] = qos

    def _removal(self, wanted: Mapping[str, int]) -> Step | None:
        return _step(remove=[name for name in self._heard if name not in wanted])

    def _addition(self, wanted: Mapping[str, int]) -> Step | None:
        new = [one for one in wanted.items() if self._heard.get(one[0]) != one[1] and one[0] not in self.refused]
        unfit = {name: why for name, _ in new if (why := why_unfit(name))}
        self.refused |= unfit
        return _step(add=[one for one in new if one[0] not in unfit])


def why_unfit(name: str) -> str:
    """Say why a text is no topic filter; empty when it is one (MQTT 5, 4.7.1). A broker would hang up on it."""
    if not name or len(name.encode(errors="replace")) > LONGEST:
        return f"a filter has 1 to {LONGEST} bytes"
    if _UNFIT.search(name):
        return "it has characters that no topic may have"
    levels = name.split("/")
    if len(levels) > _LEVELS:
        return f"it has more than {_LEVELS} levels"
    if any("+" in level and level != "+" for level in levels) or any("#" in level for level in levels[:-1]):
        return "a wildcard must fill its level, and # must be the last"
    return "# must be alone on its level" if "#" in levels[-1] and levels[-1] != "#" else ""


def _step(add: Sequence[tuple[str, int]] = (), remove: Sequence[str] = ()) -> Step | None:
    """Return as much as fits into one packet."""
    size, count = 0, 0
    for name in (*remove, *(one for one, _ in add)):
        size += len(name.encode()) + 3
        if count == AT_ONCE or (count and size > AT_ONCE_BYTES):
            break
        count += 1
    return Step(tuple(add[:count]), tuple(remove[:count])) if count else None
