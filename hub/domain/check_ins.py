"""What a scan counts as (DESIGN 4, invariants I2 and I6).

Facts are never refused, only classified, and the classes of one invitation's scans do not depend on the order in
which they arrive.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.pace import real

RESCAN_WITHIN = timedelta(seconds=60)
"""A second scan on the same device this soon is the same arrival, not a new one."""


class Class(StrEnum):
    """What one stored scan counts as. Every stored event has exactly one class (I3)."""

    ADMITTED = "admitted"
    REVOKED = "revoked"
    DUPLICATE = "duplicate"
    RESCAN = "rescan"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One stored scan of an invitation; ``at`` is the time at the door. ``admits`` was settled at first receipt.

    ``let_in`` marks one that admits because a person said so (``hub.domain.rulings``).
    """

    id: str
    device: str
    boot: str
    seq: int
    at: datetime
    admits: bool
    let_in: bool = False

    def order(self) -> tuple[datetime, str, str, int, str]:
        """Return its place in the one total order of all scans."""
        return (self.at, self.device, self.boot, self.seq, self.id)


def classify(scans: Iterable[Scan], revoked_at: datetime | None = None) -> dict[str, Class]:
    """Give each scan of one invitation its class, by the total order alone.

    The first that admits is the arrival (``revoked`` when the invitation had been withdrawn by then); later ones
    are ``rescan`` on the same device within a minute, else ``duplicate``.
    """
    classes: dict[str, Class] = {}
    admitted: list[Scan] = []
    for scan in sorted(scans, key=Scan.order):
        if not scan.admits:
            classes[scan.id] = Class.REFUSED
            continue
        classes[scan.id] = _class_of(scan, admitted, revoked_at)
        admitted.append(scan)
    return classes


def _class_of(scan: Scan, before: list[Scan], revoked_at: datetime | None) -> Class:
    if not before:
        withdrawn = revoked_at is not None and revoked_at <= scan.at and not scan.let_in
        return Class.REVOKED if withdrawn else Class.ADMITTED
    same_door = (earlier for earlier in before if earlier.device == scan.device)
    if any(scan.at - earlier.at <= real(RESCAN_WITHIN) for earlier in same_door):
        return Class.RESCAN
    return Class.DUPLICATE


def arrival(scans: Iterable[Scan]) -> Scan | None:
    """Return the scan by which the guest came in: the least admitting one."""
    return min((scan for scan in scans if scan.admits), key=Scan.order, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One stored event with everything needed to answer it again in the same words.

    ``body`` is the SHA-256 of the bytes that came, by which a second event under the same id is told apart.
    ``invitation`` is None for a code that belongs to nobody here. ``door_at`` is what the kiosk's wall clock said;
    ``scan.at`` is the time that counts, corrected where that clock was not to be trusted. ``machine`` names the run of
    the kiosk's machine from whose start ``mono_ms`` counts; ``seat`` is the leased seat that the kiosk gave away.
    """

    scan: Scan
    body: str
    door_at: datetime
    received_at: datetime
    mono_ms: int
    clock: str
    kind: str
    method: str
    offline: bool
    lookup: str
    kiosk_verdict: str
    verdict: str
    classed: Class
    invitation: str | None = None
    meeting: str | None = None
    machine: str = ""
    seat: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A guest is in: at most one for each invitation, and so for each guest and meeting (I2)."""

    meeting: str
    invitation: str
    check_in: str
    device: str
    at: datetime
    flagged: bool = False
