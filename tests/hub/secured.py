"""A house whose devices hold certificates: an authority, a real broker, and links that come in by TLS."""

import socket
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from devices.contract.messages import Status
from devices.contract.topics import Leaf, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, OnConnect, Received
from hub.authority import Authority
from hub.broker import HOST, Broker
from hub.certificates import Signed

SITE = "hall"

WaitUntil = Callable[[Callable[[], object]], None]


def request_of(key: ec.EllipticCurvePrivateKey) -> str:
    """Write the signing request of a key."""
    asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, SHA256())
    return asked.public_bytes(Encoding.PEM).decode()


@dataclass(frozen=True)
class Papers:
    """What a device holds: certificate and key in one file, and what was signed."""

    file: Path
    signed: Signed


@dataclass
class Secured:
    """The running house."""

    broker: Broker
    authority: Authority
    folder: Path
    wait_until: WaitUntil
    presence: Callable[[str], Callable[[Status], bytes]]
    links: list[MqttLink] = field(default_factory=list)

    @property
    def ca(self) -> Path:
        """Return the file with the authority's certificate."""
        return self.broker._folder / "ca.crt"

    def papers(self, device: str, authority: Authority | None = None, days: int = 30) -> Papers:
        """Sign a fresh key for a device, by this house's authority unless another is given."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = (authority or self.authority).sign(request_of(key), device, days)
        file = self.folder / f"{device}-{signed.serial}.pem"
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.pem.encode("ascii")
        )
        return Papers(file, signed)

    def link(
        self,
        device: str,
        certificate: Path | None,
        on_message: Callable[[Received], None] = lambda _: None,
        on_connect: OnConnect = lambda: None,
        **changes: Any,  # noqa: ANN401 - any field of LinkSettings
    ) -> MqttLink:
        """Start a link as a device has it, without waiting for it."""
        settings = LinkSettings(
            host=HOST,
            port=self.broker.tls_port,
            client_id=device,
            state_topic=topic(SITE, device, Leaf.STATE),
            presence=self.presence(uuid7()),
            tls_ca=self.ca,
            certificate=certificate,
        )
        link = MqttLink(replace(settings, **changes), on_message, on_connect)
        self.links.append(link)
        link.start()
        return link

    def connected(self, device: str, certificate: Path | None, *told: Any, **changes: Any) -> MqttLink:  # noqa: ANN401 - as link
        """Start a link and wait until it may send."""
        link = self.link(device, certificate, *told, **changes)
        self.wait_until(lambda: link.connected)
        return link

    def refusal(self, certificate: Path | None, version: ssl.TLSVersion | None = None) -> str:
        """Return how the broker refuses a client, empty when it answers it; the client has TLS alone, no patience.

        A refused certificate shows with the first read only (RFC 8446, 4.4.2.4).
        """
        context = ssl.create_default_context(cafile=self.ca)
        if certificate:
            context.load_cert_chain(certificate)
        if version:
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = context.maximum_version = version
        try:
            with (
                socket.create_connection((HOST, self.broker.tls_port), 10) as plain,
                context.wrap_socket(plain, server_hostname="localhost") as sock,
            ):
                sock.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc")
                return "" if sock.recv(64)[:1] == b"\x20" else "hung up"
        except OSError as problem:
            return str(problem) or "refused"

    def close(self) -> None:
        """Stop every link, then the broker."""
        for link in self.links:
            link.stop()
        self.broker.stop()
