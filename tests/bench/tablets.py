"""Tablets as a hub sees them, many in one thread: the event stream, receipts, and the list with its pause and spread.

Nothing is drawn, and of a list only its length is read, so that what is measured is the hub's time and not ours: the
thread waits in ``select``, and a byte that makes an alert visible is noted before anything else is done about it.
"""

import json
import random
import re
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from tests.tokens import with_token

PAUSE_S = 0.5
SPREAD_S = 0.4
RECEIPTS_S = 0.4
"""As in ``hub/web/static/sections.js``, ``staff.html`` and ``alerts.js``."""

_READ = 1 << 18
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(eq=False)
class _Pipe:
    """One kept-alive connection with its requests in order, the one that is answered first in front."""

    sock: socket.socket
    waiting: deque[tuple[bytes, str]] = field(default_factory=deque)
    got: bytearray = field(default_factory=bytearray)
    busy: bool = False


@dataclass(eq=False)
class Tablet:
    """One person's tablet. ``shown`` is when each alert stood on it (``time.perf_counter``), by task."""

    name: str
    stream: socket.socket
    pipe: _Pipe
    headers: dict[str, str]
    shown: dict[str, float] = field(default_factory=dict)
    noted: set[str] = field(default_factory=set)
    text: bytearray = field(default_factory=bytearray)
    ready: threading.Event = field(default_factory=threading.Event)
    due_at: float = 0.0
    last: float = 0.0
    lists: int = 0


class Fleet:
    """All tablets of a house. ``start`` opens their streams; they follow them until ``stop``."""

    def __init__(self, port: int, secrets: Mapping[str, str]) -> None:
        """Connect them; ``secrets`` is what each person's browser keeps as its session."""
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._over = threading.Event()
        self._chance = random.Random(1)
        self.tablets = [
            Tablet(
                name, self._connect(), _Pipe(self._connect()), with_token(f"http://127.0.0.1:{port}", _cookie(secret))
            )
            for name, secret in secrets.items()
        ]
        self._later: list[tuple[float, Tablet, bytes]] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self, wait_s: float = 60) -> None:
        """Open the streams, and wait until each has said hello. Raises TimeoutError."""
        for one in self.tablets:
            head = self._head(one, "GET", "/events?kinds=tasks,arrivals,meeting,messages,incident,duties,alerts")
            one.stream.sendall(head + b"\r\n")
            self._selector.register(one.stream, selectors.EVENT_READ, partial(self._hear, one))
            self._selector.register(one.pipe.sock, selectors.EVENT_READ, partial(self._answered, one))
        self._thread.start()
        if not all(one.ready.wait(wait_s) for one in self.tablets):
            raise TimeoutError("a tablet's stream did not open")

    def stop(self) -> None:
        """Leave."""
        self._over.set()
        self._thread.join(10)
        for one in self.tablets:
            one.stream.close()
            one.pipe.sock.close()

    def _connect(self) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self._port), 60)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def _head(self, one: Tablet, method: str, path: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Sec-Fetch-Site: same-origin"]
        lines += [f"{name}: {value}" for name, value in one.headers.items()]
        return ("\r\n".join([*lines, "Accept: application/json"]) + "\r\n").encode()

    def _run(self) -> None:
        while not self._over.is_set():
            for key, _ in self._selector.select(0.01):
                try:
                    key.data()
                except (OSError, ConnectionError):
                    return  # the hub ends before its tablets
            now = time.perf_counter()
            for told_at, tablet, request in [later for later in self._later if later[0] <= now]:
                self._later.remove((told_at, tablet, request))
                self._ask(tablet, request, "receipt")
            for one in self.tablets:
                if one.due_at and now >= one.due_at:
                    one.due_at, one.last = 0.0, now
                    self._ask(one, self._head(one, "GET", "/staff?part=tasks") + b"\r\n", "list")

    def _hear(self, one: Tablet) -> None:
        one.text += one.stream.recv(_READ)
        while (end := one.text.find(b"\n\n")) >= 0:
            block, at = bytes(one.text[:end]), time.perf_counter()
            del one.text[: end + 2]
            if b"\nevent: hello" in block:
                one.ready.set()
            elif b"event: alerts" in block:
                self._alerts(one, json.loads(block.rpartition(b"data: ")[2]), at)
            elif b"event: tasks" in block:
                self._list_soon(one)

    def _alerts(self, one: Tablet, told: dict[str, object], at: float) -> None:
        if told["key"] != one.name:
            return
        lines = told.get("alerts")
        if not isinstance(lines, list):
            raise TypeError("the event does not say what rings")
        for line in lines:
            if line["task"]:
                one.shown.setdefault(line["task"], at)
            if line["id"] not in one.noted and not line["over"]:
                one.noted.add(line["id"])
                more = "Content-Length: 0\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
                told_at = at + self._chance.random() * RECEIPTS_S
                request = self._head(one, "POST", f"/staff/alerts/{line['id']}/shown") + more.encode()
                self._later.append((told_at, one, request))
        self._list_soon(one)

    def _list_soon(self, one: Tablet) -> None:
        if not one.due_at:
            now = time.perf_counter()
            one.due_at = max(now, one.last + PAUSE_S) + self._chance.random() * SPREAD_S

    def _ask(self, one: Tablet, request: bytes, what: str) -> None:
        one.pipe.waiting.append((request, what))
        self._next(one)

    def _next(self, one: Tablet) -> None:
        if one.pipe.waiting and not one.pipe.busy:
            one.pipe.busy = True
            one.pipe.sock.sendall(one.pipe.waiting[0][0])

    def _answered(self, one: Tablet) -> None:
        pipe = one.pipe
        pipe.got += pipe.sock.recv(_READ)
        end = pipe.got.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(pipe.got, 0, end)
        if length is None or not pipe.got.startswith(b"HTTP/1.1 200"):
            raise AssertionError(bytes(pipe.got[:300]))
        if len(pipe.got) >= end + 4 + int(length[1]):
            one.lists += pipe.waiting.popleft()[1] == "list"
            pipe.got.clear()
            pipe.busy = False
            self._next(one)


def _cookie(secret: str) -> dict[str, str]:
    return {"Cookie": f"yingbin_session={secret}"}
