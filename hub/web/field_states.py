"""How a device in a room stands, as one word with since when; and a room, as its worst device does. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain.conditions import Cause, Condition, device_of
from hub.domain.field_devices import FieldDevice, Standing


class FieldState(StrEnum):
    """How a device stands, the worst first (T2). ``LIMITS``: it works, and what it measures is out of its band."""

    FAULT = "fault"
    OFFLINE = "offline"
    LIMITS = "limits"
    SUSPECT = "suspect"
    NEVER = "never"
    EXCUSED = "excused"
    ONLINE = "online"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    GONE = "gone"


ICONS: Mapping[FieldState, str] = {
    FieldState.FAULT: "warn",
    FieldState.OFFLINE: "cross",
    FieldState.LIMITS: "bell",
    FieldState.SUSPECT: "dots",
    FieldState.NEVER: "question",
    FieldState.EXCUSED: "wrench",
    FieldState.ONLINE: "check",
    FieldState.QUARANTINED: "question",
    FieldState.REFUSED: "shield",
    FieldState.GONE: "power",
}
WORST_FIRST = tuple(FieldState)

_BY_CAUSE: Mapping[Cause, FieldState] = {
    Cause.FAULT: FieldState.FAULT,
    Cause.OFFLINE: FieldState.OFFLINE,
    Cause.STALE: FieldState.SUSPECT,
    Cause.FLAPPING: FieldState.SUSPECT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How a device or room stands: ``since`` (None: nobody knows), and how many devices of a room stand so.

    A ``count`` of 0: all its devices are well, and the trouble is about the room itself.
    """

    state: FieldState
    since: datetime | None = None
    count: int = 1
    total: int = 1


def by_device(conditions: Iterable[Condition]) -> dict[str, list[Condition]]:
    """Sort conditions by the device they are about."""
    found: dict[str, list[Condition]] = {}
    for one in conditions:
        found.setdefault(device_of(one), []).append(one)
    return found


def device_stand(device: FieldDevice, conditions: Sequence[Condition], now: datetime) -> Stand:
    """Say how a device stands, from what it said of itself and its open conditions. Doubt comes before offline."""
    if device.standing is not Standing.ADMITTED:
        return Stand(state=FieldState(device.standing.value), since=device.announced_at)
    if device.excused(now):
        return Stand(state=FieldState.EXCUSED)
    found = [Stand(state=_BY_CAUSE.get(one.cause, FieldState.LIMITS), since=one.since) for one in conditions]
    if device.available is False:
        found.append(Stand(state=FieldState.SUSPECT, since=device.available_at))
    if found:
        return min(found, key=lambda stand: WORST_FIRST.index(stand.state))
    if device.available is None and device.heard_at is None:
        return Stand(state=FieldState.NEVER, since=device.announced_at)
    return Stand(state=FieldState.ONLINE, since=device.available_at)


def room_stand(stands: Sequence[Stand], conditions: Iterable[Condition]) -> Stand | None:
    """Say how a room stands: as its worst device, or as what is wrong with the room itself. None for an empty room.

    ``conditions`` are those of the room and of our own stations there, which are no devices of their own.
    """
    own = [Stand(state=_BY_CAUSE.get(one.cause, FieldState.LIMITS), since=one.since) for one in conditions]
    every = [*stands, *own]
    if not every:
        return None
    worst = min((stand.state for stand in every), key=WORST_FIRST.index)
    since = min((stand.since for stand in every if stand.state is worst and stand.since), default=None)
    counted = Counter(stand.state for stand in stands) or Counter(stand.state for stand in own)
    return Stand(state=worst, since=since, count=counted[worst], total=counted.total())
