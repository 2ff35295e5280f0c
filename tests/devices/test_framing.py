"""What the server itself answers, over real sockets: no word of what it is, no traceback, and no request in another."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from devices.connections import Bounds
from devices.server import WebServer
from tests.conftest import WAIT_S

HOST = b"Host: localhost\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
REFUSED = {
    "content-type": "text/plain; charset=utf-8",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "connection": "close",
}
"""The snapshot, but for Date and Content-Length."""


class Noting:
    """An application that notes what it was asked, reads the body, and can fail."""

    def __init__(self) -> None:
        """Nobody has asked."""
        self.asked: list[tuple[str, str, bytes]] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer with the path."""
        body = environ["wsgi.input"].read()
        self.asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], body))
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("the secret of /srv/yingbin stands here")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["PATH_INFO"].encode()]


@pytest.fixture
def app() -> Noting:
    """Give the application."""
    return Noting()


@pytest.fixture
def server(app: Noting) -> Iterator[WebServer]:
    """Serve it."""
    made = WebServer(app, "127.0.0.1", 0, threads=2, bounds=Bounds(request_s=1))
    made.start()
    yield made
    made.stop()


def told(server: WebServer, *parts: bytes, finish: bool = False) -> bytes:
    """Send bytes over one connection; return all that comes until the server closes it."""
    found = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as client, suppress(ConnectionError):
        for part in parts:
            client.sendall(part)
        if finish:
            client.shutdown(socket.SHUT_WR)
        while chunk := client.recv(65_536):
            found += chunk
    return found


def judge(answer: bytes, status: int) -> None:
    """Compare an answer with the snapshot: one answer, and nothing behind it."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    assert first.split()[1] == str(status), answer
    assert int(headers.pop("content-length")) == len(body)
    assert headers.pop("date")
    assert headers == REFUSED
    assert body.decode() == first.split(" ", 1)[1] + "\n"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"GET\r\n\r\n", id="no path"),
        pytest.param(b"\x00\x01\x02 nonsense\r\n\r\n", id="noise"),
        pytest.param(b"get / HTTP/1.1\r\n" + HOST + b"\r\n", id="small letters"),
        pytest.param(b"GET /\r\n\r\n", id="no version"),
        pytest.param(b"GET http://a[b/ HTTP/1.1\r\n" + HOST + b"\r\n", id="half an IPv6 address"),
        pytest.param(b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", id="another version"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", id="two hosts"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"<script>: x\r\n\r\n", id="a header with a script"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A: b\n<script>\r\n\r\n", id="a bare line feed"),
        pytest.param(b"GET / HTTP/1.1\n" + HOST + b"\r\n\r\n", id="a bare line feed in the first line"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A: b\rC: d\r\n\r\n", id="a bare carriage return"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n", id="a folded line"),
        pytest.param(b"GET / HTTP/1.1\r\n A: b\r\n" + HOST + b"\r\n", id="a folded first line"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A : b\r\n\r\n", id="a blank before the colon"),
    ],
)
def test_what_is_no_request_is_refused_without_a_word_of_who_refuses(
    server: WebServer, app: Noting, said: bytes
) -> None:
    """Not the server's name or version, no traceback, nothing of what was sent; what follows is not looked at."""
    judge(told(server, said + HIDDEN), 400)
    assert app.asked == []


CHUNKS = b"0\r\n\r\n"
LENGTH = b"Content-Length: 5\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param(LENGTH + b"Transfer-Encoding: chunked\r\n", CHUNKS, id="length and chunks"),
        pytest.param(b"Transfer-Encoding: chunked\r\n" + LENGTH, CHUNKS, id="chunks and length"),
        pytest.param(LENGTH + LENGTH, b"hello", id="the same length twice"),
        pytest.param(LENGTH + b"Content-Length: 50\r\n", b"hello", id="two lengths"),
        pytest.param(b"Content-Length: 5, 5\r\n", b"hello", id="a list of lengths"),
        pytest.param(b"Content-Length: +5\r\n", b"hello", id="a sign"),
        pytest.param(b"Content-Length: 0x5\r\n", b"hello", id="another base"),
        pytest.param(b"Content-Length: -1\r\n", b"", id="less than nothing"),
        pytest.param(b"Content-Length: \r\n", b"", id="no length"),
        pytest.param(b"Content-Length: " + b"9" * 5_000 + b"\r\n", b"", id="more digits than Python reads"),
        pytest.param(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", CHUNKS, id="chunks twice"),
        pytest.param(b"Transfer-Encoding: chunked, chunked\r\n", CHUNKS, id="a list of chunks"),
        pytest.param(b"Transfer-Encoding: identity\r\n", CHUNKS, id="identity"),
        pytest.param(b"Transfer-Encoding: xchunked\r\n", CHUNKS, id="another word"),
        pytest.param(b"Transfer-Encoding: \x0bchunked\r\n", CHUNKS, id="a strange blank"),
        pytest.param(b"Transfer-Encoding : chunked\r\n" + LENGTH, CHUNKS, id="a blank before the colon"),
        pytest.param(b"X: y\r\n Transfer-Encoding: chunked\r\n" + LENGTH, CHUNKS, id="chunks in a folded line"),
        pytest.param(b"Transfer-Encoding:\r\n chunked\r\n", CHUNKS, id="chunks in the next line"),
        pytest.param(b"X: y\nTransfer-Encoding: chunked\r\n" + LENGTH, CHUNKS, id="chunks behind a bare line feed"),
    ],
)
def test_no_request_hides_in_another(server: WebServer, app: Noting, headers: bytes, body: bytes) -> None:
    """CWE-444: whatever leaves open where a body ends is refused, and the connection with all behind it is closed."""
    judge(told(server, b"POST / HTTP/1.1\r\n" + HOST + headers + b"\r\n" + body + HIDDEN), 400)
    assert app.asked == []


def test_chunks_in_http_1_0_are_refused(server: WebServer, app: Noting) -> None:
    """RFC 9112, 6.1: such a message has lost its way."""
    said = b"POST / HTTP/1.0\r\n" + HOST + b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS
    judge(told(server, said + HIDDEN), 400)
    assert app.asked == []


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param(b"zz\r\nhello\r\n0\r\n\r\n", id="no number"),
        pytest.param(b"-5\r\nhello\r\n0\r\n\r\n", id="less than nothing"),
        pytest.param(b"5\r\nhelloXX0\r\n\r\n", id="longer than it says"),
        pytest.param(b"0x5\r\nhello\r\n0\r\n\r\n", id="another base"),
        pytest.param(b"5;\x00=\r\nhello\r\n0\r\n\r\n", id="a strange extension"),
    ],
)
def test_chunks_that_are_none_end_the_connection(server: WebServer, app: Noting, chunks: bytes) -> None:
    """The application is not asked with half a body."""
    judge(told(server, b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + HIDDEN), 400)
    assert app.asked == []


def test_what_is_too_large_is_refused(server: WebServer, app: Noting) -> None:
    """Headers of 32 KiB; a body of 1 MiB that is announced, or comes in chunks (RFC 6585, 5; RFC 9110, 15.5.14)."""
    judge(told(server, b"GET / HTTP/1.1\r\n" + HOST + b"A: " + b"b" * 40_000 + b"\r\n\r\n"), 431)
    judge(told(server, b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 8_000 + b"\r\n"), 431)
    judge(told(server, b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"), 431)
    judge(told(server, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9999999\r\n\r\n"), 413)
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    answer = told(server, b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 16)
    assert not answer or b" 413 " in answer.split(b"\r\n", 1)[0], "closed before all was read, or told why"
    assert app.asked == []


def test_a_failure_of_the_application_shows_nothing_of_itself(server: WebServer, app: Noting) -> None:
    """No traceback, no path, no text of the exception; and the connection ends."""
    judge(told(server, b"GET /broken HTTP/1.1\r\n" + HOST + b"\r\n"), 500)
    assert len(app.asked) == 1


def test_requests_in_one_breath_are_answered_in_their_order(server: WebServer, app: Noting) -> None:
    """Pipelining is allowed (RFC 9112, 9.3.2); each body is its own request's."""
    first = b"POST /one HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello"
    second = b"POST /two HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    last = b"GET /three HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    answer = told(server, first + second + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert app.asked == [("POST", "/one", b"hello"), ("POST", "/two", b"hi"), ("GET", "/three", b"")]
    assert b"Server:" not in answer


def test_http_1_0_is_served_and_closed(server: WebServer, app: Noting) -> None:
    """What monitors still speak."""
    answer = told(server, b"GET /old HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.0 200 OK")
    assert b"Server:" not in answer
    assert app.asked == [("GET", "/old", b"")]


def test_who_sends_half_a_request_and_waits_is_closed_without_an_answer(server: WebServer, app: Noting) -> None:
    """In the headers, in a body that is shorter than it says, and between bare line feeds that never end a header."""
    for said in (
        b"GET / HTTP/1.1\r\nHost: local",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 50\r\n\r\nhello",
        b"GET / HTTP/1.1\nHost: localhost\n\n",
    ):
        assert told(server, said) == b""
    assert app.asked == []
