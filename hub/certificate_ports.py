"""What the use cases need for devices' certificates: rows of the store, and somebody who signs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.joining import DeviceCertificate, Window


class Certificates(Protocol):
    """Who holds a certificate, and who is about to; part of ``hub.ports.Transaction``."""

    def windows(self) -> Sequence[Window]:
        """Return every window that is kept, the newest first."""

    def window(self, window: str) -> Window | None:
        """Return one; in a writing transaction nobody else changes it before the end."""

    def by_code(self, code: str) -> Window | None:
        """Return the window with this hash of a code; locked as ``window`` is."""

    def by_ticket(self, ticket: str) -> Window | None:
        """Return the window with this hash of a ticket; locked as ``window`` is."""

    def save_window(self, window: Window) -> None:
        """Keep a new window, or one's new state."""

    def forget_windows(self, before: datetime) -> None:
        """Drop those that closed before an instant."""

    def all(self) -> Sequence[DeviceCertificate]:
        """Return every certificate that was signed, by device, the newest first."""

    def of_device(self, device: str) -> Sequence[DeviceCertificate]:
        """Return those of one device; in a writing transaction nobody else adds one or changes one before the end."""

    def save(self, certificate: DeviceCertificate) -> None:
        """Keep a new certificate, or one's new state."""


class Paper(Protocol):
    """A certificate that was signed: PEM, serial number, SHA-256 (hex), and the end of its validity."""

    @property
    def pem(self) -> str:
        """Return it."""

    @property
    def serial(self) -> int:
        """Return its number."""

    @property
    def fingerprint(self) -> str:
        """Return its fingerprint."""

    @property
    def until(self) -> datetime:
        """Return until when it holds."""


class Signer(Protocol):
    """The house's authority, as far as devices need it."""

    @property
    def certificate(self) -> str:
        """Return its own certificate (PEM)."""

    @property
    def fingerprint(self) -> str:
        """Return that one's SHA-256 (hex)."""

    def sign(self, csr_pem: str, name: str, days: int) -> Paper:
        """Sign a request under a name. Raises InvalidInput."""

    def key_of(self, csr_pem: str) -> bytes:
        """Return the public key of a request (DER). Raises InvalidInput."""

    def holder(self, certificate_pem: str, signature: bytes, said: bytes) -> int | None:
        """Return the serial number of a certificate of ours whose key has signed ``said``; None where it is not so."""
