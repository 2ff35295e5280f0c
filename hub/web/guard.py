"""Who may ask at all, before anybody signs in: the right host name, no other web site, no frame, no large body."""

from dataclasses import dataclass

from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden, MisdirectedRequest

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names that always mean this machine. Any other name could be pointed here by a stranger's web site."""

MOST_BYTES = 16_384
"""Longest body of a request: a name and a few words."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Guard:
    """Looks at each request before it is served, and hardens each answer."""

    hosts: frozenset[str]

    def look(self) -> None:
        """Refuse what does not come from a page of ours. Raises MisdirectedRequest or Forbidden."""
        if host_name(request.headers.get("Host", "")) not in self.hosts:
            raise MisdirectedRequest
        site = request.headers.get("Sec-Fetch-Site")
        if request.method in _CHANGES_NOTHING:
            # Another site may link here, but not fetch: that would spend our streams and our database's time.
            if site == "cross-site" and request.headers.get("Sec-Fetch-Mode") != "navigate":
                raise Forbidden
            return
        if site is not None and site != "same-origin":
            raise Forbidden
        if site is None and _host_of(request.headers.get("Origin", "")) != request.headers.get("Host"):
            raise Forbidden

    def harden(self, answer: Response) -> Response:
        """Add what browsers need to know; nothing of a page is kept, and files are asked for anew."""
        answer.headers.update(HEADERS)
        answer.headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else "no-store"
        return answer


def protect(app: Flask, hosts: tuple[str, ...]) -> None:
    """Put the guard before every route."""
    guard = Guard(LOOPBACK | {name.casefold() for name in hosts})
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=MOST_BYTES, MAX_FORM_PARTS=20)
    app.before_request(guard.look)
    app.after_request(guard.harden)


def host_name(host: str) -> str:
    """Return a Host header's name without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).casefold()


def _host_of(origin: str) -> str:
    """Return an Origin header's host with its port, as it stands in a Host header."""
    scheme, _, rest = origin.partition("://")
    return rest if scheme in {"http", "https"} else ""
