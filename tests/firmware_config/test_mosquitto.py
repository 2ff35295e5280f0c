import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.contract.topics import Leaf, hub_state, topic
from devices.link import MqttLink
from devices.ports import LinkSettings, NotDelivered, Received
from hub.broker_files import access_list, password_line

pytestmark = pytest.mark.broker

GIVEN = Path(__file__).parents[2] / "firmware_config" / "mosquitto"
SITE = "venue"
WaitUntil = Callable[[Callable[[], object]], None]
Join = Callable[..., MqttLink]
PASSWORDS = {"hub": "the hub's own", "kiosk-1": "one", "kiosk-2": "two"}

DEBIANS_OWN = """
persistence true
persistence_location {folder}/
log_dest stderr
include_dir {folder}/conf.d
user root
"""


@dataclass(frozen=True)
class Operator:
    """An operator's broker: where it listens, whom it trusts, and the certificate of somebody else."""

    port: int
    ca: Path
    another_ca: Path


def make_authority(folder: Path, name: str) -> tuple[Path, ec.EllipticCurvePrivateKey, x509.Name]:
    """Make a certificate authority; its certificate is written to ``folder``."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    basic = x509.BasicConstraints(ca=True, path_length=0)
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        _certificate(subject, subject, key.public_key()).add_extension(basic, True).add_extension(usage, True)  # noqa: FBT003 - critical
    )
    path = folder / f"{name}.crt"
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path, key, subject


def make_server(folder: Path, authority: ec.EllipticCurvePrivateKey, issuer: x509.Name) -> None:
    """Make server.crt and server.key for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = _certificate(x509.Name([]), issuer, key.public_key()).add_extension(names, True)  # noqa: FBT003 - critical
    (folder / "server.crt").write_bytes(made.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
    )


@pytest.fixture
def operator(tmp_path: Path, wait_until: WaitUntil) -> Iterator[Operator]:
    """Load the given files as Debian would, with test certificates, on a free port."""
    ca, key, name = make_authority(tmp_path, "ca")
    another, _, _ = make_authority(tmp_path, "another")
    make_server(tmp_path, key, name)
    lines = [password_line(user, password, b"twelve bytes") for user, password in PASSWORDS.items()]
    (tmp_path / "passwords").write_text("\n".join(lines) + "\n")
    shutil.copy(GIVEN / "acl", tmp_path / "acl")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    text = (GIVEN / "mosquitto.conf").read_text(encoding="utf-8")
    assert text.count("/etc/mosquitto/yingbin/") == 5
    assert "listener 8883\n" in text
    text = text.replace("/etc/mosquitto/yingbin/", f"{tmp_path}/").replace(
        "listener 8883", f"listener {port} 127.0.0.1"
    )
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "yingbin.conf").write_text(text, encoding="utf-8")
    (tmp_path / "mosquitto.conf").write_text(DEBIANS_OWN.format(folder=tmp_path))
    with subprocess.Popen(
        ["/usr/sbin/mosquitto", "-c", str(tmp_path / "mosquitto.conf")], stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            wait_until(lambda: process.poll() is not None or _accepts(port))
            assert process.poll() is None, process.stderr and process.stderr.read()
            yield Operator(port, ca, another)
        finally:
            process.terminate()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def join(operator: Operator) -> Iterator[Join]:
    """Give a function that starts a link to the operator's broker under a name, stopped after the test."""
    links: list[MqttLink] = []

    def start(client: str, on_message: Callable[[Received], None] = lambda _: None, **changes: object) -> MqttLink:
        settings = LinkSettings(
            host="127.0.0.1",
            port=operator.port,
            client_id=client,
            state_topic=topic(SITE, client, Leaf.STATE),
            presence=lambda status: status.encode(),
            username=client,
            password=PASSWORDS[client],
            tls_ca=operator.ca,
        )
        links.append(MqttLink(replace(settings, **changes), on_message))  # type: ignore[arg-type]
        links[-1].start()
        return links[-1]

    yield start
    for link in links:
        link.stop()


def test_the_access_list_is_the_one_of_the_hubs_own_broker() -> None:
    """The same rules in both places, and they follow the contract's topics."""
    lines = (GIVEN / "acl").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == access_list(SITE).splitlines()


def test_hub_and_kiosk_talk_over_tls_and_a_foreign_topic_is_refused(join: Join, wait_until: WaitUntil) -> None:
    """The files work as they are, and protect what they promise to protect."""
    heard: list[Received] = []
    replies: list[Received] = []
    up, down = topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), topic(SITE, "kiosk-1", Leaf.DOWN_REPLY)
    hub = join("hub", heard.append, subscriptions=((up, 1),))
    kiosk = join("kiosk-1", replies.append, subscriptions=((down, 1), (hub_state(SITE), 1)))
    wait_until(lambda: hub.connected and kiosk.connected)
    kiosk.publish(up, b"guest")
    hub.publish(down, b"welcome")
    wait_until(lambda: heard and len(replies) == 2)
    assert [received.payload for received in replies] == [b"online", b"welcome"]
    for foreign in (topic(SITE, "kiosk-2", Leaf.UP_CHECKIN), down, hub_state(SITE), "anything"):
        with pytest.raises(NotDelivered, match="Not authorized"):
            kiosk.publish(foreign, b"forged")


@pytest.mark.parametrize(
    ("username", "password"), [(None, None), ("kiosk-1", None), ("kiosk-1", "two"), ("kiosk-3", "one")]
)
def test_who_has_no_name_or_the_wrong_password_stays_outside(
    join: Join, wait_until: WaitUntil, username: str | None, password: str | None
) -> None:
    """No anonymous user, no device under another's password."""
    link = join("kiosk-1", username=username, password=password)
    wait_until(lambda: "the broker refuses kiosk-1: Not authorized" in link.problem)
    assert not link.connected


def test_nobody_connects_anonymously_even_without_a_will(operator: Operator) -> None:
    """A will on a forbidden topic would be refused by the access list; this client has none."""
    context = ssl.create_default_context(cafile=operator.ca)
    with (
        socket.create_connection(("127.0.0.1", operator.port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        secure.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc")
        answer = secure.recv(64)
    assert (answer[0], answer[3]) == (0x20, 0x87), "CONNACK, not authorized"


def test_a_kiosk_does_not_talk_to_a_broker_of_another_authority(
    operator: Operator, join: Join, wait_until: WaitUntil
) -> None:
    """A stranger's broker on the network gets no password and no guest."""
    link = join("kiosk-1", tls_ca=operator.another_ca)
    wait_until(lambda: "certificate verify failed" in link.problem)
    assert not link.connected


def test_a_kiosk_checks_the_name_in_the_certificate(join: Join, wait_until: WaitUntil) -> None:
    """A certificate of the same authority for another machine is not enough."""
    link = join("kiosk-1", host="localhost")
    wait_until(lambda: "certificate" in link.problem and "localhost" in link.problem)
    assert not link.connected


def test_nothing_is_spoken_without_tls_or_with_an_old_one(
    operator: Operator, join: Join, wait_until: WaitUntil
) -> None:
    """Passwords never travel in the open."""
    link = join("kiosk-1", tls_ca=None, answer_within_s=1.0)
    wait_until(lambda: "lost" in link.problem or "does not answer" in link.problem)
    old = ssl.create_default_context(cafile=operator.ca)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", operator.port)) as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain, server_hostname="127.0.0.1")
