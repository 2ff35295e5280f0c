import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from devices.ports import LinkSettings, NotDelivered, OnConnect, OnMessage, Received
from devices.reconnecting import ReconnectingLink
from devices.sending import Outgoing

SETTINGS = LinkSettings(
    host="nowhere.invalid",
    port=1,
    client_id="kiosk-1",
    state_topic="state",
    presence=lambda status: status.encode(),
    password="open sesame",
)
WaitUntil = Callable[[Callable[[], object]], None]


@dataclass
class Wire:
    """Connections that do as told: each takes its part from ``plan``, the last part is repeated."""

    plan: list[Callable[["Plug"], None]]
    plugs: list["Plug"] = field(default_factory=list)

    def connect(self, on_message: OnMessage, on_ready: OnConnect, number: int) -> "Plug":
        """Make the next connection."""
        part = self.plan[min(number, len(self.plan)) - 1]
        self.plugs.append(Plug(on_message, on_ready, part))
        return self.plugs[-1]


@dataclass
class Plug:
    """One connection of a ``Wire``."""

    on_message: OnMessage
    on_ready: OnConnect
    part: Callable[["Plug"], None]
    ready: bool = False
    held_s: float = -1.0
    longest_pause_s: float = 0.5
    acknowledged: list[Received] = field(default_factory=list)
    filters: list[dict[str, int]] = field(default_factory=list)
    woken: threading.Event = field(default_factory=threading.Event)

    def live(self, stopping: threading.Event) -> str:
        """Play the part, then end; a part that made it ready holds until it is woken."""
        assert not stopping.is_set()
        self.part(self)
        if self.ready:
            self.woken.wait()
        self.ready = False
        return "cable pulled"

    def ready_for_s(self) -> float:
        """Return what the part pretended."""
        return self.held_s

    def wake(self) -> None:
        """End the part."""
        self.woken.set()

    def send(self, outgoing: Outgoing) -> None:
        """Take everything at once."""
        outgoing.on_done(None)

    def listen(self, filters: Mapping[str, int]) -> None:
        """Write it down."""
        self.filters.append(dict(filters))

    @property
    def refused(self) -> Mapping[str, str]:
        """Return none."""
        return {}

    def acknowledge(self, received: Received) -> None:
        """Write it down."""
        self.acknowledged.append(received)


def holds(plug: Plug) -> None:
    """Connect and stay."""
    plug.ready = True
    plug.on_ready()


def breaks(plug: Plug) -> None:
    """Fail in a way nobody foresaw."""
    raise ValueError(plug.part.__name__)


def is_refused(_: Plug) -> None:
    """Find nobody there."""
    raise ConnectionRefusedError


@pytest.fixture
def start() -> Iterator[Callable[..., ReconnectingLink]]:
    """Give a function that starts a link over a wire and stops it after the test."""
    links = []

    def make(
        wire: Wire, on_message: OnMessage = lambda _: None, on_connect: OnConnect = lambda: None
    ) -> ReconnectingLink:
        links.append(ReconnectingLink(SETTINGS, on_message, on_connect, wire.connect))
        links[-1].start()
        return links[-1]

    yield make
    for link in links:
        link.stop()


def test_nothing_that_goes_wrong_while_connecting_ends_the_link(
    start: Callable[..., ReconnectingLink], wait_until: WaitUntil
) -> None:
    """A network thread that dies silently makes a deaf kiosk that looks healthy."""
    wire = Wire([breaks, is_refused, holds])
    link = start(wire)
    wait_until(lambda: link.connected)
    assert len(wire.plugs) == 3
    assert link.problem == ""


def test_a_callback_that_fails_is_counted_and_the_next_message_still_arrives(
    start: Callable[..., ReconnectingLink], wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    """One poison message must not deafen the receiver (DESIGN 10), and it is confirmed so that it does not stay."""
    heard = []

    def on_message(received: Received) -> None:
        if received.payload == b"poison":
            raise RuntimeError("cannot read this")
        heard.append(received.payload)

    wire = Wire([holds])
    link = start(wire, on_message)
    wait_until(lambda: link.connected)
    for payload in (b"poison", b"poison", b"bread"):
        wire.plugs[0].on_message(Received("t", payload, token=1))
    assert heard == [b"bread"]
    assert link.connected
    assert link.callback_errors == 2
    assert len(wire.plugs[0].acknowledged) == 3
    failures = [record for record in caplog.records if record.exc_info]
    assert len(failures) == 1, "the second like it within a minute is only counted"


def test_a_failing_on_connect_leaves_the_link_connected(
    start: Callable[..., ReconnectingLink], wait_until: WaitUntil
) -> None:
    """What the owner does at connection is the owner's risk, not the link's."""

    def on_connect() -> None:
        raise RuntimeError("owner's mistake")

    link = start(Wire([holds]), on_connect=on_connect)
    wait_until(lambda: link.callback_errors == 1)
    assert link.connected


def test_a_callback_that_would_wait_for_its_own_thread_is_told_so(
    start: Callable[..., ReconnectingLink], wait_until: WaitUntil
) -> None:
    """Publishing with waiting, or stopping, from a callback would hang for ever."""
    links: list[ReconnectingLink] = []
    may_call = threading.Event()
    told: list[str] = []

    def publish() -> None:
        links[0].publish("t", b"")

    def stop() -> None:
        links[0].stop()

    def on_connect() -> None:
        may_call.wait()
        for forbidden in (publish, stop):
            try:
                forbidden()
            except RuntimeError as problem:
                told.append(str(problem))

    links.append(start(Wire([holds]), on_connect=on_connect))
    may_call.set()
    wait_until(lambda: len(told) == 2)
    assert "publish_soon" in told[0]


def test_a_message_without_a_connection_is_refused_with_the_reason(
    start: Callable[..., ReconnectingLink], wait_until: WaitUntil
) -> None:
    """Nothing is kept in the link: the owner knows at once, and why."""
    link = start(Wire([is_refused]))
    wait_until(lambda: "cannot be reached" in link.problem)
    with pytest.raises(NotDelivered, match=r"nowhere\.invalid:1 cannot be reached"):
        link.publish("t", b"")
    with pytest.raises(NotDelivered):
        link.publish_soon("t", b"", lambda _: pytest.fail("a refused message has no end"))


def test_a_broker_that_stays_away_is_reported_once_a_minute_and_never_with_a_secret(
    start: Callable[..., ReconnectingLink], wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    """The log stays small and clean over a night without a broker."""
    caplog.set_level(logging.DEBUG)
    wire = Wire([is_refused])
    link = start(wire)
    wait_until(lambda: len(wire.plugs) >= 4)
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1
    assert "open sesame" not in caplog.text + repr(link) + repr(SETTINGS)


def test_connections_that_break_soon_name_the_likely_cause(
    start: Callable[..., ReconnectingLink], wait_until: WaitUntil
) -> None:
    """Two programs under one id throw each other out for ever; old Mosquittos do not say why."""

    def is_thrown_out(plug: Plug) -> None:
        plug.held_s = 0.5

    link = start(Wire([is_thrown_out]))
    wait_until(lambda: link.problem)
    wait_until(lambda: "does another program use the same id?" in link.problem)


def test_stopping_interrupts_the_longest_pause(start: Callable[..., ReconnectingLink], wait_until: WaitUntil) -> None:
    """A program that ends must not hang for half a minute because the broker is away."""
    wire = Wire([breaks])
    link = start(wire)
    wait_until(lambda: len(wire.plugs) >= 3)
    link.stop()
    assert not link._thread.is_alive()


def test_a_link_that_pauses_leaves_and_comes_back_when_told(
    start: Callable[..., ReconnectingLink], wait_until: WaitUntil
) -> None:
    """A hub without its database must not hold messages that it cannot keep; pausing twice is once."""
    wire = Wire([holds])
    link = start(wire)
    wait_until(lambda: link.connected)
    link.pause()
    link.pause()
    wait_until(lambda: not link.connected)
    assert len(wire.plugs) == 1
    link.resume()
    wait_until(lambda: link.connected)
    assert len(wire.plugs) == 2


def test_a_paused_link_can_be_stopped(start: Callable[..., ReconnectingLink], wait_until: WaitUntil) -> None:
    """The hub ends while its database is away."""
    wire = Wire([holds])
    link = start(wire)
    wait_until(lambda: link.connected)
    link.pause()
    wait_until(lambda: not link.connected)
    link.stop()
    link.resume()
    assert len(wire.plugs) == 1
    assert not link.connected
