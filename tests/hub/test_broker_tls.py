"""Who is let in by TLS, and who is not: each refusal on a real Mosquitto (reliability.md §4, ETSI EN 303 645, 5.5)."""

import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.contract.topics import HUB, Leaf, topic
from devices.link import MqttLink
from hub.authority import Authority
from hub.broker import HOST, Broker, BrokerSettings
from hub.broker_tls import TlsListener
from tests.conftest import SITE, presence_of
from tests.hub.secured import Papers, Secured, WaitUntil

pytestmark = pytest.mark.broker


class At:
    """A clock that stands still."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return its one moment."""
        return self._at

    def monotonic_ms(self) -> int:
        """Return nothing that counts."""
        return 0


def test_a_device_with_a_certificate_is_let_in_under_the_name_in_it(secured: Secured) -> None:
    """It needs no password, and the client id and user name that it gives count for nothing."""
    papers = secured.papers("kiosk-1")
    link = secured.connected("kiosk-1", papers.file, client_id="kiosk-2", username="hub", password="x")
    link.publish(topic(SITE, "kiosk-1", Leaf.UP_REQUEST), b"mine")


def outsiders(secured: Secured, tmp_path: Path) -> dict[str, Path | None]:
    """Make the certificates that must not open, each otherwise good."""
    long_ago, to_come = (At(datetime.now(UTC) + timedelta(days=days)) for days in (-400, 400))
    own = tmp_path / "authority"
    revoked = secured.papers("kiosk-1")
    secured.broker.settle((), [revoked.signed.serial])
    certificate, key = secured.authority.server(["kiosk-1"], days=30)
    server = tmp_path / "server.pem"
    server.write_text(key + certificate)
    return {
        "expired": secured.papers("kiosk-1", Authority.open(own, long_ago)).file,
        "of the future": secured.papers("kiosk-1", Authority.open(own, to_come)).file,
        "another house's": secured.papers("kiosk-1", Authority.open(tmp_path / "another")).file,
        "revoked": revoked.file,
        "a server's": server,
        "none": None,
    }


def test_whoever_holds_no_good_certificate_is_refused_in_the_handshake(
    secured: Secured, tmp_path: Path, wait_until: WaitUntil
) -> None:
    """Expired, of the future, of another house, revoked, made for servers, or none at all, with a password besides."""
    password = secured.broker.secrets("kiosk-1").password
    for name, file in outsiders(secured, tmp_path).items():
        link = secured.link("kiosk-1", file, username="kiosk-1", password=password)
        wait_until(lambda link=link: link.problem)  # type: ignore[misc]
        assert not link.connected, name
        assert secured.refusal(file), name
        link.stop()
    assert not secured.refusal(secured.papers("kiosk-1").file), "and a good one is let in by the same test"


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1", "TLSv1_2"])
def test_nothing_older_than_tls_1_3_is_spoken(secured: Secured, version: str) -> None:
    """Even with a good certificate."""
    good = secured.papers("kiosk-1").file
    assert "version" in secured.refusal(good, ssl.TLSVersion[version]).lower()
    assert not secured.refusal(good, ssl.TLSVersion.TLSv1_3)


def test_without_tls_the_port_for_certificates_says_nothing(secured: Secured) -> None:
    """A password sent there in the open opens nothing."""
    with socket.create_connection((HOST, secured.broker.tls_port), 10) as plain:
        plain.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc")
        with suppress(ConnectionError):
            assert plain.recv(64)[:1] != b"\x20"


def test_a_device_does_not_talk_to_a_broker_of_another_house(
    secured: Secured, tmp_path: Path, wait_until: WaitUntil
) -> None:
    """Nor to one whose certificate names another machine."""
    another = tmp_path / "another.crt"
    another.write_text(Authority.open(tmp_path / "another").certificate)
    papers = secured.papers("kiosk-1")
    link = secured.link("kiosk-1", papers.file, tls_ca=another)
    wait_until(lambda: "certificate verify failed" in link.problem)
    wrong_name = secured.link("kiosk-1", papers.file, host="127.0.0.2")
    wait_until(lambda: wrong_name.problem)
    assert not link.connected
    assert not wrong_name.connected


def test_the_broker_proves_every_name_by_which_it_is_called(tmp_path: Path, wait_until: WaitUntil) -> None:
    """Its address, and the names that the settings give; a link checks them, so another name is refused."""
    authority = Authority.open(tmp_path / "authority")
    tls = TlsListener(authority=authority, host="127.0.0.3", names=("hub.lan",))
    broker = Broker(BrokerSettings(tmp_path / "broker", SITE, tls=tls))
    house = Secured(broker, authority, tmp_path, wait_until, presence_of)
    broker.start()
    try:
        papers = house.papers("kiosk-1")
        broker.settle(["kiosk-1"])
        house.connected("kiosk-1", papers.file, host="127.0.0.3")
        context = ssl.create_default_context(cafile=house.ca)
        context.load_cert_chain(papers.file)
        for name, trusted in (("hub.lan", True), ("localhost", True), ("other.lan", False)):
            with socket.create_connection(("127.0.0.3", broker.tls_port), 10) as plain:
                if trusted:
                    context.wrap_socket(plain, server_hostname=name).close()
                else:
                    with pytest.raises(ssl.SSLCertVerificationError):
                        context.wrap_socket(plain, server_hostname=name)
    finally:
        house.close()


def test_what_listens_beyond_loopback_is_the_port_for_certificates_alone(tmp_path: Path, wait_until: WaitUntil) -> None:
    """Passwords open a door on loopback only (ETSI EN 303 645, 5.6): the list of sockets is the proof."""
    authority = Authority.open(tmp_path / "authority")
    broker = Broker(BrokerSettings(tmp_path / "broker", SITE, tls=TlsListener(authority=authority, host="0.0.0.0")))  # noqa: S104 - it is what is tested
    house = Secured(broker, authority, tmp_path, wait_until, presence_of)
    broker.start()
    try:
        held = {str(path.readlink()) for path in Path(f"/proc/{broker.pid}/fd").iterdir() if path.is_symlink()}
        rows = [
            line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
        ]
        listening = {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held}
        assert listening == {f"0100007F:{broker.port:04X}", f"00000000:{broker.tls_port:04X}"}
        broker.throw_out("kiosk-1")
    finally:
        house.close()


def test_a_certificate_ends_the_password(secured: Secured, wait_until: WaitUntil) -> None:
    """From the moment on that it is there: who sits there with the password is put out, and others notice nothing."""
    password = secured.broker.secrets("kiosk-1").password
    plain = {"tls_ca": None, "port": secured.broker.port}
    connects: list[int] = []
    other = secured.broker.secrets("kiosk-2").password
    secured.connected(
        "kiosk-2", None, lambda _: None, lambda: connects.append(1), username="kiosk-2", password=other, **plain
    )
    old = secured.connected("kiosk-1", None, username="kiosk-1", password=password, **plain)
    secured.broker.settle(["kiosk-1"])
    wait_until(lambda: not old.connected)
    wait_until(lambda: "Not authorized" in old.problem)
    old.stop()
    secured.connected("kiosk-1", secured.papers("kiosk-1").file)
    assert connects == [1]


def test_a_ticket_of_an_earlier_session_lets_no_revoked_device_in(secured: Secured) -> None:
    """TLS sessions can be resumed without showing a certificate; a reload of the broker makes all tickets worthless."""
    papers = secured.papers("kiosk-1")
    context = ssl.create_default_context(cafile=secured.ca)
    context.load_cert_chain(papers.file)
    ticket = _hello(secured, context, None)[1]
    assert ticket is not None
    secured.broker.settle((), [papers.signed.serial])
    secured.broker.throw_out("kiosk-1")
    with pytest.raises(OSError):  # noqa: PT011 - an alert or a reset, as the kernel has it
        _hello(secured, context, ticket)


def _hello(
    secured: Secured, context: ssl.SSLContext, ticket: ssl.SSLSession | None
) -> tuple[bytes, ssl.SSLSession | None]:
    with (
        socket.create_connection((HOST, secured.broker.tls_port), 10) as plain,
        context.wrap_socket(plain, server_hostname="localhost", session=ticket) as sock,
    ):
        sock.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc")
        answer = sock.recv(64)
        if not answer:
            raise OSError("hung up")
        return answer, sock.session


def test_the_hub_stays_on_loopback_with_its_password(secured: Secured) -> None:
    """Nobody can hold a certificate for its name, so nobody elsewhere in the network can be the hub."""
    link = secured.connected(
        HUB, None, tls_ca=None, port=secured.broker.port, username=HUB, password=secured.broker.secrets().password
    )
    link.publish(topic(SITE, "kiosk-1", Leaf.DOWN_REPLY), b"hello")


def test_a_list_that_a_hub_had_written_counts_after_a_restart(secured: Secured, wait_until: WaitUntil) -> None:
    """What was revoked stays out when hub and broker start again."""
    papers: Papers = secured.papers("kiosk-1")
    secured.broker.settle((), [papers.signed.serial])
    secured.broker.stop()
    secured.broker.start()
    link: MqttLink = secured.link("kiosk-1", papers.file)
    wait_until(lambda: link.problem)
    assert not link.connected
    assert secured.refusal(papers.file)
