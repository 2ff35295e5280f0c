"""Plain HTTP on the house's network: nothing but the way to the pages over HTTPS."""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from urllib.parse import quote
from wsgiref.types import WSGIApplication

from hub.web.guard import host_name

_TEXT = ("Content-Type", "text/plain; charset=utf-8")
_FIXED = [_TEXT, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]


def to_https(names: Collection[str], port: int) -> WSGIApplication:
    """Return an application that sends whoever asks for a page by one of our names to the same page on a port.

    What a form would send is refused: it has crossed the network in the clear, and would again (ASVS 4.1.2).
    """
    known = {f"[{name}]" if ":" in name else name for name in names}
    ending = "" if port == 443 else f":{port}"  # noqa: PLR2004 - where browsers look for https

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        name = host_name(environ.get("HTTP_HOST", ""))
        if name not in known:
            start_response("421 Misdirected Request", _FIXED)
            return [b"unknown host\n"]
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            start_response("403 Forbidden", _FIXED)
            return [b"use https\n"]
        path = quote(environ.get("PATH_INFO", "/").encode("latin-1"))
        query = environ.get("QUERY_STRING", "")
        to = f"https://{name}{ending}{path}{'?' + query if query else ''}"
        start_response("308 Permanent Redirect", [("Location", to), *_FIXED])
        return [b"use https\n"]

    return answer
