"""Messages that wait for the writer, in two lanes: a guest at a door does not stand behind a backlog.

When the network comes back every kiosk sends what it scanned meanwhile, while guests go on arriving. What was scanned
offline was answered at its door hours ago; a live scan has somebody waiting. So live ones go first, in batches of their
own, and a batch of the others is small, because the next guest waits for its end. And no device has more than its share
of the waiting (``hub.shares``).
"""

import queue
from collections import deque
from collections.abc import Sequence

from devices.contract.topics import Leaf
from devices.ports import Received
from hub.shares import Shares

LIVE_BATCH = 200
"""Live messages in one transaction at most: what is waiting is taken together, a lone one at once."""

OTHER_BATCH = 25
"""Others in one transaction at most: about 20 ms on a small computer, and nearly as many a second as with 200."""

_OFFLINE = b'"offline":true'
_OF_GUESTS = (f"/{Leaf.UP_CHECKIN}", f"/{Leaf.UP_REQUEST}")


class Lanes:
    """Filled by the link's thread with ``put``; all else is for the writer's thread alone.

    Within a lane messages keep their order. Acknowledgements keep the order of arrival (MQTT 5, 4.6): ``stored`` holds
    one back until everything that came before it is stored too.
    """

    def __init__(self, shares: Shares) -> None:
        """Begin empty; ``shares`` says what may wait of each device."""
        self._shares = shares
        self._arrived: queue.SimpleQueue[Received] = queue.SimpleQueue()
        self._live: deque[Received] = deque()
        self._others: deque[Received] = deque()
        self._owed: deque[Received] = deque()
        self._stored: set[int] = set()
        self._others_next = False

    def __len__(self) -> int:
        """Return how many messages wait to be taken, as seen from any thread."""
        return self._arrived.qsize() + len(self._live) + len(self._others)

    def put(self, message: Received) -> None:
        """Let a message wait; never blocks."""
        self._arrived.put(message)

    def take(self, timeout_s: float) -> list[Received]:
        """Return the next batch, all of one lane; empty when nothing came in time. The others get every second turn."""
        if not self._live and not self._others:
            try:
                self._sort(self._arrived.get(timeout=timeout_s))
            except queue.Empty:
                return []
        for _ in range(self._arrived.qsize()):
            self._sort(self._arrived.get_nowait())
        self._others_next = bool(self._others) and (self._others_next or not self._live)
        lane, most = (self._others, OTHER_BATCH) if self._others_next else (self._live, LIVE_BATCH)
        self._others_next = not self._others_next
        batch = [lane.popleft() for _ in range(min(most, len(lane)))]
        for message in batch:
            self._shares.taken(message.topic)
        return batch

    def stored(self, batch: Sequence[Received]) -> list[Received]:
        """Note that a batch is on disk; return what may be acknowledged now, in the order of arrival."""
        self._stored.update(id(message) for message in batch if message.token)
        ready = []
        while self._owed and id(self._owed[0]) in self._stored:
            message = self._owed.popleft()
            self._stored.remove(id(message))
            ready.append(message)
        return ready

    def give_up(self, batch: Sequence[Received]) -> None:
        """Note that these will not be acknowledged, so that they hold no other one back; they come again one day."""
        lost = {id(message) for message in batch}
        self._owed = deque(message for message in self._owed if id(message) not in lost)
        self._stored -= lost

    def clear(self) -> None:
        """Forget everything: the connection it came by is over, and none of it can be acknowledged any more."""
        while not self._arrived.empty():
            self._arrived.get_nowait()
        for lane in (self._live, self._others, self._owed):
            lane.clear()
        self._shares.clear()
        self._stored.clear()

    def _sort(self, message: Received) -> None:
        if message.token:
            self._owed.append(message)
        if self._shares.lets(message.topic):
            live = message.topic.endswith(_OF_GUESTS) and _OFFLINE not in message.payload
            (self._live if live else self._others).append(message)
        elif message.token:
            self._stored.add(id(message))  # its sender has it, and sends it again unless it is a flood
