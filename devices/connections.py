"""Browsers' connections as waitress keeps them, bounded: who is slow, silent or many holds up nobody else.

waitress has no TLS. Here its loop does the handshake as it does all else, a bit whenever bytes have come, so that a
client that stops in the middle of one costs a place in a list and no thread (decision 63).
"""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask

from devices.framing import StrictRequest

_RECORD = 16_384
"""Longest content of a TLS record (RFC 8446, 5.1): read whole, so that none waits where ``select`` does not see it."""

_WANTS = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a connection may take, in seconds, and how many one address may have, loopback excepted.

    ``request_s`` is from the first byte of a request to its last (ASVS 15.2.2: no slow request holds resources).
    """

    handshake_s: float = 10
    request_s: float = 30
    per_address: int = 60


_HARDENED = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)


class Refusal(ErrorTask):  # type: ignore[misc]  # waitress ships no types
    """The server's own answer to what is no request, hardened as the application's are; it repeats nothing of it."""

    def execute(self) -> None:
        """Answer with the status in words, and close."""
        problem = self.request.error
        self.status = f"{problem.code} {problem.reason}"
        body = f"{self.status}\n".encode()
        self.response_headers.extend(_HARDENED)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Connection(HTTPChannel):  # type: ignore[misc]  # waitress ships no types
    """One connection; it is late when a request of it takes too long to come."""

    error_task_class = Refusal
    parser_class = StrictRequest

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - waitress's own arguments
        """Take what waitress gives."""
        self.since: float | None = None
        super().__init__(*given, **named)

    def received(self, data: bytes) -> bool:
        """Take what came, and note when the request began that is not complete yet."""
        before = self.request
        taken = bool(super().received(data))
        if self.request is None:
            self.since = None
        elif self.request is not before:
            self.since = time.monotonic()
        return taken

    def is_late(self, bounds: Bounds) -> bool:
        """Say whether it has used up its time."""
        return self.since is not None and time.monotonic() - self.since > bounds.request_s


class TlsConnection(Connection):
    """One connection over TLS, whose socket is an ``ssl.SSLSocket`` that never blocks."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - same
        """Begin with nothing agreed."""
        self._opened = time.monotonic()
        self._agreed = self._over = self._wants_write = False
        self._one_at_a_time = threading.RLock()  # the loop reads while a worker writes: OpenSSL allows only one
        super().__init__(*given, **named)

    def readable(self) -> bool:
        """Say whether to wait for bytes: of the handshake, or of a request."""
        return bool(super().readable()) if self._agreed else not (self._wants_write or self.will_close)

    def writable(self) -> bool:
        """Say whether to wait for room."""
        return bool(super().writable()) if self._agreed else self._wants_write or self.will_close

    def handle_read(self) -> None:
        """Go on with the handshake, or take what came."""
        if not self._shake():
            return
        try:
            data = self.recv(_RECORD)
        except _WANTS:
            return
        except OSError:
            self.handle_close()
            return
        if data:
            self.last_activity = time.time()  # noqa: TID251 - waitress compares it with its own
            self.received(data)

    def handle_write(self) -> None:
        """Go on with the handshake, or send what waits."""
        if self.will_close or self._shake():
            super().handle_write()

    def is_late(self, bounds: Bounds) -> bool:
        """Say whether it has used up its time, for the handshake too."""
        if not self._agreed:
            return time.monotonic() - self._opened > bounds.handshake_s
        return super().is_late(bounds)

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002 - waitress's own
        """Send what there is room for."""
        with self._one_at_a_time:
            if self._over:
                return 0
            try:
                return int(self.socket.send(data))
            except _WANTS:
                return 0
            except OSError:
                self.will_close = True
        if do_close:  # not under the lock: closing waits for whoever holds the answer, who may wait to send
            self.handle_close()
        return 0

    def recv(self, buffer_size: int) -> bytes:
        """Return what came; empty when the client has gone."""
        with self._one_at_a_time:
            data = b"" if self._over else bytes(self.socket.recv(buffer_size))
        if not data:
            self.handle_close()
        return data

    def handle_close(self) -> None:
        """Close, as a client does that goes."""
        self._part()
        super().handle_close()

    def close(self) -> None:
        """Close, as a server does that stops."""
        self._part()
        super().close()

    def _part(self) -> None:
        """Say good-bye (RFC 8446, 6.1), without waiting for theirs; nothing is sent or read any more."""
        with self._one_at_a_time:
            if self._over:
                return
            self._over = True
            with suppress(OSError, ValueError):
                self.socket.unwrap()

    def _shake(self) -> bool:
        """Do as much of the handshake as can be done now; say whether it is complete."""
        if self._agreed:
            return True
        try:
            self.socket.do_handshake()
        except ssl.SSLWantReadError:
            self._wants_write = False
        except ssl.SSLWantWriteError:
            self._wants_write = True
        except (OSError, ValueError):  # no TLS, an old one, a certificate that it does not trust, or gone
            self.handle_close()
        else:
            self._agreed, self._wants_write = True, False
        return self._agreed


class Listener(TcpWSGIServer):  # type: ignore[misc]  # same
    """Takes connections in, over TLS where there is a ``context``; a new one holds for connections to come."""

    channel_class = Connection
    context: ssl.SSLContext | None = None
    bounds = Bounds()

    def accept(self) -> tuple[socket.socket, Any] | None:
        """Return a new connection and its address; None for one that is gone again, or of an address with many."""
        found = super().accept()
        if found is None:
            return None
        client, address = found
        if not self._has_room(address[0]):
            client.close()
            return None
        if self.context is None:
            return client, address
        try:
            client.settimeout(0)
            return self.context.wrap_socket(client, server_side=True, do_handshake_on_connect=False), address
        except (OSError, ValueError):  # it went before it was looked at
            client.close()
            return None

    def maintenance(self, now: float) -> None:
        """Close what is idle or late."""
        super().maintenance(now)
        connections: Mapping[int, Connection] = self.active_channels
        for one in connections.values():
            if one.is_late(self.bounds):
                one.will_close = True

    def _has_room(self, address: str) -> bool:
        if ip_address(address.partition("%")[0]).is_loopback:
            return True
        taken = sum(1 for one in self.active_channels.values() if one.addr[0] == address)
        return taken < self.bounds.per_address
