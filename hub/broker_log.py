"""What Mosquitto says of who comes in, read from its log: by experiment with 2.0.11 (Debian 12), at ``notice``."""

import re
from dataclasses import dataclass

_TAKEN = re.compile(r"Client (\S+) already connected, closing old connection\.")
_CAME = re.compile(r"New client connected from (\S+):\d+ as (\S+) \(.*")
_NAMES = 1_000


@dataclass(frozen=True, slots=True)
class Came:
    """A client was let in as ``name`` from ``address``; ``took_over``: somebody was in under that name."""

    name: str
    address: str
    took_over: bool


class BrokerLog:
    """Reads line after line; a takeover is told by one line, and by whom in the next of that name."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def read(self, words: str) -> Came | None:
        """Return who has come in by this line; None where it says something else."""
        if found := _TAKEN.fullmatch(words):
            if len(self._taken) >= _NAMES:  # who was thrown out and did not come in after all
                self._taken.clear()
            self._taken.add(found[1])
            return None
        if found := _CAME.fullmatch(words):
            address, name = found.groups()
            took_over = name in self._taken
            self._taken.discard(name)
            return Came(name, address, took_over)
        return None
