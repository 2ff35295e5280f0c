"""The few words of the Internet Printing Protocol (RFC 8010, 8011) that printing a slip through CUPS takes."""

import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

_OPERATION, _JOB, _END = 0x01, 0x02, 0x03
_FIRST_VALUE = 0x10
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_LAST_SUCCESS = 0x00FF
_MAX_ANSWER = 1 << 20
_TAGS: Mapping[str, int] = {
    "attributes-charset": _CHARSET,
    "attributes-natural-language": _LANGUAGE,
    "printer-uri": _URI,
    "requesting-user-name": _NAME,
    "job-name": _NAME,
    "document-format": _MIME,
    "requested-attributes": _KEYWORD,
    "media": _KEYWORD,
    "job-id": _INTEGER,
    "purge-job": _BOOLEAN,
}

Value = str | int | bool
Attributes = dict[str, list[Value]]


class IppError(Exception):
    """The server did not do what was asked; ``status`` is its code (RFC 8011, B.1), 0 where it spoke no IPP."""

    code = "ipp_error"

    def __init__(self, status: int, words: str) -> None:
        """Keep the code beside the words."""
        super().__init__(words)
        self.status = status


class Operation(IntEnum):
    """What can be asked (RFC 8011, 5.4.15)."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_PRINTER_ATTRIBUTES = 0x000B


@dataclass(frozen=True, slots=True)
class Server:
    """Where CUPS listens: ``host``, ``host:port``, or the path of its socket."""

    address: str
    timeout_s: float = 10.0

    def ask(
        self, queue: str, operation: Operation, asked: Mapping[str, Value], document: bytes = b"", media: str = ""
    ) -> Attributes:
        """Ask one thing of a queue and return every attribute of the answer. Raises IppError and OSError."""
        path = f"/printers/{queue}"
        common = {
            "attributes-charset": "utf-8",
            "attributes-natural-language": "en",
            "printer-uri": f"ipp://localhost{path}",
            **asked,
        }
        body = b"\x02\x00" + operation.to_bytes(2, "big") + b"\x00\x00\x00\x01" + bytes((_OPERATION,))
        body += b"".join(_attribute(name, value) for name, value in common.items())
        body += bytes((_JOB,)) + _attribute("media", media) if media else b""
        connection = self._connect()
        try:
            connection.request("POST", path, body + bytes((_END,)) + document, {"Content-Type": "application/ipp"})
            answer = connection.getresponse()
            data = answer.read(_MAX_ANSWER)
        except http.client.HTTPException as problem:
            raise IppError(0, f"{self.address} does not speak IPP: {problem}") from problem
        finally:
            connection.close()
        if answer.status != http.client.OK:
            raise IppError(0, f"{self.address} answered {answer.status} {answer.reason}")
        return _read(data)

    def _connect(self) -> http.client.HTTPConnection:
        if self.address.startswith("/"):
            return _LocalConnection(self.address, self.timeout_s)
        host, _, port = self.address.partition(":")
        return http.client.HTTPConnection(host, int(port or 631), timeout=self.timeout_s)


class _LocalConnection(http.client.HTTPConnection):
    """HTTP over a local socket."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket. Raises OSError."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(Path(self._path)))


def _attribute(name: str, value: Value) -> bytes:
    if isinstance(value, bool):
        written = bytes((value,))
    elif isinstance(value, int):
        written = value.to_bytes(4, "big", signed=True)
    else:
        written = value.encode()
    spelled = name.encode()
    return bytes((_TAGS[name],)) + len(spelled).to_bytes(2, "big") + spelled + len(written).to_bytes(2, "big") + written


def _read(data: bytes) -> Attributes:
    """Read an answer. Raises IppError when it is none, or a refusal."""
    try:
        found = _attributes(data)
    except (IndexError, UnicodeDecodeError) as problem:
        raise IppError(0, "the answer is no IPP") from problem
    status = int.from_bytes(data[2:4], "big")
    if status > _LAST_SUCCESS:
        words = found.get("status-message", [f"status {status:#06x}"])[0]
        raise IppError(status, str(words))
    return found


def _attributes(data: bytes) -> Attributes:
    found: Attributes = {}
    at, name = 8, ""
    while data[at] != _END:
        tag = data[at]
        at += 1
        if tag < _FIRST_VALUE:
            continue
        spelled, at = _chunk(data, at)
        value, at = _chunk(data, at)
        name = spelled.decode() or name
        found.setdefault(name, []).append(_value(tag, value))
    return found


def _chunk(data: bytes, at: int) -> tuple[bytes, int]:
    end = at + 2 + int.from_bytes(data[at : at + 2], "big")
    if end >= len(data):
        raise IndexError(end)
    return data[at + 2 : end], end


def _value(tag: int, value: bytes) -> Value:
    if tag in {_INTEGER, _ENUM}:
        return int.from_bytes(value, "big", signed=True)
    if tag == _BOOLEAN:
        return value != b"\x00"
    return value.decode(errors="replace")
