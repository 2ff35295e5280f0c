"""One message that a broker sends twice: a topic may be a point's and a translator's, and each filter brings a copy.

The copies come one right after the other (Mosquitto's default; MQTT 5, 3.3.4, allows both).
"""

import re
from collections.abc import Iterable, Iterator

from devices.ports import Received


class SecondCopies:
    """Leaves them out. ``filters`` are those that overlap with the topics of points."""

    def __init__(self, filters: Iterable[str]) -> None:
        """Prepare what recognises their topics (MQTT 5, 4.7)."""
        found = [
            re.escape(name).replace(r"\+", "[^/]*").replace(r"/\#", "(/.*)?").replace(r"\#", ".*") for name in filters
        ]
        self._overlapping = re.compile("|".join(found) if found else "(?!)", re.DOTALL)
        self._before: Received | None = None

    def left_out(self, messages: Iterable[Received]) -> Iterator[Received]:
        """Return the messages without the second copies; of four alike two stay, for there were two."""
        for message in messages:
            before = self._before
            again = before is not None and before.topic == message.topic and before.payload == message.payload
            if again and self._overlapping.fullmatch(message.topic):
                self._before = None
                continue
            self._before = message
            yield message
