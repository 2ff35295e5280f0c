"""A projector that speaks PJLink over TCP, for tests and the demo, with the bad manners of real ones."""

import hashlib
import secrets
import socket
from contextlib import suppress
from enum import StrEnum
from threading import Event, Thread
from time import monotonic

from devices.fake.pjlink import SimulatedProjector

_LONGEST = 256
_IDLE_S = 30.0
"""A projector hangs up on who says nothing for so long (PJLink 2.1)."""


class Manner(StrEnum):
    """How it treats who talks to it."""

    GOOD = "good"
    SILENT = "silent"  # takes the connection and never says a word
    TONGUE_TIED = "tongue_tied"  # greets and answers about its power, then nothing
    HANGS_UP = "hangs_up"  # greets and hangs up
    GARBAGE = "garbage"  # is no PJLink at all
    ENDLESS = "endless"  # sends a line that never ends
    DRIBBLES = "dribbles"  # one byte at a time, far too slowly
    LINE_FEEDS = "line_feeds"  # ends its lines with CR LF, and answers in small letters


class FakeProjector:
    """A server on loopback, for one conversation at a time, as real ones are. ``state`` and ``manner`` may be set.

    ``password`` asks for authentication when it is not empty. ``heard`` are the lines of all conversations, and
    ``conversations`` is how many there were.
    """

    def __init__(self, state: SimulatedProjector | None = None, *, password: str = "", port: int = 0) -> None:
        """Listen on ``port`` of loopback once started; 0 takes a free one."""
        self.state = state or SimulatedProjector()
        self.manner = Manner.GOOD
        self.password = password
        self.heard: list[str] = []
        self.conversations = 0
        self.dribble_s = 0.2
        self._port = port
        self._listening: socket.socket | None = None
        self._stopping = Event()
        self._thread = Thread(target=self._serve, name="fake-projector", daemon=True)

    @property
    def port(self) -> int:
        """Return the port it listens on, once started."""
        return self._port

    def start(self) -> None:
        """Plug it in."""
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._listening.settimeout(0.1)
        self._port = self._listening.getsockname()[1]
        self._thread.start()

    def stop(self) -> None:
        """Pull the plug; takes less than a second."""
        self._stopping.set()
        self._thread.join(5)
        if self._listening:
            self._listening.close()

    def _serve(self) -> None:
        while not self._stopping.is_set() and self._listening:
            try:
                line, _ = self._listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self.conversations += 1
            with line, suppress(OSError):
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        line.settimeout(0.05)
        if self.manner is Manner.GARBAGE:
            line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        if self.manner is Manner.ENDLESS:
            while not self._stopping.wait(0.001):
                line.sendall(b"x" * 100)
        if self.manner in {Manner.SILENT, Manner.GARBAGE}:
            self._wait_for_end(line)
            return
        token = secrets.token_hex(4) if self.password else ""
        self._say(line, f"PJLINK 1 {token}" if token else "PJLINK 0")
        if self.manner is Manner.HANGS_UP:
            return
        digest = hashlib.md5((token + self.password).encode(), usedforsecurity=False).hexdigest() if token else ""
        while (said := self._hear(line)) is not None:
            if digest and not said.startswith(digest):
                self._say(line, "PJLINK ERRA")
                return
            said, digest = said.removeprefix(digest), ""
            self.heard.append(said)
            if self.manner is Manner.TONGUE_TIED and "POWR" not in said:
                self._wait_for_end(line)
                return
            self._say(line, self.state.answer(said, monotonic()))

    def _say(self, line: socket.socket, text: str) -> None:
        if self.manner is Manner.LINE_FEEDS:
            line.sendall(f"{text.lower()}\r\n".encode())
        elif self.manner is Manner.DRIBBLES:
            for char in f"{text}\r":
                line.sendall(char.encode())
                if self._stopping.wait(self.dribble_s):
                    return
        else:
            line.sendall(f"{text}\r".encode())

    def _hear(self, line: socket.socket) -> str | None:
        """Return one line, or None when the other side has hung up or says nothing for too long."""
        heard, until = b"", monotonic() + _IDLE_S
        while not self._stopping.is_set() and monotonic() < until and len(heard) < _LONGEST:
            with suppress(TimeoutError):
                more = line.recv(1)
                if not more:
                    return None
                if more == b"\r":
                    return heard.decode(errors="replace")
                heard += more
        return None

    def _wait_for_end(self, line: socket.socket) -> None:
        until = monotonic() + _IDLE_S
        while not self._stopping.is_set() and monotonic() < until:
            with suppress(TimeoutError):
                if not line.recv(_LONGEST):
                    return
