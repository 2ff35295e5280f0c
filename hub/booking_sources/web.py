"""HTTP as booking sources use it: bounded, encrypted unless within this machine, no password to anywhere else."""

import ipaddress
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from hub.booking_ports import LoginRefused, SourceAway, SourceWrong

CONNECT_S, READ_S, WHOLE_S = 5.0, 60.0, 120.0
"""Seconds: until a server takes the connection, between two of its bytes, and for a whole answer."""

MOST_BYTES = 64 * 1024 * 1024
"""A longer answer is not read to its end."""

_CHUNK = 64 * 1024
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: the headers by their names in small letters, and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Web:
    """Asks web servers; one thread at a time uses it.

    With a ``user`` no redirect to another server is followed. Without one the address itself may be the secret, as of
    feeds, and problems name the server only.
    """

    def __init__(self, user: str = "", password: str = "") -> None:
        """Take who asks."""
        self._session = requests.Session()
        # Compressed answers have weak ETags at some servers, and a weak one never fits an If-Match (RFC 9110 13.1.1).
        self._session.headers.update({"Accept-Encoding": "identity", "User-Agent": "Yingbin"})
        self._stays = bool(user)
        self._shown = shown if user else shown_server
        self.date = ""
        """What time the last answer said it was."""
        if user:
            self._session.auth = _Basic(user, password)

    def ask(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Answer:
        """Ask, following redirects within the server. Raises SourceAway and SourceWrong; takes 4xx for an answer.

        But for 401 (who asks is not known), and for those that say: later.
        """
        asked = url
        for _ in range(_MOST_REDIRECTS + 1):
            require_safe(asked, self._shown(asked))
            answer = self._ask(method, asked, headers or {}, body)
            if answer.status not in _REDIRECTS:
                return _judged(answer, self._shown(asked))
            target = urljoin(asked, answer.headers.get("location", ""))
            if self._stays and origin(target) != origin(asked):
                remedy = "write the address to which it points into the settings, if you trust that server"
                raise SourceWrong(f"{self._shown(url)} points to another server, {shown_server(target)}; {remedy}")
            asked = target
        raise SourceWrong(f"{self._shown(url)} points from one address to the next without end")

    def close(self) -> None:
        """Give connections back."""
        self._session.close()

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        try:
            with self._session.request(
                method,
                url,
                headers=dict(headers),
                data=body,
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
                stream=True,
            ) as got:
                kept = {name.lower(): value for name, value in got.headers.items()}
                self.date = kept.get("date", "")
                return Answer(got.status_code, kept, _read(got, self._shown(url)))
        except requests.exceptions.SSLError:
            raise SourceWrong(
                f"{self._shown(url)}: its certificate is not trusted; check the name and the clock"
            ) from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError):
            raise SourceWrong(f"{self._shown(url)} is no address") from None
        except requests.Timeout:
            raise SourceAway(f"{self._shown(url)} did not answer in time") from None
        except (requests.RequestException, HTTPError, OSError):
            raise SourceAway(f"{self._shown(url)} cannot be reached, or broke off its answer") from None


class _Basic(AuthBase):
    """Says who asks, in UTF-8 (RFC 7617); requests itself would write Latin-1."""

    def __init__(self, user: str, password: str) -> None:
        self._said = "Basic " + b64encode(f"{user}:{password}".encode()).decode()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._said
        return request


def _read(got: requests.Response, at: str) -> bytes:
    until, parts, length = time.monotonic() + WHOLE_S, [], 0
    for part in got.iter_content(_CHUNK):
        parts.append(part)
        length += len(part)
        if length > MOST_BYTES or time.monotonic() > until:
            raise SourceAway(f"{at} answers with more than {MOST_BYTES >> 20} MB, or too slowly")
    return b"".join(parts)


def _judged(answer: Answer, at: str) -> Answer:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise LoginRefused(f"{at} does not take the user and password; check both")
    if answer.status in _LATER or (
        answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and answer.status != HTTPStatus.INSUFFICIENT_STORAGE
    ):
        raise SourceAway(f"{at} answers {answer.status}")
    return answer


def origin(url: str) -> tuple[str, str, int | None]:
    """Return the server of an address: scheme, host and port."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    return parts.scheme, (parts.hostname or "").casefold(), port or _PORTS.get(parts.scheme)


def shown(url: str) -> str:
    """Return an address as it may be shown and logged: without a user, a password, or what follows a question mark."""
    return f"{shown_server(url)}{urlsplit(url).path}"


def shown_server(url: str) -> str:
    """Return an address's server alone."""
    scheme, host, port = origin(url)
    named = f"[{host}]" if ":" in host else host
    return f"{scheme}://{named}{'' if port == _PORTS.get(scheme) else f':{port}'}"


def require_safe(url: str, at: str) -> None:
    """Raise SourceWrong for an address that is none, holds a password, or is not encrypted."""
    parts = urlsplit(url)
    scheme, host, _ = origin(url)
    if scheme not in _PORTS or not host:
        raise SourceWrong(f"{at} is no address; write it as https://…")
    if parts.username is not None or parts.password is not None:
        raise SourceWrong(f"{at} has a user or password in it; write them where the settings have a place")
    if scheme == "http" and not is_loopback(host):
        raise SourceWrong(f"{at} is not encrypted; use https, or a server on this machine")


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
