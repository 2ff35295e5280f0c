"""The house's own small certificate authority, on disk: who holds a certificate of it belongs to this house.

Its folder is for the hub's user only; the key never leaves it. Nothing is shared with any other house.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from devices.clock import SystemClock
from devices.ports import Clock
from hub.certificates import (
    UNREADABLE,
    Key,
    Signed,
    check_name,
    device_certificate,
    own_certificate,
    read_request,
    revoked_list,
    server_certificate,
)
from hub.private_files import make_private_folder, write_private

_KEY, _CERTIFICATE, _REVOKED, _LOCK = "authority.key", "authority.crt", "revoked.crl", "lock"
_AUTHORITY_DAYS = 20 * 365
_EARLIER = timedelta(hours=1)
_MACHINE = SystemClock()
"""TLS peers judge by their machine's clock, so certificates do too, whatever time a rehearsal plays."""


class AuthorityDamaged(ValueError):
    """A file of the authority cannot be used; the text names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A key, its certificate, and a list of revoked serial numbers. Several processes may open one folder."""

    _folder: Path
    _key: Key = field(repr=False)
    _own: x509.Certificate
    _clock: Clock

    @classmethod
    def open(cls, folder: Path, clock: Clock = _MACHINE) -> "Authority":
        """Open the authority, or make it where there is none. Raises AuthorityDamaged, OSError.

        The certificate is written last, and says that the rest is there: a kill in between is made good by the next
        start, and a list of what is revoked that was lost later is never taken for an empty one.
        """
        with _alone(folder):
            own, key_file, listed = folder / _CERTIFICATE, folder / _KEY, folder / _REVOKED
            if own.exists():
                for lost in (one for one in (key_file, listed) if not one.exists()):
                    raise AuthorityDamaged(f"{lost} is lost: restore {folder} from a backup")
            else:
                if not key_file.exists():
                    write_private(key_file, _key_pem(generate_private_key(SECP256R1())))
                key = _read_key(key_file)
                made = own_certificate(key, _title(key), clock.now(), _AUTHORITY_DAYS)
                _write_list(folder, (key, made), {}, 1, clock.now() - _EARLIER)
                write_private(own, _pem(made))
            key = _read_key(key_file)
            found = cls(folder, key, _read_own(own, key), clock)
            found.revoked_list()
        return found

    @property
    def certificate(self) -> str:
        """Return the certificate that others must trust (PEM)."""
        return _pem(self._own)

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of that certificate, by which a device that joins recognises it (64 hex digits)."""
        return self._own.fingerprint(SHA256()).hex()

    def sign(self, csr_pem: str, name: str, days: int) -> Signed:
        """Sign a device's request under ``name``; whatever else the request asks for is left out. Raises InvalidInput.

        Nothing is kept here: whoever asked files what was signed.
        """
        check_name(name)
        asked = read_request(csr_pem)
        made = device_certificate(self._key, self._own, asked, name, self._clock.now(), days)
        return Signed(_pem(made), made.serial_number, made.fingerprint(SHA256()).hex(), made.not_valid_after_utc)

    def key_of(self, csr_pem: str) -> bytes:
        """Return the public key of a request (DER). Raises InvalidInput."""
        return _public(read_request(csr_pem))

    def holder(self, certificate_pem: str, signature: bytes, said: bytes) -> int | None:
        """Return the serial number of a certificate of ours whose key has signed ``said``; None where it is not so."""
        try:
            found = x509.load_pem_x509_certificate(certificate_pem.encode())
            found.verify_directly_issued_by(self._own)
            key = found.public_key()
            if not isinstance(key, EllipticCurvePublicKey):
                return None
            key.verify(signature, said, ECDSA(SHA256()))
        except UNREADABLE:
            return None
        return found.serial_number

    def server(self, names: Sequence[str], days: int) -> tuple[str, str]:
        """Return a fresh certificate for host names and addresses, and its key (PEM). Raises InvalidInput."""
        key = generate_private_key(SECP256R1())
        made = server_certificate(self._key, self._own, key.public_key(), names, self._clock.now(), days)
        return _pem(made), _key_pem(key)

    def revoke(self, *numbers: int) -> None:
        """Put serial numbers on the list of what is revoked, in one new list; they stay there. Safe to repeat.

        Raises AuthorityDamaged, OSError; then nothing has changed.
        """
        with _alone(self._folder):
            before = self._revoked()
            serials = {one.serial_number: one.revocation_date_utc for one in before}
            now = self._clock.now()
            fresh = {number: now for number in numbers if number not in serials}
            if not fresh:
                return
            # OpenSSL keeps every list that it has loaded and goes by the newest, counted in whole seconds: the second
            # of two lists of one second would not count. And one that is dated ahead of its clock would not either.
            number = before.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
            at = max(now - _EARLIER, before.last_update_utc + timedelta(seconds=1))
            _write_list(self._folder, (self._key, self._own), serials | fresh, number + 1, at)

    def revoked_list(self) -> str:
        """Return the signed list of what is revoked (CRL, PEM). Raises AuthorityDamaged."""
        return _pem(self._revoked())

    def _revoked(self) -> x509.CertificateRevocationList:
        path = self._folder / _REVOKED
        try:
            found = x509.load_pem_x509_crl(path.read_bytes())
        except ValueError as problem:
            raise AuthorityDamaged(f"{path} is no list of revoked certificates: restore it from a backup") from problem
        if not found.is_signature_valid(self._key.public_key()):
            raise AuthorityDamaged(f"{path} is not signed by this authority: restore it from a backup")
        return found


def _write_list(
    folder: Path, signer: tuple[Key, x509.Certificate], serials: dict[int, datetime], number: int, at: datetime
) -> None:
    made = revoked_list(*signer, serials, number, at.astimezone(UTC).replace(microsecond=0))
    write_private(folder / _REVOKED, _pem(made))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder: two processes that open it at once must not make two keys."""
    make_private_folder(folder)
    with (folder / _LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read_key(path: Path) -> Key:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as problem:
        raise AuthorityDamaged(f"{path} holds no private key: restore the folder from a backup") from problem
    if not isinstance(key, Key) or not isinstance(key.curve, SECP256R1):
        raise AuthorityDamaged(f"{path} holds a key of another kind: restore the folder from a backup")
    return key


def _read_own(path: Path, key: Key) -> x509.Certificate:
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as problem:
        raise AuthorityDamaged(f"{path} is no certificate: restore the folder from a backup") from problem
    if found.public_key() != key.public_key():
        raise AuthorityDamaged(f"{path} does not belong to the key beside it: restore the folder from a backup")
    return found


def _public(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _key_pem(key: Key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def _pem(made: x509.Certificate | x509.CertificateRevocationList) -> str:
    return made.public_bytes(Encoding.PEM).decode("ascii")


def _title(key: Key) -> str:
    """Name the authority after its key, so that two houses' differ in a browser's list."""
    return f"Yingbin {sha256(_public(key.public_key())).hexdigest()[:8]}"
