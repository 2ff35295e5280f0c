"""A broker is asked to let somebody in whom nobody knows."""

import socket
import threading

import pytest

from hub.broker_asking import NoBroker, lets_anybody_in
from tests.hub.secured import Secured


def answering(words: bytes) -> int:
    """Serve one connection with these words; return the port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with server, server.accept()[0] as client:
            client.recv(64)
            client.sendall(words)
            if words:
                client.recv(64)

    threading.Thread(target=serve, daemon=True).start()
    return int(server.getsockname()[1])


def test_a_broker_that_lets_everybody_in_is_found_out() -> None:
    """A CONNACK of reason 0; any other reason is a refusal (MQTT 5, 3.2.2.2)."""
    assert lets_anybody_in("127.0.0.1", answering(b"\x20\x03\x00\x00\x00"), tls=False)
    assert not lets_anybody_in("127.0.0.1", answering(b"\x20\x03\x00\x87\x00"), tls=False)


def test_whoever_speaks_something_else_is_no_broker() -> None:
    """Nothing is concluded from it."""
    with pytest.raises(NoBroker, match="485454"):
        lets_anybody_in("127.0.0.1", answering(b"HTTP/1.1 400 Bad Request\r\n"), tls=False)
    with pytest.raises(NoBroker, match="hangs up"):
        lets_anybody_in("127.0.0.1", answering(b""), tls=False)


@pytest.mark.parametrize(
    "words", [b"HTTP/1.1 400 Bad Request\r\n", b"220 mail.example ESMTP\r\n", b"", b"\x20\x03\0\0\0"]
)
def test_whoever_speaks_no_tls_where_tls_is_wanted_is_no_broker(words: bytes) -> None:
    """Somebody else has the port, or a broker there lets everybody in, in the open."""
    with pytest.raises(NoBroker, match="no TLS"):
        lets_anybody_in("127.0.0.1", answering(words), tls=True)


def test_a_handshake_that_is_refused_is_a_refusal() -> None:
    """An alert, as TLS 1.2 gives it where a certificate is missing (RFC 5246, 7.2)."""
    assert not lets_anybody_in("127.0.0.1", answering(b"\x15\x03\x03\x00\x02\x02\x28"), tls=True)


def test_nobody_at_all_is_no_refusal() -> None:
    """Silence proves nothing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    with pytest.raises(ConnectionError):
        lets_anybody_in("127.0.0.1", port, tls=False)


@pytest.mark.broker
def test_the_hubs_own_broker_refuses_at_each_of_its_ways_in(secured: Secured) -> None:
    """On loopback for want of a password, over TLS for want of a certificate."""
    assert not lets_anybody_in("127.0.0.1", secured.broker.port, tls=False)
    assert not lets_anybody_in("127.0.0.1", secured.broker.tls_port, tls=True)
