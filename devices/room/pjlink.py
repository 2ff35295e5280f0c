"""A conversation with a projector by PJLink (JBMIA, class 1 and 2): connect, ask, close; TCP port 4352.

One line each way, ended by CR: ``%1POWR ?`` is answered ``%1POWR=0``. A projector that wants a password greets with a
random number; MD5 of number and password goes before the first question (PJLink 5.1). A projector holds one
conversation at a time, so be short. Every wait is bounded, however slowly bytes drop in.
"""

import hashlib
import re
import socket
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Self

from devices.ports import DeviceError

PORT = 4352
ANSWER_WITHIN_S = 4.0
"""A projector answers within 2 seconds (PJLink 2.1), and some need as long again."""
CONVERSATION_S = 20.0
_LONGEST = 136 + 64
"""Bytes of a line: 136 by the specification, and a little patience with names in UTF-8."""
_GREETING = re.compile(r"PJLINK (0|1 ([0-9A-Za-z]{1,32})|ERRA)", re.IGNORECASE)
_ANSWER = re.compile(r"%([12])([0-9A-Z]{4})=(.*)", re.IGNORECASE)


class ProjectorSilent(DeviceError):
    """Nobody answers there, or not in time, or hangs up."""

    code = "projector_silent"


class WrongPassword(DeviceError):
    """The projector wants another password than ours."""

    code = "projector_password"


class Unclear(DeviceError):
    """What came is no PJLink, or no value that PJLink knows."""

    code = "projector_unclear"


class Declined(DeviceError):
    """The projector answered that it does not do this.

    ``why`` is ERR1 (not known), ERR2 (not this value), ERR3 (not now: standby, on its way) or ERR4 (it is broken).
    """

    code = "projector_declined"

    def __init__(self, why: str, what: str) -> None:
        """Keep which of the four it was."""
        super().__init__(f"the projector answers {why} to {what}")
        self.why = why


class Conversation:
    """One connection to a projector; a context manager. Not for several threads."""

    def __init__(self, address: str, port: int = PORT, password: str = "", *, within_s: float = CONVERSATION_S) -> None:
        """``within_s`` bounds the whole conversation, in seconds."""
        self._where = (address, port)
        self._password = password
        self._ends = monotonic() + within_s
        self._socket: socket.socket | None = None
        self._digest = ""
        self._read = b""

    def __enter__(self) -> Self:
        """Connect and hear the greeting. Raises ProjectorSilent, WrongPassword or Unclear."""
        try:
            self._socket = socket.create_connection(self._where, timeout=self._left(monotonic() + ANSWER_WITHIN_S))
            self._greeted(self._line())
        except OSError as why:
            self.close()
            raise ProjectorSilent(f"no projector answers at {self._where[0]}:{self._where[1]}: {why}") from None
        except DeviceError:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self.close()

    def close(self) -> None:
        """Hang up; may be called twice."""
        if self._socket:
            with suppress(OSError):
                self._socket.close()
            self._socket = None

    def ask(self, what: str, value: str = "?", level: int = 1) -> str:
        """Send one command of class ``level`` and return its answer. Raises one of the four errors above."""
        try:
            self._send(f"{self._digest}%{level}{what} {value}\r")
            self._digest = ""
            line = self._line()
        except OSError as why:
            raise ProjectorSilent(f"the projector at {self._where[0]} went silent at {what}: {why}") from None
        if line.upper() == "PJLINK ERRA":
            raise WrongPassword(f"the projector at {self._where[0]} refuses our password; correct the password file")
        found = _ANSWER.fullmatch(line)
        if not found or (found[1], found[2].upper()) != (str(level), what):
            raise Unclear(f"the projector at {self._where[0]} answers {line[:40]!a} to {what}")
        said = found[3]
        if said.upper() in {"ERR1", "ERR2", "ERR3", "ERR4"}:
            raise Declined(said.upper(), what)
        return said

    def _greeted(self, line: str) -> None:
        found = _GREETING.fullmatch(line)
        if not found:
            raise Unclear(f"what answers at {self._where[0]}:{self._where[1]} is no PJLink: {line[:40]!a}")
        if found[1].upper() == "ERRA":
            raise WrongPassword(f"the projector at {self._where[0]} refuses us before any password")
        if found[2] and not self._password:
            raise WrongPassword(f"the projector at {self._where[0]} wants a password; name its file in password_file")
        if found[2]:
            secret = (found[2] + self._password).encode()
            self._digest = hashlib.md5(secret, usedforsecurity=False).hexdigest()  # PJLink knows no other

    def _left(self, until: float) -> float:
        left = min(until, self._ends) - monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        return left

    def _send(self, text: str) -> None:
        if self._socket is None:
            raise ConnectionError("hung up")
        self._socket.settimeout(self._left(monotonic() + ANSWER_WITHIN_S))
        self._socket.sendall(text.encode())

    def _line(self) -> str:
        """Read up to the next CR; line feeds that some projectors add do not count. Raises OSError and Unclear."""
        until = monotonic() + ANSWER_WITHIN_S
        while b"\r" not in self._read:
            if self._socket is None:
                raise ConnectionError("hung up")
            if len(self._read) > _LONGEST:
                raise Unclear(f"what answers at {self._where[0]} sends lines without end, which is no PJLink")
            self._socket.settimeout(self._left(until))
            more = self._socket.recv(_LONGEST)
            if not more:
                raise ConnectionError("it hung up")
            self._read += more
        line, _, self._read = self._read.partition(b"\r")
        return line.decode(errors="replace").strip("\n")
