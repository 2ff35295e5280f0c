"""The certificate that the pages show: of the house's own authority, or the operator's (decision 63)."""

import socket
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from devices.ports import DeviceError
from hub.authority import Authority
from hub.config_sections import PageTls, WebConfig
from hub.private_files import write_private

DAYS = 90
RENEW_BEFORE = timedelta(days=30)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NOWHERE = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737). To be told the way there sends nothing."""


class BadCertificate(DeviceError):
    """What the pages are to show cannot be used; the text says why, and what to do."""

    code = "bad_certificate"


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate in use. ``fingerprint`` is its SHA-256 in hex digits, ``until`` when it ends."""

    context: ssl.SSLContext = field(repr=False)
    names: tuple[str, ...]
    until: datetime
    fingerprint: str


def names_of(web: WebConfig) -> tuple[str, ...]:
    """Return the names and addresses by which this machine's pages are asked for, those of the settings first."""
    host = () if _is_any(web.host) else (web.host,)
    found = (*web.names, *host, *(_own_names() if web.tls is not PageTls.OFF else ()), *_LOOPBACK)
    return tuple(dict.fromkeys(name.casefold() for name in found))


def certificate_of(web: WebConfig, folder: Path, authority: Callable[[], Authority], now: datetime) -> Shown:
    """Return what to show now, made anew where that is due. Raises BadCertificate, AuthorityDamaged, OSError."""
    if web.tls is PageTls.FILES:
        return _read(web.certificate or Path(), web.key_file or Path(), now)
    kept, names, house = folder / "pages.pem", names_of(web), authority()
    with suppress(BadCertificate):
        shown = _read(kept, kept, now)
        if set(shown.names) == set(names) and shown.until - now > RENEW_BEFORE and _is_of(kept, house):
            return shown
    certificate, key = house.server(names, DAYS)
    write_private(kept, certificate + key)
    return _read(kept, kept, now)


def _read(certificate: Path, key_file: Path, now: datetime) -> Shown:
    """Read a pair, and look whether it can be shown."""
    found = _certificate(certificate)
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except OSError as problem:
        raise BadCertificate(f"{key_file} cannot be read: {problem.strerror}") from problem
    except (ValueError, TypeError) as problem:
        raise BadCertificate(f"{key_file} holds no key without a password, in PEM") from problem
    if _public(key.public_key()) != _public(found.public_key()):
        raise BadCertificate(f"{key_file} is not the key of {certificate}: give the pair that belongs together")
    if now >= found.not_valid_after_utc:
        raise BadCertificate(f"{certificate} ended on {found.not_valid_after_utc:%Y-%m-%d}: put a renewed one there")
    if now < found.not_valid_before_utc:
        raise BadCertificate(f"{certificate} holds from {found.not_valid_before_utc:%Y-%m-%d}: is the clock right?")
    names = _names_in(found)
    if not names:
        raise BadCertificate(f"{certificate} names no host (subjectAltName): browsers would refuse it")
    try:
        context = _context(certificate, key_file)
    except ssl.SSLError as problem:
        raise BadCertificate(f"{certificate} cannot be used: {problem.reason}") from problem
    return Shown(context, names, found.not_valid_after_utc, found.fingerprint(SHA256()).hex())


def _context(certificate: Path, key_file: Path) -> ssl.SSLContext:
    """Return how the pages speak TLS: 1.3 and nothing older (ASVS 12.1.1)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate, key_file)
    return context


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as problem:
        raise BadCertificate(f"{path} cannot be read: {problem.strerror}") from problem
    except ValueError as problem:
        raise BadCertificate(f"{path} is no certificate in PEM") from problem


def _is_of(path: Path, house: Authority) -> bool:
    """Say whether a certificate was signed by the house's authority as it is now."""
    try:
        _certificate(path).verify_directly_issued_by(x509.load_pem_x509_certificate(house.certificate.encode()))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _public(key: object) -> bytes:
    made: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]  # of every kind of key
    return made


def _names_in(found: x509.Certificate) -> tuple[str, ...]:
    try:
        named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = named.get_values_for_type(x509.DNSName)
    return (*hosts, *(str(one) for one in named.get_values_for_type(x509.IPAddress)))


def _own_names() -> tuple[str, ...]:
    """Return what the house's network may call this machine: its name, with mDNS's ending, and its address."""
    name = socket.gethostname().partition(".")[0]
    found = [name, f"{name}.local"]
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as way, suppress(OSError):
        way.connect(_NOWHERE)
        found.append(way.getsockname()[0])
    return tuple(found)


def _is_any(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False
