"""For how long personal data is kept: as short as its purpose allows (PIPL Art. 19 and 47, GDPR Art. 5(1)(e))."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The house's terms. ``hour`` is the local hour, 0 to 23, at which what is past them goes.

    ``guests`` counts from the end of a guest's last meeting, ``staff`` from when somebody left the house,
    ``quarantine`` from when input came last, ``audit`` from when something was done.
    """

    hour: int = 3
    guests: timedelta = timedelta(days=30)
    quarantine: timedelta = timedelta(days=14)
    audit: timedelta = timedelta(days=1_095)
    staff: timedelta = timedelta(days=90)


RETENTION = Retention()


def next_night(now: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """Return the next instant at which it is ``hour`` o'clock in a zone; where clocks skip it, the hour after."""
    local = now.astimezone(zone)
    for day in range(3):
        wall = (local + timedelta(days=day)).replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
        night = wall.replace(tzinfo=zone).astimezone(UTC)
        if night > now:
            return night
    raise AssertionError("there is a night within three days")  # pragma: no cover - clocks never move by a day
