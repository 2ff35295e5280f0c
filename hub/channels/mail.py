"""E-mail to guests over SMTP (RFC 5321), as the house's own mail server takes it."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from devices.ports import Clock
from hub.channel_ports import ChannelDown, Mail, NotTaken, PutOff, Tls

TIMEOUT_S = 20.0
"""Seconds that the server may be silent."""

_PERMANENT = 500
_NOT_OURS_TO_SEND = frozenset({421, 454, 530, 534, 535, 538})
"""Answers about the server or our account, not about one message: closing, not signed in, wrong password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Where mail goes out. ``sender`` is the address it comes from; the password stands in a file of one line."""

    host: str
    port: int
    sender: str
    tls: Tls = Tls.STARTTLS
    tls_ca: Path | None = None
    user: str = ""
    password_file: Path | None = None


class MailChannel:
    """Fills ``hub.channel_ports.GuestChannel``."""

    name = "mail"

    def __init__(self, settings: MailSettings, clock: Clock, timeout_s: float = TIMEOUT_S) -> None:
        """Keep the settings; nothing is connected before ``open``."""
        self._settings = settings
        self._clock = clock
        self._timeout_s = timeout_s

    @contextmanager
    def open(self) -> Iterator["MailSession"]:
        """Connect and sign in. Raises ChannelDown with what the server said and the setting to look at."""
        server = self._connect()
        try:
            yield MailSession(server, self._settings.sender, self._clock.now())
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        at = f"{self._settings.host}:{self._settings.port}"
        try:
            server = self._reach()
        except ssl.SSLError as problem:
            raise ChannelDown(f"no secret way to {at} ({problem}): see mail.tls and mail.tls_ca") from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise ChannelDown(f"no mail server at {at} ({_said(problem)}): see mail.host and mail.port") from problem
        try:
            self._prepare(server)
        except ChannelDown:
            server.close()
            raise
        except (smtplib.SMTPException, OSError) as problem:
            server.close()
            raise ChannelDown(f"{at} broke off ({_said(problem)}): see mail.port and mail.tls") from problem
        return server

    def _reach(self) -> smtplib.SMTP:
        given = self._settings
        if given.tls is Tls.TLS:
            return smtplib.SMTP_SSL(given.host, given.port, timeout=self._timeout_s, context=self._context())
        return smtplib.SMTP(given.host, given.port, timeout=self._timeout_s)

    def _prepare(self, server: smtplib.SMTP) -> None:
        given = self._settings
        server.ehlo_or_helo_if_needed()
        if given.tls is Tls.STARTTLS:
            try:
                server.starttls(context=self._context())
            except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException, ssl.SSLError) as problem:
                raise ChannelDown(f"STARTTLS failed ({_said(problem)}): see mail.tls and mail.tls_ca") from problem
            server.ehlo()
        if given.user:
            try:
                server.login(given.user, self._password())
            except (smtplib.SMTPNotSupportedError, smtplib.SMTPAuthenticationError) as problem:
                raise ChannelDown(
                    f"{given.user} cannot sign in ({_said(problem)}): see mail.user and mail.password_file"
                ) from problem

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.tls_ca)

    def _password(self) -> str:
        path = self._settings.password_file
        try:
            return path.read_text(encoding="utf-8").strip() if path else ""
        except (OSError, UnicodeDecodeError) as problem:
            raise ChannelDown(f"mail.password_file cannot be read: {problem}") from problem


class MailSession:
    """A connection to the mail server that takes messages."""

    def __init__(self, server: smtplib.SMTP, sender: str, at: datetime) -> None:
        """Keep the connection; ``at`` dates the messages."""
        self._server = server
        self._sender = sender
        self._at = at

    def send(self, mail: Mail) -> None:
        """Hand one message over. Raises ChannelDown, PutOff or NotTaken."""
        message = compose(mail, self._sender, self._at)
        try:
            self._server.send_message(message, self._sender, [mail.address])
        except smtplib.SMTPRecipientsRefused as problem:
            _refused(*problem.recipients[mail.address])
        except smtplib.SMTPSenderRefused as problem:
            raise ChannelDown(f"may not send from {self._sender} ({_said(problem)}): see mail.sender") from problem
        except smtplib.SMTPDataError as problem:
            _refused(problem.smtp_code, problem.smtp_error)
        except smtplib.SMTPNotSupportedError as problem:
            raise NotTaken("the mail server takes no addresses with such letters") from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise ChannelDown(f"the mail server broke off ({_said(problem)})") from problem


def compose(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    """Write a message out (RFC 5322). Raises NotTaken for an address that cannot be one."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(at)
    message["From"] = Address(_plain(mail.house), addr_spec=sender)
    message["To"] = _receiver(mail)
    message["Subject"] = _plain(mail.subject)
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office notes back (RFC 3834)
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for one in mail.attachments:
        kind, _, sub = one.kind.partition("/")
        message.add_attachment(one.content, maintype=kind, subtype=sub, filename=one.name)
    message["Content-Language"] = mail.language  # last: writing the parts takes it away
    return message


def _receiver(mail: Mail) -> Address:
    if not mail.address.isprintable() or " " in mail.address:
        raise NotTaken(f"{mail.address!r} is no address: it holds a space or control character")
    try:
        found = Address(_plain(mail.name), addr_spec=mail.address)
    except (ValueError, IndexError, MessageError) as problem:
        raise NotTaken(f"{mail.address!r} is no address: {problem}") from problem
    if not found.username or "." not in found.domain:
        raise NotTaken(f"{mail.address!r} is no address")
    return found


def _plain(text: str) -> str:
    """Return a text as it may stand in a header: one line, nothing that a program acts on."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _refused(code: int, said: bytes | str) -> None:
    told = f"{code} {_text(said)}"
    if code in _NOT_OURS_TO_SEND:
        raise ChannelDown(f"the mail server takes nothing from us ({told})")
    if code >= _PERMANENT:
        raise NotTaken(told)
    raise PutOff(told)


def _said(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {_text(problem.smtp_error)}"
    return str(problem) or type(problem).__name__


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
