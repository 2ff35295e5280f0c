"""The broker's way in for devices that hold a certificate of the house: TLS 1.3 and nothing else (RFC 8446)."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from hub.authority import Authority
from hub.private_files import write_private
from hub.takeover import certificate_way

OWN_CA, SERVER, SERVER_KEY, REVOKED = "ca.crt", "server.crt", "server.key", "revoked.crl"

_GHOST = "ghost.pem"
_SERVER_DAYS = 397
_LOCAL = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsListener:
    """Where devices with a certificate come in: ``host`` is the address to listen on, port 0 takes a free one.

    ``names`` are the host names and addresses by which devices call it, besides ``host`` itself.
    ``password_port``, 0 for none, is for those that have a password instead.
    """

    authority: Authority = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    password_port: int = 0
    names: tuple[str, ...] = ()

    @property
    def called(self) -> tuple[str, ...]:
        """Return every name that the broker's certificate stands for."""
        own = () if ip_address(self.host).is_unspecified else (self.host,)
        return tuple(dict.fromkeys((*own, *self.names, *_LOCAL)))


def tls_lines(folder: Path, tls: TlsListener, port: int) -> list[str]:
    """Write the listeners for mosquitto.conf. Who comes in is who the certificate names, whatever the client says."""
    by_password = _password_lines(folder, tls) if tls.password_port else []
    return [
        *by_password,
        f"listener {port} {tls.host}",
        f"cafile {folder / OWN_CA}",
        f"certfile {folder / SERVER}",
        f"keyfile {folder / SERVER_KEY}",
        f"crlfile {folder / REVOKED}",
        "tls_version tlsv1.3",
        "require_certificate true",
        "use_identity_as_username true",
        "use_username_as_clientid true",
    ]


def _password_lines(folder: Path, tls: TlsListener) -> list[str]:
    """Write the listener for devices that hold no certificate: many can do TLS 1.2 and no more (decision 68)."""
    return [
        f"listener {tls.password_port} {tls.host}",
        f"certfile {folder / SERVER}",
        f"keyfile {folder / SERVER_KEY}",
        "tls_version tlsv1.2",
        "use_username_as_clientid true",
    ]


def write_server_files(folder: Path, tls: TlsListener) -> None:
    """Give the broker a fresh certificate, and its authority's. Raises AuthorityDamaged, InvalidInput, OSError.

    Mosquitto reads both files at a reload, so they are written while nobody reloads.
    """
    certificate, key = tls.authority.server(tls.called, _SERVER_DAYS)
    write_private(folder / SERVER_KEY, key)
    write_private(folder / SERVER, certificate)
    write_private(folder / OWN_CA, tls.authority.certificate)


def write_revoked(folder: Path, tls: TlsListener) -> None:
    """Give the broker the list of what is revoked.

    Always a whole one: Mosquitto 2.0.11 that reloads a damaged list lets everybody in that is on it.
    """
    write_private(folder / REVOKED, tls.authority.revoked_list())


@contextmanager
def ghost_of(folder: Path, tls: TlsListener, device: str) -> Iterator[ssl.SSLContext]:
    """Give a way into the broker under a device's name, for as long as it takes to end that device's session.

    Its key is on the disk for that time only, since Python's TLS reads keys from files.
    """
    key = generate_private_key(SECP256R1())
    asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, SHA256())
    signed = tls.authority.sign(asked.public_bytes(Encoding.PEM).decode("ascii"), device, days=1)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    file = folder / _GHOST
    try:
        write_private(file, secret + signed.pem)
        yield certificate_way(folder / OWN_CA, file)
    finally:
        file.unlink(missing_ok=True)
