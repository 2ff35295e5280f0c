"""Listens in on what Apprise's plugins say to services and hear from them.

Apprise answers yes or no only, and calls an HTTP 200 with an error in its body a yes. So the plugins that the hub uses
are given a ``requests.post`` and an SMTP connection of ours, which keep what came back for the thread that sent. They
also end what Apprise leaves open: an answer is read up to a limit, no redirect is followed (it would carry the key to
another host), and the house's own CA is trusted beside the public ones.
"""

import logging
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace

import requests
from apprise.plugins.email import base as mail_plugin
from apprise.plugins.email.smtp import SMTP_EXCEPTIONS, AppriseSMTPController
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

LARGEST_ANSWER = 64 * 1024
"""Bytes of an answer that are read."""

_CHUNK = 4096


@dataclass
class Heard:
    """What came back: an answer of a web service, or what went wrong on the way (whose text may hold secrets)."""

    until: float
    context: ssl.SSLContext
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    problem: BaseException | None = None


_heard: ContextVar[Heard] = ContextVar("heard")


@contextmanager
def overhear(within_s: float, context: ssl.SSLContext) -> Iterator[Heard]:
    """Keep what this thread's plugin hears; reading an answer ends after so many seconds."""
    heard = Heard(until=time.monotonic() + within_s, context=context)
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def listen_in(*plugins: ModuleType) -> None:
    """Give plugins our ``requests`` and our mail connection, and silence what would log addresses."""
    ours = SimpleNamespace(post=_post, codes=requests.codes, RequestException=requests.RequestException)
    for plugin in plugins:
        plugin.requests = ours  # type: ignore[attr-defined]  # what it calls by that name
    mail_plugin.AppriseSMTPController = _Mail
    for name in ("apprise", "urllib3", "requests"):
        # Apprise logs hosts, topics and wrong keys as warnings; urllib3 whole paths, with the key, as debug.
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


def trust(ca: Path | None) -> ssl.SSLContext:
    """Return whom we trust: the machine's authorities, and the house's own (PEM). Raises OSError for a bad file."""
    context = ssl.create_default_context()
    if ca:
        context.load_verify_locations(ca)
    return context


@dataclass(frozen=True, slots=True)
class _Answer:
    """As much of an answer as the plugins look at."""

    status_code: int
    content: bytes


class _Trusting(HTTPAdapter):
    """Connects with our own list of authorities (requests itself adds the public ones)."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: object, **options: object) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._context)  # type: ignore[arg-type]  # requests'


def _post(url: str, **given: object) -> _Answer:
    """Do as ``requests.post`` does, and keep what came back."""
    heard = _heard.get()
    given |= {"allow_redirects": False, "verify": True, "stream": True}
    try:
        with requests.Session() as session:
            session.mount("https://", _Trusting(heard.context))
            session.headers["Accept-Encoding"] = "identity"
            with session.post(url, **given) as answer:  # type: ignore[arg-type]  # the plugin's own arguments
                heard.body = _read(answer, heard.until)
                heard.headers = {name.lower(): value for name, value in answer.headers.items()}
                heard.status = answer.status_code
    except (requests.RequestException, HTTPError, OSError) as problem:
        heard.problem = _root(problem)
        raise requests.RequestException from None
    return _Answer(heard.status, heard.body)


def _read(answer: requests.Response, until: float) -> bytes:
    """Read as it comes, so that a server that sends a letter now and then is left in time."""
    read = b""
    while len(read) < LARGEST_ANSWER:
        part = answer.raw.read1(_CHUNK)
        if not part:
            break
        read += part
        if time.monotonic() > until:
            raise TimeoutError
    return read


def _root(problem: BaseException) -> BaseException:
    """Return what lies below the layers of requests and urllib3: a TLS error, a timeout, or the outermost."""
    seen: list[BaseException] = []
    left: list[object] = [problem]
    while left:
        one = left.pop()
        if not isinstance(one, BaseException) or one in seen:
            continue
        seen.append(one)
        left += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    for kind in (ssl.SSLError, TimeoutError):
        for one in seen:
            if isinstance(one, kind):
                return one
    return TimeoutError() if any(isinstance(one, requests.Timeout) for one in seen) else problem


class _Mail(AppriseSMTPController):  # type: ignore[misc]  # as far as we know, Any
    """Apprise's connection to a mail server, whose problems are kept."""

    def __enter__(self) -> AppriseSMTPController:
        try:
            return super().__enter__()
        except SMTP_EXCEPTIONS as problem:
            _heard.get().problem = problem
            raise

    def sendmail(self, from_addr: str, to_addrs: list[str], message: str) -> bool:
        """Send one message; returns whether every receiver was taken."""
        try:
            refused = self._socket.sendmail(from_addr, to_addrs, message)
        except SMTP_EXCEPTIONS as problem:
            _heard.get().problem = problem
            return False
        if refused:
            _heard.get().problem = smtplib.SMTPRecipientsRefused(refused)
        return not refused
