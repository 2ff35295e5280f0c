"""The one rule by which both a kiosk and the hub judge an invitation at a time of day."""

from dataclasses import dataclass
from datetime import datetime

from devices.contract.messages import Clock, Verdict

_STANDING = {"revoked": Verdict.REVOKED, "replaced": Verdict.REPLACED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that the rule looks at: the code's status, and whether and when its meeting takes place (UTC)."""

    status: str
    cancelled: bool
    doors_at: datetime
    ends_at: datetime


def judge(standing: Standing, at: datetime, clock: Clock) -> Verdict:
    """Say whether the door opens at ``at``. A clock that is not set refuses nobody on time alone (fault 46)."""
    if standing.status in _STANDING:
        return _STANDING[standing.status]
    if standing.cancelled:
        return Verdict.CANCELLED
    if clock is Clock.SYNCED and at < standing.doors_at:
        return Verdict.TOO_EARLY
    if clock is Clock.SYNCED and at > standing.ends_at:
        return Verdict.TOO_LATE
    return Verdict.WELCOME
