"""Throw a client out of the broker by taking its place: a client of the same name ends the other's session.

Mosquitto has no command for it, and a session that is open outlives its certificate. The new session begins clean and
ends with the connection, so that nothing waits for the old one (MQTT 5, 3.1.2.4 and 3.1.4); what it had the broker
keep is deleted.
"""

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from devices.ports import DeviceError

_CONNECT, _CONNACK, _PUBLISH_KEPT, _PUBACK, _DISCONNECT = 0x10, 0x20, 0x33, 0x40, 0xE0
_CLEAN, _WITH_PASSWORD = 0x02, 0xC0
_LEVEL = 5
_KEEPALIVE_S = 10
_REFUSED = 0x80
_WITHIN_S = 5.0


class NotThrownOut(DeviceError):
    """The broker did not let us take the client's place."""

    code = "not_thrown_out"


def take_over(address: tuple[str, int], name: str, kept: Sequence[str], way: ssl.SSLContext | str) -> Sequence[str]:
    """Take the place of client ``name``, delete what the broker keeps on the topics ``kept``, and leave.

    ``way``: TLS with a certificate for that name, or its password. Returns the topics on which that client may not
    speak: there the broker keeps nothing of it. Raises NotThrownOut.
    """
    others = []
    flags = _CLEAN if isinstance(way, ssl.SSLContext) else _CLEAN | _WITH_PASSWORD
    shown = [] if isinstance(way, ssl.SSLContext) else [_text(name), _text(way)]
    try:
        with _connected(address, way) as sock:
            head = _text("MQTT") + bytes((_LEVEL, flags)) + _KEEPALIVE_S.to_bytes(2) + b"\0"
            sock.sendall(_packet(_CONNECT, head, _text(name), *shown))
            _be_let_in(sock)
            for number, topic in enumerate(kept, start=1):
                sock.sendall(_packet(_PUBLISH_KEPT, _text(topic), number.to_bytes(2), b"\0"))
                if _answer(sock, _PUBACK, reason_at=2) >= _REFUSED:
                    others.append(topic)
            sock.sendall(_packet(_DISCONNECT))
    except OSError as problem:
        raise NotThrownOut(f"{name} was not thrown out: {problem}") from problem
    return others


@contextmanager
def _connected(address: tuple[str, int], way: ssl.SSLContext | str) -> Iterator[socket.socket]:
    with socket.create_connection(address, _WITHIN_S) as plain:
        if isinstance(way, str):
            yield plain
            return
        with way.wrap_socket(plain, server_hostname="localhost") as sock:
            yield sock


def certificate_way(ca: Path, certificate: Path) -> ssl.SSLContext:
    """Return the way in with a certificate; the file holds its key as well. Raises OSError."""
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate)
    return context


def _packet(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    width, rest = bytearray(), len(body)
    while rest > 0x7F:  # noqa: PLR2004 - seven bits in a byte (MQTT 5, 1.5.5)
        width.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes((kind, *width, rest)) + body


def _text(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2) + data


def _be_let_in(sock: socket.socket) -> None:
    if (reason := _answer(sock, _CONNACK, reason_at=1)) >= _REFUSED:
        raise OSError(f"the broker refuses with reason {reason:#x}")


def _answer(sock: socket.socket, kind: int, reason_at: int) -> int:
    """Read one short answer; returns its reason. Raises OSError when it is another."""
    head = _exactly(sock, 2)
    body = _exactly(sock, head[1])
    if head[0] != kind:
        raise OSError(f"the broker answers {head[0]:#x}")
    return body[reason_at] if len(body) > reason_at else 0


def _exactly(sock: socket.socket, size: int) -> bytes:
    """Read so many bytes. Raises OSError when the connection ends before."""
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise OSError("the broker hangs up")
        data += piece
    return data
