"""What an answer of a service means: taken, later perhaps, never, or nobody at the moment. Pure.

WeCom, DingTalk and Feishu say HTTP 200 to a wrong key as well and tell the truth in the body, so the body counts:
``{"errcode":93000,"errmsg":"invalid webhook url"}``, ``{"code":19001,"msg":"param invalid: …"}``.
"""

import json
import re
import smtplib
import ssl
from collections.abc import Mapping
from http import HTTPStatus

from hub.channel_ports import ChannelDown, NotTaken, PutOff

RATE_PAUSE_S = 60.0
"""Seconds to wait where a service says "too often" but not for how long: all three bots count by the minute."""

LONGEST_RETRY_AFTER_S = 300.0

_TOO_OFTEN = frozenset({-1, 45009, 45033, 130101, 410100, 11232, 99991400})
"""-1 busy; WeCom 45009, 45033; DingTalk 130101 (20 a minute), 410100; Feishu 11232, 99991400 (100 a minute)."""

_CODE_OF = {"wecombot": ("errcode",), "dingtalk": ("errcode",), "feishu": ("code", "StatusCode")}
"""Where the three bots say how it went: 0 is well."""

_HAS_ID = frozenset({"ntfy", "ntfys", "gotify", "gotifys"})
"""Who answers with the message as taken, with its ``id``."""

_LONGEST_SAID = 120
_SECRET_FROM = 5


def judge(service: str, status: int, headers: Mapping[str, str], body: bytes, url: str) -> None:
    """Return where a message was taken. Raises ChannelDown, PutOff or NotTaken, with nothing of ``url`` in the text."""
    said = _said(body, url)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise PutOff(f"too many messages (429{said})", _retry_after(headers))
    if status == HTTPStatus.REQUEST_TIMEOUT:
        raise PutOff(f"it took too long (408{said})")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ChannelDown(f"the service is out of order ({status}{said})")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise NotTaken(f"the key or password is not accepted ({status}{said})")
    if status != HTTPStatus.OK:
        raise NotTaken(f"not accepted ({status}{said}): see the address")
    answer = _table(body)
    if service in _CODE_OF:
        _judge_code(answer, _CODE_OF[service], said)
    elif service in _HAS_ID and "id" not in answer:
        raise ChannelDown("somebody else answers there: a page to sign in to the network, or a proxy")


def judge_problem(problem: BaseException) -> None:
    """Raise what a failed connection or a refusing mail server means. ``problem``'s own text may hold secrets."""
    if isinstance(problem, ssl.SSLError):
        raise ChannelDown("the certificate is not trusted, or there is no TLS: see alerts.tls_ca")
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, _ = next(iter(problem.recipients.values()), (550, b""))
        _judge_mail(code)
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        raise NotTaken(f"the mail server does not accept the user or the password ({problem.smtp_code})")
    if isinstance(problem, smtplib.SMTPResponseException):
        _judge_mail(problem.smtp_code)
    if isinstance(problem, TimeoutError):
        raise ChannelDown("no answer in time")
    raise ChannelDown(f"cannot be reached ({type(problem).__name__})")


def _judge_code(answer: Mapping[str, object], names: tuple[str, ...], said: str) -> None:
    code = next((answer[name] for name in names if name in answer), None)
    if not isinstance(code, int) or isinstance(code, bool):
        raise ChannelDown("somebody else answers there: a page to sign in to the network, or a proxy")
    if code in _TOO_OFTEN:
        raise PutOff(f"too many messages (code {code}{said})", RATE_PAUSE_S)
    if code:
        raise NotTaken(f"not accepted (code {code}{said}): see the key, and the bot's security settings")


def _judge_mail(code: int) -> None:
    if code in {HTTPStatus.MISDIRECTED_REQUEST.value, 454}:  # 421: closing; 454: cannot sign anybody in now (RFC 4954)
        raise ChannelDown(f"the mail server takes nothing at the moment ({code})")
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NotTaken(f"the mail server refuses it ({code})")
    raise PutOff(f"the mail server puts it off ({code})")


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that the service wants (RFC 9110 10.2.3); a date, or nonsense, means a minute."""
    text = headers.get("retry-after", "").strip()
    return min(float(text), LONGEST_RETRY_AFTER_S) if re.fullmatch(r"[0-9]{1,6}", text) else RATE_PAUSE_S


def _table(body: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _said(body: bytes, url: str) -> str:
    """Return the service's own words for a technician, with everything that stands in the address blotted out."""
    answer = _table(body)
    words = next((answer[name] for name in ("errmsg", "msg", "error", "errorDescription") if answer.get(name)), "")
    text = "".join(letter if letter.isprintable() else " " for letter in str(words))
    for part in sorted(set(re.split(r"[^A-Za-z0-9]+", url)), key=len, reverse=True):
        if len(part) >= _SECRET_FROM:
            text = re.sub(re.escape(part), "***", text, flags=re.IGNORECASE)
    return f": {text[:_LONGEST_SAID].strip()}" if text.strip() else ""
