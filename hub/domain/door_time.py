"""When a scan happened, although a kiosk's wall clock may be wrong (reference/reliability.md 3, faults 44 to 48).

A kiosk counts milliseconds from the start of its machine, which no clock jump moves. An *anchor* says when that machine
was started; with it every scan of that machine's run has its time, whatever the wall clock said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=15)
"""A wall clock that says it is set is believed as long as it is no further off than this."""

PLAUSIBLE = timedelta(days=7)
"""An unset clock stands still while the machine is off, so it is behind; by more than this it knows nothing."""

BY_CLOCK = 0
"""The anchor's source: a wall clock that a time service holds, and that agrees with the hub's."""

BY_RECEIPT = 1
"""The anchor's source: the moment at which a heartbeat reached the hub, late by the way it took."""

_WORTH_A_CHANGE = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """When one run of a device's machine began (``zero``, UTC), and how that is known (``rank``, less is better)."""

    device: str
    machine: str
    rank: int
    zero: datetime
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A device's clocks at one moment, and when the hub heard of it (UTC)."""

    wall: datetime
    mono_ms: int
    synced: bool
    received_at: datetime

    @property
    def plausible(self) -> bool:
        """Say whether the wall clock says it is set and does not contradict the hub's at the moment of receipt."""
        return self.synced and abs(self.wall - self.received_at) <= TOLERANCE


def anchor_of(device: str, machine: str, reading: Reading) -> Anchor:
    """Tie a machine's count to the time of day, from a message that was sent just now (a heartbeat)."""
    moment = reading.wall if reading.plausible else reading.received_at
    return Anchor(
        device=device,
        machine=machine,
        rank=BY_CLOCK if reading.plausible else BY_RECEIPT,
        zero=moment - timedelta(milliseconds=reading.mono_ms),
        heard_at=reading.received_at,
    )


def improves(found: Anchor, known: Anchor | None) -> bool:
    """Say whether a new anchor is to replace the known one: a better source, or a heartbeat that took less time.

    The first anchor by a set clock stays, so that times once corrected do not wander.
    """
    if known is None or found.rank < known.rank:
        return True
    return found.rank == known.rank == BY_RECEIPT and found.zero < known.zero - _WORTH_A_CHANGE


def door_time(reading: Reading, anchor: Anchor | None) -> datetime:
    """Return the time that counts for a scan.

    A set clock counts unless the machine's anchor contradicts it, or it lies in the future; without an anchor an unset
    clock counts as a lower bound, unless it is so far behind that it knows nothing: then the hub's receipt does.
    """
    anchored = anchor.zero + timedelta(milliseconds=reading.mono_ms) if anchor else None
    believed = reading.synced and reading.wall <= reading.received_at + TOLERANCE
    if believed and (anchored is None or abs(reading.wall - anchored) <= TOLERANCE):
        return reading.wall
    if anchored is not None:
        return min(anchored, reading.received_at)
    if reading.wall > reading.received_at or reading.received_at - reading.wall > PLAUSIBLE:
        return reading.received_at
    return reading.wall
