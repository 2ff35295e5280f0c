"""The documented rule of check-ins (DESIGN 4), written a second time for the checker, from the words and not the code.

Facts are only classified. Of one invitation's scans that let somebody in, the least in the total order (time at the
door, device, boot, number, id) is the arrival: ``admitted``, or ``revoked`` when the invitation had been withdrawn by
then. A later one is a ``rescan`` within 60 s of an earlier one on the same device, else a ``duplicate``. A scan that
let nobody in is ``refused``. A scan that belongs to no invitation but let somebody in is ``quarantined``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.faults.evidence import Row

CLASSES = frozenset({"admitted", "revoked", "duplicate", "rescan", "refused", "quarantined"})
ARRIVALS = frozenset({"admitted", "revoked"})
SAME_ARRIVAL = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the events of one invitation must have led to: a class for each, and the arrival with its time."""

    classes: dict[str, str]
    arrival: Row | None

    @property
    def flagged(self) -> bool:
        """Say whether the guest came in on a withdrawn invitation."""
        return self.arrival is not None and self.classes[self.arrival["id"]] == "revoked"


def door_time(event: Row) -> datetime:
    """Return the time at the door: corrected (``door_at``) where the hub keeps that, else as the kiosk's clock said."""
    moment: datetime = event.get("door_at") or event["at"]
    return moment


def place(event: Row) -> tuple[datetime, str, str, int, str]:
    """Return an event's place in the total order."""
    return (door_time(event), event["device"], event["boot"], event["seq"], event["id"])


def judge(events: Iterable[Row], revoked_at: datetime | None) -> Expected:
    """Classify all events of one invitation, whatever order they are given in, and however often."""
    classes: dict[str, str] = {}
    arrival: Row | None = None
    last_on: dict[str, datetime] = {}
    for event in sorted({one["id"]: one for one in events}.values(), key=place):
        if not event["admits"]:
            classes[event["id"]] = "refused"
            continue
        now, device = door_time(event), event["device"]
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
