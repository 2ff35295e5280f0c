"""Local times of the house as instants, and what is wrong with one that cannot be used."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class BadMoment(ValueError):
    """A date or time that cannot be used: what is wrong, and the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        """Keep both parts for the table of findings."""
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


def in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time. Raises BadMoment when clocks skip it or show it twice that day."""
    early, late = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    instant = early.astimezone(UTC)
    if early.utcoffset() != late.utcoffset():
        skipped = instant.astimezone(zone).replace(tzinfo=None) != local
        what = "does not exist: clocks are put forward" if skipped else "comes twice: clocks are put back"
        raise BadMoment(
            f"{local:%H:%M} on {local:%Y-%m-%d} {what} in {zone.key} that night",
            "choose a time an hour earlier or later",
        )
    return instant
