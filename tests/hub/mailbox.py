"""A real mail server in this process, which can be told to refuse, and shows what it took."""

import email
import ssl
from asyncio.base_events import Server
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "events@house.example", "correct horse"


@dataclass
class Mailbox:
    """What came. ``answers`` maps an address to what the server says to it; ``on_data`` runs before a mail is taken."""

    mails: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    on_data: Callable[[], object] = lambda: None

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's
        self, _server: object, session: Session, __: object, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count who comes."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self, _server: object, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        """Take an address, or say what was told to be said."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take a mail."""
        self.on_data()
        mail = email.message_from_bytes(cast(bytes, envelope.content), policy=default)
        self.mails.append(mail)
        return "250 taken"

    def receivers(self) -> list[str]:
        """Return whom the mails are for, in the order they came."""
        return [mail["To"].addresses[0].addr_spec for mail in self.mails]


class _Server(Controller):
    """A server that may take any free port (0), which aiosmtpd's own check at the start does not expect."""

    def _trigger_server(self) -> None:
        self.port = port_of(self)
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's


def serve(mailbox: Mailbox, port: int = 0, tls: ssl.SSLContext | None = None, *, signed_in: bool = False) -> Controller:
    """Start the server; with ``tls`` it offers STARTTLS, with ``signed_in`` it wants the password above."""

    def check(_server: object, _session: object, _envelope: object, _how: str, given: object) -> AuthResult:
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=given == right, handled=False)

    options: dict[str, Any] = {"enable_SMTPUTF8": False}
    if tls:
        options |= {"tls_context": tls, "require_starttls": True}
    if signed_in:
        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": tls is not None}
    server = _Server(mailbox, hostname="127.0.0.1", port=port, **options)
    server.start()
    return server


def port_of(server: Controller) -> int:
    """Return the port that a server got."""
    assert isinstance(server.server, Server)
    port: int = server.server.sockets[0].getsockname()[1]
    return port
