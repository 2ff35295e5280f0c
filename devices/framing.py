"""Where a request begins and ends, read as RFC 9112 says and no wider: two programs that differ there can be tricked.

waitress takes what older programs send: a length beside chunks, lines that go on in the next one, no version at all.
Behind a proxy that reads these in another way one request hides in another (CWE-444). Nothing of ours sends them.
"""

from collections import Counter

from waitress.parser import HTTPRequestParser, ParsingError

_ONCE = (b"content-length", b"transfer-encoding", b"host")
_MOST_DIGITS = 15
_FOLDED = (b" ", b"\t")


class StrictRequest(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """One request as it comes in."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers. Raises ParsingError, with which the connection ends."""
        first, _, rest = header_plus.partition(b"\r\n")
        lines = [line for line in rest.split(b"\r\n") if line]
        if any(line.startswith(_FOLDED) for line in lines):
            raise ParsingError("a header goes on in the next line")  # RFC 9112, 5.2
        told = [(name.lower(), value.strip(b" \t")) for name, _, value in (line.partition(b":") for line in lines)]
        if any(count > 1 for name, count in Counter(name for name, _ in told).items() if name in _ONCE):
            raise ParsingError("a header that stands once was sent twice")
        _check_framing(first.rstrip().rpartition(b" ")[2], dict(told))
        try:
            super().parse_header(header_plus)
        except ValueError as wrong:  # urllib's, of "http://a[b/": waitress would log a traceback and answer nothing
            raise ParsingError("the address is no address") from wrong


def _check_framing(version: bytes, headers: dict[bytes, bytes]) -> None:
    """Refuse what leaves open how long a body is. Raises ParsingError."""
    if version not in {b"HTTP/1.0", b"HTTP/1.1"}:
        raise ParsingError("this is no HTTP/1.1")
    length, coding = headers.get(b"content-length"), headers.get(b"transfer-encoding")
    if length is not None and (not length.isdigit() or len(length) > _MOST_DIGITS):
        raise ParsingError("the length is no number")
    if coding is None:
        return
    if length is not None or version != b"HTTP/1.1":
        raise ParsingError("a length and chunks, or chunks in HTTP/1.0")  # RFC 9112, 6.1
    if coding.lower() != b"chunked":
        raise ParsingError("another coding than chunked")
