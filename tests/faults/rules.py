"""The documented rule of check-ins (DESIGN 4), written a second time for the checker, from the words and not the code.

Facts are only classified. Of one invitation's scans that let somebody in, the least in the total order (time at the
door, device, boot, number, id) is the arrival: ``admitted``, or ``revoked`` when the invitation had been withdrawn by
then. A later one is a ``rescan`` within 60 s of an earlier one on the same device, else a ``duplicate``. A scan that
let nobody in is ``refused``. A scan that belongs to no invitation but let somebody in is ``quarantined``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.faults.evidence import Row

CLASSES = frozenset({"admitted", "revoked", "duplicate", "rescan", "refused", "quarantined"})
ARRIVALS = frozenset({"admitted", "revoked"})
SAME_ARRIVAL = timedelta(seconds=60)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFF = timedelta(minutes=15)
KNOWS_NOTHING = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the events of one invitation must have led to: a class for each, and the arrival with its time."""

    classes: dict[str, str]
    arrival: Row | None

    @property
    def flagged(self) -> bool:
        """Say whether the guest came in on a withdrawn invitation."""
        return self.arrival is not None and self.classes[self.arrival["id"]] == "revoked"


def door_time(event: Row, anchor: Row | None) -> datetime:
    """Return the time that counts for an event, from what its kiosk's clocks said and when its machine was started.

    A set clock counts unless it lies in the future or the machine's count contradicts it by more than a quarter of an
    hour; then that count does. Without an anchor an unset clock is a lower bound, if it is not a week behind.
    """
    said: datetime = event["door_at"]
    received: datetime = event["received_at"]
    counted = None
    if anchor is not None:
        counted = EPOCH + timedelta(microseconds=anchor["zero_us"], milliseconds=event["mono_ms"])
    if event["clock"] == "synced" and said - received <= OFF and (counted is None or abs(said - counted) <= OFF):
        return said
    if counted is not None:
        return min(counted, received)
    return said if timedelta() <= received - said <= KNOWS_NOTHING else received


def place(event: Row) -> tuple[datetime, str, str, int, str]:
    """Return an event's place in the total order."""
    return (event["at"], event["device"], event["boot"], event["seq"], event["id"])


def judge(events: Iterable[Row], revoked_at: datetime | None) -> Expected:
    """Classify all events of one invitation, whatever order they are given in, and however often."""
    classes: dict[str, str] = {}
    arrival: Row | None = None
    last_on: dict[str, datetime] = {}
    for event in sorted({one["id"]: one for one in events}.values(), key=place):
        if not event["admits"]:
            classes[event["id"]] = "refused"
            continue
        now, device = event["at"], event["device"]
        if arrival is None:
            arrival = event
            classes[event["id"]] = "revoked" if revoked_at is not None and revoked_at <= now else "admitted"
        else:
            again = device in last_on and now - last_on[device] <= SAME_ARRIVAL
            classes[event["id"]] = "rescan" if again else "duplicate"
        last_on[device] = now
    return Expected(classes, arrival)


def judge_stranger(event: Row) -> str:
    """Classify an event whose code belongs to nobody here."""
    return "quarantined" if event["admits"] else "refused"
