import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from devices.link import MqttLink
from devices.ports import LinkSettings
from hub.broker import HOST, Broker
from tests.conftest import WAIT_S

WaitUntil = Callable[[Callable[[], object]], None]
Script = Callable[[socket.socket], None]

SETTINGS = LinkSettings(
    host=HOST,
    port=0,
    client_id="kiosk-1",
    state_topic="state",
    presence=lambda status: status.encode(),
    subscriptions=(("down/#", 1),),
    answer_within_s=3.0,
)
CONNACK = b"\x20\x03\x00\x00\x00"
CONNACK_ONE_AT_A_TIME = b"\x20\x06\x00\x00\x03\x21\x00\x01"
CONNACK_BUSY = b"\x20\x03\x00\x89\x00"


def packet(sock: socket.socket) -> bytes:
    """Read one MQTT packet (short ones only: one byte of length)."""
    head = sock.recv(2, socket.MSG_WAITALL)
    return head + sock.recv(head[1] if len(head) == 2 else 0, socket.MSG_WAITALL)


def suback(subscribe: bytes, code: int) -> bytes:
    """Answer a SUBSCRIBE for one filter."""
    return b"\x90\x04" + subscribe[2:4] + b"\x00" + bytes([code])


def puback(publish: bytes) -> bytes:
    """Answer a PUBLISH on the five-letter topic ``state`` with QoS 1."""
    return b"\x40\x02" + publish[9:11]


@pytest.fixture
def play() -> Iterator[Callable[[Script], int]]:
    """Give a function that starts a broker which plays a script to each client, and returns its port."""
    over = threading.Event()
    threads: list[threading.Thread] = []

    def start(script: Script) -> int:
        listener = socket.create_server((HOST, 0))
        listener.settimeout(0.05)

        def serve() -> None:
            with listener:
                while not over.is_set():
                    try:
                        client, _ = listener.accept()
                    except TimeoutError:
                        continue
                    with client:
                        client.settimeout(WAIT_S)
                        with contextlib.suppress(OSError):  # who hangs up early is seen in what the link says
                            script(client)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return int(listener.getsockname()[1])

    yield start
    over.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def join() -> Iterator[Callable[[int], MqttLink]]:
    """Give a function that starts a link to a port, stopped after the test."""
    links: list[MqttLink] = []

    def start(port: int) -> MqttLink:
        links.append(MqttLink(replace(SETTINGS, port=port), lambda _: None))
        links[-1].start()
        return links[-1]

    yield start
    for link in links:
        link.stop()


def test_a_broker_that_refuses_the_subscription_is_no_connection(
    play: Callable[[Script], int], join: Callable[[int], MqttLink], wait_until: WaitUntil
) -> None:
    """A kiosk that hears no replies must not look connected."""

    def script(client: socket.socket) -> None:
        packet(client)
        client.sendall(CONNACK)
        client.sendall(suback(packet(client), 0x87))
        packet(client)

    link = join(play(script))
    wait_until(lambda: r"refuses to subscribe us to down/# (Not authorized)" in link.problem)
    assert not link.connected


def test_a_broker_that_grants_less_than_asked_is_no_connection(
    play: Callable[[Script], int], join: Callable[[int], MqttLink], wait_until: WaitUntil
) -> None:
    """With QoS 0 replies could be lost without a trace."""

    def script(client: socket.socket) -> None:
        packet(client)
        client.sendall(CONNACK)
        client.sendall(suback(packet(client), 0x00))
        packet(client)

    link = join(play(script))
    wait_until(lambda: "refuses to subscribe" in link.problem)


def test_a_broker_that_refuses_the_client_is_asked_again_and_its_words_are_kept(
    play: Callable[[Script], int], join: Callable[[int], MqttLink], wait_until: WaitUntil
) -> None:
    """A TCP connection is not a connection; the technician reads what the broker said."""
    asked: list[bytes] = []

    def script(client: socket.socket) -> None:
        asked.append(packet(client))
        client.sendall(CONNACK_BUSY)

    link = join(play(script))
    wait_until(lambda: len(asked) == 3)
    wait_until(lambda: "the broker refuses kiosk-1: Server busy" in link.problem)
    assert not link.connected


def test_a_broker_that_says_nothing_is_given_up_within_bounds(
    play: Callable[[Script], int], join: Callable[[int], MqttLink], wait_until: WaitUntil
) -> None:
    """A half-open port must not hold the kiosk for ever."""

    def script(client: socket.socket) -> None:
        packet(client)
        client.recv(1)

    link = join(play(script))
    wait_until(lambda: "does not answer" in link.problem)


def test_a_broker_that_speaks_nonsense_does_not_end_the_link(
    play: Callable[[Script], int], join: Callable[[int], MqttLink], wait_until: WaitUntil
) -> None:
    """Whatever listens on that port, the link tries again and becomes whole when the real broker is back."""
    turns: list[bytes] = []
    nonsense = [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\x02\x00", b"\xff" * 64, b"\x90\x03\x00\x01\x00"]

    def script(client: socket.socket) -> None:
        turns.append(packet(client))
        if len(turns) <= len(nonsense):
            client.sendall(nonsense[len(turns) - 1])
            return
        client.sendall(CONNACK)
        client.sendall(suback(packet(client), 0x01))
        client.sendall(puback(packet(client)))
        packet(client)

    link = join(play(script))
    wait_until(lambda: link.connected)
    assert len(turns) == len(nonsense) + 1


def test_the_brokers_own_limit_of_messages_in_flight_is_kept(
    play: Callable[[Script], int], join: Callable[[int], MqttLink], wait_until: WaitUntil
) -> None:
    """Whatever paho thinks: it ignores the receive maximum; a broker may hang up on who exceeds it (MQTT 5, 3.3.4)."""
    events: list[str] = []

    def script(client: socket.socket) -> None:
        packet(client)
        client.sendall(CONNACK_ONE_AT_A_TIME)
        client.sendall(suback(packet(client), 0x01))
        client.sendall(puback(packet(client)))
        for _ in range(3):
            publish = packet(client)
            client.settimeout(0)
            try:
                events.append("too early" if client.recv(1, socket.MSG_PEEK) else "gone")
            except BlockingIOError:
                events.append("alone")
            client.settimeout(WAIT_S)
            client.sendall(puback(publish))
        packet(client)

    link = join(play(script))
    wait_until(lambda: link.connected)
    ends: list[object] = []
    for _ in range(3):
        link.publish_soon("state", b"x", ends.append)
    wait_until(lambda: ends == [None, None, None])
    assert events == ["alone", "alone", "alone"]


@pytest.mark.broker
def test_a_wrong_password_is_reported_once_and_appears_nowhere(
    broker: Broker, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    """The technician learns that the password is wrong, and nobody learns the password."""
    caplog.set_level(logging.DEBUG)
    secret = "not-the-password"
    settings = replace(SETTINGS, port=broker.port, username="kiosk-1", password=secret)
    link = MqttLink(settings, lambda _: None)
    link.start()
    wait_until(lambda: "the broker refuses kiosk-1: Not authorized" in link.problem)
    wait_until(lambda: getattr(link._connection, "_number", 0) >= 3)
    link.stop()
    assert len([record for record in caplog.records if "refuses" in record.message]) == 1
    assert secret not in caplog.text + repr(settings) + repr(link) + link.problem
