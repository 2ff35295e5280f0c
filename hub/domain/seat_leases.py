"""Seats that one kiosk may give away by itself while the hub is away (DESIGN 4; reference/reliability.md R4, 51).

Online seating leaves leased seats alone, so a block must cost nobody a seat: it holds ordinary chairs that would be
filled last, as whole stretches, so that parties still sit together, and it shrinks as the room fills.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.floor import NOBODY, PLAIN, Floor
from hub.domain.free_seats import FreeSeats
from hub.domain.meetings import Meeting

SOON = timedelta(hours=2)
"""So long before its doors open a meeting's seats are leased: a kiosk that is cut off until then has them."""

PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLease:
    """One seat of a meeting that one kiosk alone may give away until ``until``; other doors give it only after that.

    ``recalled``: the kiosk is told to stop. ``told`` is the position in the change feed of what it was told last; the
    seat is free again once the kiosk knows that and no event of its own is on the way.
    """

    meeting: str
    seat: str
    device: str
    until: datetime
    recalled: bool = False
    told: int = 0


def lease_key(device: str, meeting: str) -> str:
    """Name one kiosk's lease of one meeting (id) in the change feed and on the wire."""
    return f"{device}/{meeting}"


def lends(meeting: Meeting, now: datetime) -> bool:
    """Say whether a meeting's seats are leased at all: its doors are open, or will be within two hours."""
    return not meeting.cancelled and meeting.doors_at - SOON < now < meeting.ends_at


def fair_share(free: int, kiosks: int) -> int:
    """Return how many of the free ordinary seats, leased ones counted, each of so many kiosks may have.

    All leases together stay below half of what is free, whatever is asked for.
    """
    return free // (2 * (kiosks + 1))


def choose(free: FreeSeats, size: int) -> list[str]:
    """Choose up to ``size`` free ordinary seats (labels) that online seating would use last.

    Whole stretches from the far edge of the room inward. Of a longer one only its far end is taken, and never all but
    a single chair: nobody wants that one but a guest who comes alone.
    """
    floor = free.floor
    stretches = sorted(
        ((*key, length) for length, file in free.files[PLAIN].items() for key in file),
        reverse=True,
    )
    chosen: list[int] = []
    for _, first, length in stretches:
        wanted = size - len(chosen)
        if wanted <= 0:
            break
        if length > wanted:
            chosen += _far_end(free, first, _without_single(length, wanted))
            break
        chosen += _far_end(free, first, length)
    return [floor.seats[number].label for number in chosen]


def first_back(floor: Floor, labels: Iterable[str], count: int) -> list[str]:
    """Choose ``count`` of a kiosk's leased seats to be recalled: those that it would give away last."""
    known = [label for label in labels if label in floor.numbers]
    return sorted(known, key=lambda label: (floor.rank[floor.numbers[label]], label))[: max(count, 0)]


def too_many(floor: Floor, leases: Iterable[SeatLease], share: int) -> dict[str, list[str]]:
    """Return, by kiosk, which seats to recall so that none keeps more than its share."""
    by_device: dict[str, list[str]] = defaultdict(list)
    for lease in leases:
        if not lease.recalled:
            by_device[lease.device].append(lease.seat)
    excess = {device: first_back(floor, labels, len(labels) - share) for device, labels in sorted(by_device.items())}
    return {device: labels for device, labels in excess.items() if labels}


def _without_single(length: int, wanted: int) -> int:
    return wanted - 1 if length - wanted == 1 and wanted >= PAIR else wanted


def _far_end(free: FreeSeats, first: int, count: int) -> Sequence[int]:
    """Return ``count`` chairs of a stretch, from its end that is filled last."""
    floor = free.floor
    last = free.last_of[first]
    far_last = floor.rank[last] >= floor.rank[first]
    number, step = (last, floor.before) if far_last else (first, floor.after)
    chairs = [number]
    while len(chairs) < count and step[number] != NOBODY:
        number = step[number]
        chairs.append(number)
    return chairs
