"""Who may ask at all, before anybody signs in: the right host name, no other web site, no frame, no large body."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from wsgiref.types import WSGIApplication

from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden, MisdirectedRequest

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names that always mean this machine. Any other name could be pointed here by a stranger's web site."""

MOST_BYTES = 16_384
"""Longest body of a request: a name and a few words."""

_KINDS = ("script-src", "style-src", "img-src", "connect-src", "form-action")
_POWERS = (
    *("accelerometer", "autoplay", "bluetooth", "camera", "display-capture", "fullscreen", "geolocation", "gyroscope"),
    *("hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-create"),
    *("publickey-credentials-get", "screen-wake-lock", "serial", "usb", "web-share", "xr-spatial-tracking"),
)
_OURS = frozenset({"autoplay", "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock"})
"""What our own pages may use: an alert is heard, a tablet stays awake for it, people may sign in with a passkey."""

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            *(f"{kind} 'self'" for kind in _KINDS),
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types yingbin",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{one}=({'self' if one in _OURS else ''})" for one in _POWERS),
}
"""What every answer says to browsers (ASVS 3.4): nothing but our own files, no frame, no text that becomes a script."""

HSTS = "max-age=31536000; includeSubDomains"
"""Over HTTPS: never again in the clear for a year (ASVS 3.4.1). Not for loopback, where plain pages are meant to be."""

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
        if request.is_secure and host_name(request.headers.get("Host", "")) not in LOOPBACK:
            answer.headers["Strict-Transport-Security"] = HSTS
        answer.headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else "no-store"
        return answer


def protect(app: Flask, hosts: tuple[str, ...]) -> None:
    """Put the guard before every route."""
    guard = Guard(LOOPBACK | {f"[{name}]" if ":" in name else name.casefold() for name in hosts})
    app.debug = False  # whatever the environment says: Flask's debugger would run what a stranger types
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=MOST_BYTES, MAX_FORM_PARTS=20)
    app.before_request(guard.look)
    app.after_request(guard.harden)
    app.wsgi_app = _over_tls(app.wsgi_app, guard.hosts - LOOPBACK)  # type: ignore[assignment,method-assign]


def _over_tls(inner: WSGIApplication, names: frozenset[str]) -> WSGIApplication:
    """Serve who asks by one of our names in the network as over TLS: ``Secure`` cookies, HSTS, the origin of passkeys.

    A plain port listens to this machine alone (``hub.config``), so a proxy brought such a request, and browsers go by
    what the proxy shows them. One that shows pages in the clear lets nobody sign in.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if host_name(environ.get("HTTP_HOST", "")) in names:
            environ["wsgi.url_scheme"] = "https"
        return inner(environ, start_response)

    return answer


def host_name(host: str) -> str:
    """Return a Host header's name without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).casefold()


def _host_of(origin: str) -> str:
    """Return an Origin header's host with its port, as it stands in a Host header."""
    scheme, _, rest = origin.partition("://")
    return rest if scheme in {"http", "https"} else ""
