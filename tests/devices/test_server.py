"""The web server starts clearly, streams at once and stops in bounded time."""

import http.client
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from waitress.trigger import trigger

from devices.server import CannotListen, WebServer, is_over
from tests.conftest import WAIT_S


def hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer with one word."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


class Stream:
    """An event stream that lasts until it is told that it is over."""

    def __init__(self) -> None:
        """Nothing has begun."""
        self.begun = threading.Event()
        self.ended = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        """Send one event, then wait in short turns."""
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return self._events(environ)

    def _events(self, environ: dict[str, Any]) -> Iterator[bytes]:
        yield b"data: first\n\n"
        self.begun.set()
        pause = threading.Event()
        while not is_over(environ):
            pause.wait(0.05)
        self.ended.set()


def test_a_free_port_is_taken_and_given_back() -> None:
    """Port 0 becomes a real port; after ``stop`` nobody listens there, and stopping twice is no mistake."""
    server = WebServer(hello, "127.0.0.1", 0, threads=2)
    assert server.port == 0
    server.start()
    with urlopen(f"http://127.0.0.1:{server.port}/", timeout=WAIT_S) as answer:
        assert answer.read() == b"hello"
        assert answer.headers.get("Server") is None
    port = server.port
    server.stop()
    server.stop()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=WAIT_S):
        pass


def test_a_busy_port_is_named_and_leaves_nothing_behind() -> None:
    """The message says where and what to do; no thread stays."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        before = threading.active_count()
        with pytest.raises(CannotListen, match=f"cannot listen on 127.0.0.1 port {port}.*set another port"):
            WebServer(hello, "127.0.0.1", port, threads=2).start()
        assert settles(lambda: threading.active_count() <= before)


def test_a_strange_address_is_named() -> None:
    """An address that is not this machine's is refused with words, not a traceback of socket numbers."""
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1"):
        WebServer(hello, "192.0.2.1", 0, threads=2).start()


def test_an_open_event_stream_does_not_hold_up_a_stop() -> None:
    """The stream is told and ends; its connection and all threads are closed."""
    before = threading.active_count()
    stream = Stream()
    server = WebServer(stream, "127.0.0.1", 0, threads=2)
    server.start()
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=WAIT_S)
    client.request("GET", "/")
    answer = client.getresponse()
    assert answer.readline() == b"data: first\n"
    assert stream.begun.wait(WAIT_S)
    server.stop()
    assert stream.ended.is_set()
    client.close()
    assert settles(lambda: threading.active_count() <= before)


def test_a_stop_waits_for_a_loop_that_turns_by_itself_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the decision to stop and the wake-up the loop may turn; the pipe that wakes it must still be there."""
    server = WebServer(hello, "127.0.0.1", 0, threads=2)
    server.start()
    [loop] = [thread for thread in threading.enumerate() if thread.name == f"web-{server.port}"]
    pull_trigger = trigger.pull_trigger

    def late(pipe: trigger, *thunk: Callable[[], None]) -> None:
        loop.join(1.5)  # longer than one turn of the loop
        pull_trigger(pipe, *thunk)

    monkeypatch.setattr(trigger, "pull_trigger", late)
    server.stop()
    assert not loop.is_alive()


def test_a_stream_is_told_when_its_page_has_gone() -> None:
    """A closed browser frees its thread without waiting for the next ping to fail."""
    stream = Stream()
    server = WebServer(stream, "127.0.0.1", 0, threads=2)
    server.start()
    client = socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S)
    client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert stream.begun.wait(WAIT_S)
    client.close()
    assert stream.ended.wait(WAIT_S)
    server.stop()


def test_a_stream_that_never_listens_is_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    """A stop is bounded even where an answer does not end by itself."""
    release = threading.Event()
    begun = threading.Event()

    def stubborn(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield b"."
        begun.set()
        release.wait(2 * WAIT_S)

    server = WebServer(stubborn, "127.0.0.1", 0, threads=1)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert begun.wait(WAIT_S)
        with caplog.at_level(logging.CRITICAL, logger="waitress"):
            server.stop()
        assert not release.is_set()
        release.set()
    assert settles(lambda: not any(thread.name.startswith("waitress") for thread in threading.enumerate()))


def settles(condition: Callable[[], bool]) -> bool:
    """Wait for a condition: threads of this test, or of one before it, need a moment to end."""
    pause = threading.Event()
    end = time.monotonic() + WAIT_S
    while not condition() and time.monotonic() < end:
        pause.wait(0.02)
    return condition()


def test_what_a_proxy_would_say_of_a_client_is_not_believed() -> None:
    """Who asks is the address of the connection: anybody can write the headers of a proxy (ASVS 4.1.3, 15.3.4)."""
    said: dict[str, str] = {}

    def remember(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        said.update({key: value for key, value in environ.items() if isinstance(value, str)})
        return hello(environ, start_response)

    server = WebServer(remember, "127.0.0.1", 0, threads=1)
    server.start()
    asked = http.client.HTTPConnection("127.0.0.1", server.port, timeout=WAIT_S)
    told = {f"X-Forwarded-{word}": "10.9.8.7" for word in ("For", "Host", "Proto", "By")}
    asked.request("GET", "/", headers=told | {"Forwarded": "for=10.9.8.7"})
    asked.getresponse().read()
    asked.close()
    server.stop()
    assert said["REMOTE_ADDR"] == "127.0.0.1"
    assert said["wsgi.url_scheme"] == "http"
    assert [value for value in said.values() if "10.9.8.7" in value] == []
