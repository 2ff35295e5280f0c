"""A small web server between the hub and Radicale, which passes everything on, or answers as no Radicale ever does."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Between:
    """What came, and how it is answered: ``instead`` of asking on, or ``after`` that."""

    port: int
    behind: str
    asked: list[Asked] = field(default_factory=list)
    instead: Callable[[Asked], Said | None] = lambda _: None
    after: Callable[[Asked, Said], Said] = lambda _, said: said

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, asked: Asked) -> Said:
        """Answer one question."""
        self.asked.append(asked)
        said = self.instead(asked)
        if said is not None:
            return said
        headers = {name: value for name, value in asked.headers.items() if name not in {"host", "connection"}}
        got = requests.request(
            asked.method, self.behind + asked.path, headers=headers, data=asked.body, timeout=30, allow_redirects=False
        )
        kept = {name: got.headers[name] for name in ("ETag", "Content-Type", "Date") if name in got.headers}
        return self.after(asked, Said(got.status_code, kept, got.content))


@contextmanager
def between(behind: str) -> Iterator[Between]:
    """Run one on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = one.answer(Asked(self.command, self.path, headers, self.rfile.read(length)))
            self.send_response_only(said.status)
            for name, value in ({"Content-Length": str(len(said.body))} | said.headers).items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(said.body)
            self.close_connection = True

        do_GET = do_PUT = do_PROPFIND = do_REPORT = _do  # noqa: N815 - as http.server finds them

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    one = Between(server.server_port, behind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
