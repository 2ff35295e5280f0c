"""TLS on waitress: what is refused, and that whoever is slow, silent or many holds up nobody else."""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import pytest

from devices.connections import Bounds, Listener
from devices.server import WebServer, is_over
from hub.authority import Authority
from tests.conftest import WAIT_S
from tests.devices.test_server import Stream, hello

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
SHORT = Bounds(handshake_s=0.2, request_s=0.2, per_address=3)
Serve = Callable[..., WebServer]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give a house's own authority."""
    return Authority.open(tmp_path_factory.mktemp("authority"))


def certificate(authority: Authority, folder: Path, *names: str) -> ssl.SSLContext:
    """Return what a server shows: a fresh certificate for its names."""
    chain, key = authority.server(names, 30)
    (folder / "pair.pem").write_text(chain + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(folder / "pair.pem")
    return context


def trusting(authority: Authority) -> ssl.SSLContext:
    """Return what a browser has that trusts the house."""
    return ssl.create_default_context(cadata=authority.certificate)


@pytest.fixture
def serve(authority: Authority, tmp_path: Path) -> Iterator[Serve]:
    """Give ``serve(app, bounds=...)``: a started server with TLS."""
    made: list[WebServer] = []

    def start(app: Any = hello, bounds: Bounds | None = None, threads: int = 2) -> WebServer:  # noqa: ANN401 - a WSGI application
        tls = certificate(authority, tmp_path, "localhost", "127.0.0.1")
        made.append(WebServer(app, "127.0.0.1", 0, threads, tls=tls, bounds=bounds))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


def plain(server: WebServer) -> socket.socket:
    """Connect, and say nothing yet."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S)


def secure(server: WebServer, trust: ssl.SSLContext) -> ssl.SSLSocket:
    """Connect and shake hands."""
    return trust.wrap_socket(plain(server), server_hostname="localhost")


def ask(server: WebServer, trust: ssl.SSLContext) -> tuple[int, bytes]:
    """Ask for the page."""
    client = http.client.HTTPSConnection("localhost", server.port, timeout=WAIT_S, context=trust)
    client.request("GET", "/")
    answer = client.getresponse()
    found = answer.status, answer.read()
    client.close()
    return found


def closed(client: socket.socket) -> bool:
    """Wait until the server closes, and say that it did."""
    with suppress(ConnectionError):
        while client.recv(4096):
            pass
    return True


def test_who_trusts_the_house_is_served_over_tls_1_3(serve: Serve, authority: Authority) -> None:
    """The application learns that it was asked over https."""
    seen: list[str] = []

    def note(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.append(environ["wsgi.url_scheme"])
        return hello(environ, start_response)

    server = serve(note)
    assert ask(server, trusting(authority)) == (200, b"hello")
    assert seen == ["https"]
    with secure(server, trusting(authority)) as client:
        assert client.version() == "TLSv1.3"


def test_older_tls_is_refused(serve: Serve, authority: Authority) -> None:
    """Whoever speaks at most TLS 1.2 gets an alert."""
    old = trusting(authority)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError, match=r"(?i)protocol version|internal error|alert"), secure(serve(), old):
        pass


def test_a_house_that_is_not_trusted_is_noticed(serve: Serve, authority: Authority, tmp_path: Path) -> None:
    """A stranger's certificate, and ours under another name, stop the browser; the server goes on."""
    server = serve()
    stranger = trusting(Authority.open(tmp_path / "other"))
    with pytest.raises(ssl.SSLCertVerificationError), secure(server, stranger):
        pass
    with pytest.raises(ssl.SSLCertVerificationError), plain(server) as raw:
        trusting(authority).wrap_socket(raw, server_hostname="elsewhere.lan")
    assert ask(server, trusting(authority))[0] == 200


def test_what_is_no_tls_gets_no_page(serve: Serve, authority: Authority) -> None:
    """Plain HTTP and noise at the TLS port are closed without an answer that holds a page."""
    server = serve()
    for said in (REQUEST, b"\x16\x03\x01\xff\xff" + b"\0" * 80, b"\0"):
        with plain(server) as client:
            with suppress(OSError):  # the server may have hung up before all was said
                client.sendall(said)
                client.shutdown(socket.SHUT_WR)
            came = b""
            with suppress(ConnectionError):
                while more := client.recv(4096):
                    came += more
            assert b"hello" not in came
            assert b"HTTP" not in came
    assert ask(server, trusting(authority))[0] == 200


def test_silent_handshakes_hold_up_nobody_and_are_closed(serve: Serve, authority: Authority) -> None:
    """Eighty begin a handshake and stop, with two threads: the next client is served, and those are closed."""
    server = serve(bounds=Bounds(handshake_s=2))
    silent = [plain(server) for _ in range(80)]
    for one in silent[::2]:
        one.sendall(b"\x16\x03\x01")
    assert ask(server, trusting(authority)) == (200, b"hello")
    assert all(closed(one) for one in silent)
    for one in silent:
        one.close()


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n1"])
def test_a_request_that_never_ends_is_closed(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    """However steadily it drips (slowloris): a header, a body, or nothing at all."""
    monkeypatch.setattr("devices.server._IDLE_S", 1)
    server = serve(bounds=SHORT)
    with secure(server, trusting(authority)) as client:
        client.settimeout(0.05)
        if said:
            client.sendall(said)
        pause, gone = threading.Event(), False
        for _ in range(int(WAIT_S / 0.1)):
            try:
                if said:
                    client.sendall(b"x")
                gone = client.recv(4096) == b""
            except TimeoutError:
                pause.wait(0.05)
            except OSError:
                gone = True
            if gone:
                break
        assert gone
    assert ask(server, trusting(authority))[0] == 200


def test_a_drip_over_plain_http_is_closed_as_well() -> None:
    """The kiosk's own pages have the same bound."""
    server = WebServer(hello, "127.0.0.1", 0, 1, bounds=SHORT)
    server.start()
    with plain(server) as client:
        client.sendall(b"GET / HT")
        assert closed(client)
    server.stop()


def test_a_stream_over_tls_is_told_when_its_page_has_gone(serve: Serve, authority: Authority) -> None:
    """With a good-bye or without, its thread is free at once."""
    for polite in (True, False):
        stream = Stream()
        server = serve(stream)
        client = secure(server, trusting(authority))
        client.sendall(REQUEST)
        assert stream.begun.wait(WAIT_S)
        if polite:
            with suppress(OSError):
                client.unwrap()
        client.close()
        assert stream.ended.wait(WAIT_S)


def test_an_open_stream_over_tls_does_not_hold_up_a_stop(serve: Serve, authority: Authority) -> None:
    """The stream ends, and the connection says good-bye instead of breaking off."""
    stream = Stream()
    server = serve(stream)
    with plain(server) as raw:
        strict = trusting(authority)
        with strict.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False) as client:
            client.sendall(REQUEST)
            assert stream.begun.wait(WAIT_S)
            server.stop()
            assert stream.ended.is_set()
            while client.recv(4096):  # raises SSLEOFError where the good-bye is missing
                pass


def test_large_answers_arrive_whole_while_their_readers_speak(serve: Serve, authority: Authority) -> None:
    """A worker writes and the loop reads one connection at a time: nothing is torn in eight megabytes each."""
    body = bytes(range(256)) * 32_768

    def large(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return (body[at : at + 65_536] for at in range(0, len(body), 65_536))

    server = serve(large, threads=4)
    came: list[bytes] = []

    def read() -> None:
        client = secure(server, trusting(authority))
        client.sendall(REQUEST)
        answer = http.client.HTTPResponse(client)
        answer.begin()
        first = answer.read(100_000)
        client.sendall(REQUEST)  # asks again while the first answer is being written
        came.append(first + answer.read())
        client.close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for one in readers:
        one.start()
    for one in readers:
        one.join(WAIT_S)
    assert [len(one) for one in came] == [len(body)] * 4
    assert set(came) == {body}


def test_a_connection_is_never_read_and_written_at_the_same_time(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSSL would be undefined: a worker streams while the client goes on speaking, and both are made slow."""
    inside: set[int] = set()
    both: list[str] = []
    done: list[str] = []
    pause = threading.Event()

    def watched(kind: str) -> Callable[..., Any]:
        real = getattr(ssl.SSLSocket, kind)

        def one(connection: ssl.SSLSocket, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - its own
            if not connection.server_side:
                return real(connection, *given, **named)
            if id(connection) in inside:
                both.append(kind)
            inside.add(id(connection))
            done.append(kind)
            pause.wait(0.002)
            try:
                return real(connection, *given, **named)
            finally:
                inside.discard(id(connection))

        return one

    for kind in ("send", "recv"):
        monkeypatch.setattr(ssl.SSLSocket, kind, watched(kind))

    def chatter(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"x" * 100 for _ in range(300))

    server = serve(chatter)
    with secure(server, trusting(authority)) as client:
        client.sendall(REQUEST + b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        client.settimeout(0.002)
        came = b""
        while came.count(b"x") < 300 * 100:
            try:
                more = client.recv(1_024)
            except TimeoutError:
                more = None
            assert more != b"", "the server has hung up"
            came += more or b""
            client.sendall(b"x")  # by the same thread: what must never be done at once is not done here either
    assert {"send", "recv"} <= set(done)
    assert both == []


def test_who_leaves_in_the_middle_of_an_answer_holds_up_nobody(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop sees them go while a worker is sending: neither waits for the other."""
    pause, sending = threading.Event(), threading.Event()
    send, recv = ssl.SSLSocket.send, ssl.SSLSocket.recv

    def slow_send(connection: ssl.SSLSocket, *given: Any) -> int:  # noqa: ANN401 - its own
        if connection.server_side:
            sending.set()
        return send(connection, *given)

    def slow_recv(connection: ssl.SSLSocket, *given: Any) -> bytes:  # noqa: ANN401 - its own
        data = recv(connection, *given)
        if connection.server_side and not data:
            pause.wait(0.1)  # meanwhile the worker has more to send
        return data

    monkeypatch.setattr(ssl.SSLSocket, "send", slow_send)
    monkeypatch.setattr(ssl.SSLSocket, "recv", slow_recv)

    def endless(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        if environ["PATH_INFO"] == "/":
            return iter(hello(environ, start_response))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"x" * 100 for _ in takewhile(lambda _: not (is_over(environ) or pause.wait(0.005)), count()))

    server = serve(endless, threads=4)
    for _ in range(5):
        sending.clear()
        with secure(server, trusting(authority)) as client:
            client.sendall(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(1_000)
            assert sending.wait(WAIT_S)
        assert ask(server, trusting(authority)) == (200, b"hello")


def test_a_new_certificate_holds_for_whoever_connects_next(serve: Serve, authority: Authority, tmp_path: Path) -> None:
    """An open stream goes on under the old one; the next connection gets the new one."""
    server = serve(Stream())
    with secure(server, trusting(authority)) as before:
        before.sendall(REQUEST)
        assert b"first" in before.recv(4096) + before.recv(4096)
        server.renew(certificate(authority, tmp_path, "localhost"))
        with secure(server, trusting(authority)) as after:
            assert after.getpeercert()["serialNumber"] != before.getpeercert()["serialNumber"]  # type: ignore[index]


class _Held:
    """A connection that is already there."""

    def __init__(self, address: str) -> None:
        self.addr = (address, 1)


def test_one_address_cannot_have_all_connections() -> None:
    """Beyond its share it is closed at once; others are let in, and so is loopback, where a proxy may stand."""
    listener = Listener.__new__(Listener)
    listener.bounds = SHORT
    held = ["192.0.2.7"] * 3 + ["127.0.0.1"] * 9 + ["fe80::1%eth0"] * 2
    listener.active_channels = dict(enumerate(_Held(one) for one in held))
    addresses = ("192.0.2.7", "192.0.2.8", "127.0.0.1", "::1", "fe80::1%eth0")
    assert [listener._has_room(one) for one in addresses] == [False, True, True, True, True]
