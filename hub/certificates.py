"""What the house's authority signs: its own certificate, those of devices and servers, and the list of what is revoked.

Pure but for fresh serial numbers. Elliptic curve P-256 with SHA-256 throughout: every TLS 1.3 peer must know it
(RFC 8446, 9.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from devices.contract.topics import HUB, ROOMS, is_id
from hub.domain.errors import InvalidInput

RESERVED = frozenset({HUB, ROOMS})
"""Names at the broker that belong to the hub; a device with one of them could act as the hub."""

_EARLIER = timedelta(days=1)
"""Valid since a day before: a device whose clock is set by the network later must be let in at once."""

UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature, x509.InvalidVersion)
"""What ``cryptography`` raises for a stranger's certificates and requests that are none, or are none of ours."""

_LARGEST_REQUEST = 8_192
_REMEDY = "let the device make a new key: python -m kiosk join"

Name = x509.Name
Key = EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate for one device: PEM, serial number, fingerprint (SHA-256, hex), valid ``until`` (UTC)."""

    pem: str
    serial: int
    fingerprint: str
    until: datetime


def read_request(pem: str) -> EllipticCurvePublicKey:
    """Return the key of a device's request, which must hold the private half. Raises InvalidInput."""
    if len(pem) > _LARGEST_REQUEST:
        raise InvalidInput("csr", f"it is longer than {_LARGEST_REQUEST} characters", _REMEDY)
    try:
        request = x509.load_pem_x509_csr(pem.encode())
        key = request.public_key()
        signed = request.is_signature_valid
    except UNREADABLE as problem:
        raise InvalidInput("csr", "it is no certificate signing request (PEM)", _REMEDY) from problem
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise InvalidInput("csr", "its key is not on the curve P-256", _REMEDY)
    if not signed:
        raise InvalidInput("csr", "it is not signed with its own key", _REMEDY)
    return key


def check_name(name: str) -> None:
    """Refuse a name that no device may have. Raises InvalidInput."""
    if not is_id(name):
        raise InvalidInput("device", f"{name[:40]!r} is no id", "use 3 to 32 of a-z, 0-9 and '-'")
    if name in RESERVED:
        raise InvalidInput("device", f"{name!r} is the hub's own name", "choose another one")


def own_certificate(key: Key, title: str, at: datetime, days: int) -> x509.Certificate:
    """Sign the authority's own certificate. It may sign certificates and lists, and no further authority."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
    return (
        _begun(name, name, key.public_key(), at, days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_others=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def device_certificate(
    key: Key, issuer: x509.Certificate, asked: EllipticCurvePublicKey, name: str, at: datetime, days: int
) -> x509.Certificate:
    """Sign a device's key under ``name`` and nothing else; it cannot stand for a server (RFC 5280, 4.2.1.12)."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return _leaf(key, issuer, _begun(subject, issuer.subject, asked, at, days), ExtendedKeyUsageOID.CLIENT_AUTH)


def server_certificate(
    key: Key, issuer: x509.Certificate, asked: EllipticCurvePublicKey, names: Sequence[str], at: datetime, days: int
) -> x509.Certificate:
    """Sign a server's key for host names and addresses. Raises InvalidInput for a name that is neither."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Yingbin")])
    begun = _begun(subject, issuer.subject, asked, at, days)
    begun = begun.add_extension(x509.SubjectAlternativeName([_alternative(one) for one in names]), critical=False)
    return _leaf(key, issuer, begun, ExtendedKeyUsageOID.SERVER_AUTH)


def revoked_list(
    key: Key, issuer: x509.Certificate, serials: dict[int, datetime], number: int, at: datetime
) -> x509.CertificateRevocationList:
    """Sign the list of what is revoked; it holds as long as the authority does.

    A list that runs out would lock every device out of a broker that nobody restarted (RFC 5280, 5.1.2.5).
    """
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(at)
        .next_update(issuer.not_valid_after_utc)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_issuer_key(issuer), critical=False)
    )
    for serial, since in sorted(serials.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        made = made.add_revoked_certificate(entry.build())
    return made.sign(key, SHA256())


def _begun(
    subject: Name, issuer: Name, key: EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _EARLIER)
        .not_valid_after(at + timedelta(days=days))
    )


def _leaf(
    key: Key, issuer: x509.Certificate, begun: x509.CertificateBuilder, purpose: x509.ObjectIdentifier
) -> x509.Certificate:
    return (
        begun.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_others=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(_issuer_key(issuer), critical=False)
        .sign(key, SHA256())
    )


def _issuer_key(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    found = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found)


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_others,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name.encode("idna").decode("ascii"))
    except UnicodeError as problem:
        raise InvalidInput("names", f"{name!r} is no host name", "write a name such as hub.lan, or an address") from (
            problem
        )
