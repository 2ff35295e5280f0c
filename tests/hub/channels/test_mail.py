"""Mail goes out over a real server: secretly, signed in, dated, under its own id, and with nothing smuggled into it."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.channel_ports import Attachment, ChannelDown, Mail, NotTaken, PutOff, Tls
from hub.channels.mail import MailChannel, MailSettings
from tests.hub.build import T0
from tests.hub.mailbox import PASSWORD, USER, Mailbox, port_of, serve
from tests.hub.web.scene import StillClock

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

Serve = Callable[..., Controller]


def mail(**changes: object) -> Mail:
    """Return a message to Wang."""
    fields: dict[str, object] = {
        "id": "msg-1",
        "address": "wang@example.com",
        "name": "王建国",
        "house": "云栖会议中心",
        "language": "zh-CN",
        "subject": "温馨提醒",
        "text": "您好",
        "html": "<p>您好</p>",
    }
    return Mail(**(fields | changes))  # type: ignore[arg-type]  # fields of every kind


@pytest.fixture
def mailbox() -> Mailbox:
    """Return what the server took."""
    return Mailbox()


@pytest.fixture
def start(mailbox: Mailbox) -> Iterator[Serve]:
    """Give ``start(tls=…, signed_in=…)``: runs a mail server until the test is over."""
    made: list[Controller] = []

    def run(**options: object) -> Controller:
        made.append(serve(mailbox, **options))  # type: ignore[arg-type]  # options of every kind
        return made[-1]

    yield run
    for one in made:
        one.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """Return a server's side of TLS for 127.0.0.1, and the certificate that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return context, path


def channel(server: Controller, host: str = "127.0.0.1", **changes: object) -> MailChannel:
    """Return the way to that server."""
    fields: dict[str, object] = {"host": host, "port": port_of(server), "sender": "events@house.example"}
    settings = MailSettings(**(fields | {"tls": Tls.NONE} | changes))  # type: ignore[arg-type]  # fields of every kind
    return MailChannel(settings, StillClock(T0), timeout_s=5)


def test_a_message_arrives_as_it_was_written(mailbox: Mailbox, start: Serve) -> None:
    """Chinese in every header and part, the hub's own time, a calendar file."""
    file = Attachment("invitation.ics", "text/calendar", "BEGIN:VCALENDAR\r\nSUMMARY:发布会\r\n".encode())
    with channel(start()).open() as session:
        session.send(mail(attachments=(file,)))
    (found,) = mailbox.mails
    assert found["Message-ID"] == "<msg-1@house.example>"
    assert found["Subject"] == "温馨提醒"
    assert found["From"].addresses[0].display_name == "云栖会议中心"
    assert found["To"].addresses[0].display_name == "王建国"
    assert found["Date"].datetime == T0.replace(microsecond=0)
    assert (found["Content-Language"], found["Auto-Submitted"]) == ("zh-CN", "auto-generated")
    (attached,) = found.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "invitation.ics")
    assert "发布会".encode() in attached.get_payload(decode=True)


@pytest.mark.parametrize("field", ["name", "house", "subject"])
def test_no_name_smuggles_a_header_in(mailbox: Mailbox, start: Serve, field: str) -> None:
    """Line breaks and control characters become blanks."""
    with channel(start()).open() as session:
        session.send(mail(**{field: "王\r\nBcc: all@example.com\n\nBody\x00\u2028x"}))
    (found,) = mailbox.mails
    assert found["Bcc"] is None
    assert all(str(found[name]).isprintable() for name in ("From", "To", "Subject"))
    assert found.get_body(("plain",)).get_content().strip() == "您好"  # type: ignore[union-attr]  # it has one


@pytest.mark.parametrize(
    "address",
    [
        "", "wang", "wang@", "@example.com", "a@b@example.com", "a b@example.com", "a@localhost",
        "a@example.com\r\nRCPT TO:<b@example.com>", "a@example.com, b@example.com", "<a@example.com", "王@example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_the_next_message_goes_out(
    mailbox: Mailbox, start: Serve, address: str
) -> None:
    """On the same connection. This server takes no addresses beyond ASCII."""
    with channel(start()).open() as session:
        with pytest.raises(NotTaken):
            session.send(mail(address=address))
        session.send(mail())
    assert mailbox.receivers() == ["wang@example.com"]


def test_the_server_says_whether_to_try_again(mailbox: Mailbox, start: Serve) -> None:
    """4xx later, 5xx never; neither breaks the connection."""
    mailbox.answers |= {"full@example.com": "452 4.2.2 mailbox full", "gone@example.com": "550 5.1.1 gone"}
    with channel(start()).open() as session:
        with pytest.raises(PutOff, match=r"452 4\.2\.2 mailbox full"):
            session.send(mail(address="full@example.com"))
        with pytest.raises(NotTaken, match=r"550 5\.1\.1 gone"):
            session.send(mail(address="gone@example.com"))
        session.send(mail())
    assert len(mailbox.mails) == 1


def test_the_way_is_secret_and_the_password_is_read_from_its_file(
    mailbox: Mailbox, start: Serve, certificate: tuple[ssl.SSLContext, Path], tmp_path: Path
) -> None:
    """With a certificate that the settings trust; the file may end with a line break."""
    context, trusted = certificate
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    server = start(tls=context, signed_in=True)
    secret = {"tls": Tls.STARTTLS, "tls_ca": trusted, "user": USER, "password_file": password}
    with channel(server, "localhost", **secret).open() as session:
        session.send(mail())
    assert len(mailbox.mails) == 1
    password.write_text("wrong")
    with (
        pytest.raises(ChannelDown, match=r"mail\.password_file") as caught,
        channel(server, "localhost", **secret).open(),
    ):
        pass
    assert "wrong" not in str(caught.value)


def test_a_certificate_nobody_trusts_gets_no_mail(
    start: Serve, certificate: tuple[ssl.SSLContext, Path], tmp_path: Path
) -> None:
    """Nor does a server without TLS, where it is wanted, or a password file that is not there."""
    server = start(tls=certificate[0])
    with pytest.raises(ChannelDown, match=r"mail\.tls_ca"), channel(server, "localhost", tls=Tls.STARTTLS).open():
        pass
    plain = start()
    with pytest.raises(ChannelDown, match=r"mail\.tls"), channel(plain, tls=Tls.STARTTLS).open():
        pass
    with pytest.raises(ChannelDown, match=r"mail\.tls"), channel(plain, tls=Tls.TLS).open():
        pass
    missing = {"user": USER, "password_file": tmp_path / "none"}
    open_way = start(signed_in=True)
    with (
        pytest.raises(ChannelDown, match=r"mail\.password_file cannot be read"),
        channel(open_way, "127.0.0.1", **missing).open(),
    ):
        pass


def test_a_server_that_lets_nobody_in_unsigned_is_down_not_the_address_bad(start: Serve) -> None:
    """A forgotten user costs no guest their message."""
    with channel(start(signed_in=True)).open() as session, pytest.raises(ChannelDown, match="530"):
        session.send(mail())
