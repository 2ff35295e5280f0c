"""Runs a simulated venue: a connection for each device, and one thread that lets each speak in its turn."""

import heapq
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from devices.contract.messages import Status
from devices.patience import Seldom
from devices.ports import Clock, Link, LinkSettings, NotDelivered, OnConnect, OnMessage, Received
from devices.simulation.config import SimulationConfig
from devices.simulation.faults import Fault, FaultKind
from devices.simulation.nodes import Message
from devices.simulation.paging import Worn
from devices.simulation.venue import Placed, Venue

_END_S = 5.0
_LOOK_S = 0.1
_log = logging.getLogger(__name__)

NewLink = Callable[[LinkSettings, OnMessage, OnConnect], Link]


class WifiLost(OSError):
    """Raised where a device would say goodbye: a Wi-Fi that is gone lets nobody, so its will speaks for it."""


class Connected:
    """One device on its link."""

    def __init__(self, placed: Placed, running: "Running", new_link: NewLink, password: str | None) -> None:
        """Make the link; nothing is connected before ``start``."""
        self.placed = placed
        self._running = running
        self._lost = False
        broker, node = running.config.broker, placed.node
        settings = LinkSettings(
            host=broker.host,
            port=broker.port,
            client_id=node.name,
            username=node.name if password else None,
            password=password,
            tls_ca=broker.tls_ca,
            state_topic=node.state_topic,
            presence=self._presence,
            subscriptions=tuple((topic, 1) for topic in node.subscriptions),
        )
        self.link = new_link(settings, self._received, self._connected)

    def start(self) -> None:
        """Connect."""
        self.link.start()

    def stop(self) -> None:
        """Leave cleanly."""
        self._lost = False
        self.link.stop()

    def say(self, messages: Sequence[Message]) -> int:
        """Publish without waiting; returns how many found a way."""
        said = 0
        for message in messages:
            try:
                self.link.publish_soon(message.topic, message.payload, _nothing, retain=message.retain, qos=message.qos)
            except NotDelivered:
                continue
            said += 1
        return said

    def beat(self, elapsed_s: float) -> None:
        """Follow the Wi-Fi of the room, and say what there is to say."""
        venue, at = self._running.venue, self._running.clock.now()
        away = self.placed.on_wifi and FaultKind.WIFI in venue.wrong(self.placed.rooms[0], elapsed_s)
        if away != self._lost:
            self._lost = away
            self.link.pause() if away else self.link.resume()
        if not away and self.link.connected:
            said = self.say(venue.beat(self.placed, elapsed_s, at))
            self._running.counts["said"] += said

    def _presence(self, status: Status) -> bytes:
        if self._lost and status is Status.STOPPING:
            raise WifiLost("the Wi-Fi is gone")
        return self.placed.node.presence(status)

    def _connected(self) -> None:
        running = self._running
        now = running.venue.now(self.placed, running.elapsed_s(), running.clock.now())
        self.say(self.placed.node.hello(now))

    def _received(self, message: Received) -> None:
        if message.retained:
            return
        running = self._running
        answers = running.venue.obey(
            self.placed, message.topic, message.payload, running.elapsed_s(), running.clock.now()
        )
        running.counts["obeyed"] += bool(answers)
        self.say(answers)


class Running:
    """The whole venue. ``counts`` says how many messages were said, and how many commands obeyed."""

    def __init__(  # noqa: PLR0913 - each is one part
        self,
        config: SimulationConfig,
        placed: Sequence[Placed],
        *,
        clock: Clock,
        new_link: NewLink,
        passwords: Mapping[str, str],
        faults: Sequence[Fault] = (),
        pagers: Sequence[Worn] = (),
    ) -> None:
        """Take the parts. Raises BadFault."""
        self.config = config
        self.clock = clock
        self.venue = Venue(config, faults)
        self.counts: Counter[str] = Counter()
        self._began_ms = clock.monotonic_ms()
        self._nodes = [Connected(one, self, new_link, passwords.get(one.node.name)) for one in placed]
        self._pagers = pagers
        self._stopping = threading.Event()
        self._seldom = Seldom()
        self._thread = threading.Thread(target=self._run, name="venue", daemon=True)

    @property
    def connected(self) -> int:
        """Return how many devices are connected."""
        return sum(link.connected for link in self._links().values())

    @property
    def size(self) -> int:
        """Return how many devices there are."""
        return len(self._nodes) + len(self._pagers)

    def problems(self) -> dict[str, str]:
        """Return why devices are not connected, by name."""
        return {name: link.problem for name, link in self._links().items() if link.problem}

    def _all(self) -> list[Connected | Worn]:
        return [*self._nodes, *self._pagers]

    def _links(self) -> dict[str, Link]:
        return {one.placed.node.name: one.link for one in self._nodes} | {one.name: one.link for one in self._pagers}

    def elapsed_s(self) -> float:
        """Return the seconds since the start."""
        return (self.clock.monotonic_ms() - self._began_ms) / 1000

    def start(self) -> None:
        """Connect everything and begin to speak."""
        for one in self._all():
            one.start()
        self._thread.start()

    def stop(self) -> None:
        """End; every device says goodbye."""
        self._stopping.set()
        self._thread.join(_END_S)
        for one in self._all():
            one.stop()

    def _run(self) -> None:
        """Let each device speak at its rate, spread over the period so that they do not all speak at once."""
        period_s = 1 / self.config.rate
        began = time.monotonic()
        size = len(self._nodes)
        due = [(began + period_s * number / size, number) for number in range(size)]
        heapq.heapify(due)
        while not self._stopping.is_set():
            at, number = due[0]
            pause_s = at - time.monotonic()
            if pause_s > 0:
                self._stopping.wait(min(pause_s, _LOOK_S))
                continue
            if -pause_s > period_s and self._seldom.due(time.monotonic()):
                _log.warning("this machine is too slow: %.1f s late", -pause_s)
            heapq.heapreplace(due, (max(at + period_s, time.monotonic() - period_s), number))
            try:
                self._nodes[number].beat(self.elapsed_s())
            except Exception:  # noqa: BLE001 - one device's mistake must not silence the venue
                if self._seldom.due(time.monotonic()):
                    _log.exception("%s failed at one beat", self._nodes[number].placed.node.name)


def _nothing(_: NotDelivered | None) -> None:
    """Care for nothing: the next beat says it anew."""
