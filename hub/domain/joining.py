"""How a device joins the house: a window in time, a code that holds once, and a person who compares two screens."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    """How far a window has come."""

    OPEN = "open"
    ASKED = "asked"
    APPROVED = "approved"
    JOINED = "joined"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A technician lets one device join, until ``closes_at``.

    ``code`` and ``ticket`` are hashes: of the code that the technician shows the device, and of what the device keeps
    to come back with. ``csr`` is what it asked with; ``certificate`` what it gets.
    """

    id: str
    device: str
    code: str
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    stage: Stage = Stage.OPEN
    csr: str = ""
    ticket: str = ""
    fingerprint: str = ""
    certificate: str = ""

    def waits(self, now: datetime) -> bool:
        """Say whether anything can still come of it."""
        return self.stage in {Stage.OPEN, Stage.ASKED, Stage.APPROVED} and now < self.closes_at


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCertificate:
    """One that was signed for a device. ``serial`` in hex; ``put_out_at``: when its live session was ended."""

    serial: str
    device: str
    fingerprint: str
    issued_at: datetime
    until: datetime
    issued_by: str
    revoked_at: datetime | None = None
    put_out_at: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Say whether the broker lets it in."""
        return self.revoked_at is None and now < self.until


def hash_of(secret: str) -> str:
    """Return under what a code or ticket is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()
