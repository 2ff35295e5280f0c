"""What goes wrong on order: ``wifi room-3 60s at 30s`` reads as it is meant. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What can go wrong.

    ``wifi``: all devices of the room lose their connection without a word, and their wills fire. ``flap``: the same,
    back and away again every 10 s. ``stuck``: the values stay as they were. ``nan``: the sensors say that they are no
    number. ``clock``: what tells the time is 20 years behind. ``mute``: commands are heard and neither obeyed nor
    answered. ``lamp``: the projector's lamp dies. ``battery``: the battery drains within minutes. ``dry``: nobody
    refills the pot, and it is nearly empty. ``ac``: the air conditioning has failed.
    """

    WIFI = "wifi"
    FLAP = "flap"
    STUCK = "stuck"
    NAN = "nan"
    CLOCK = "clock"
    MUTE = "mute"
    LAMP = "lamp"
    BATTERY = "battery"
    DRY = "dry"
    AC = "ac"


FLAP_S = 10.0
_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0}
_SPAN = r"(\d+(?:\.\d+)?)([smh])"
_FORM = re.compile(rf"(\w+) ([a-z0-9-]+|\*)(?: {_SPAN})?(?: at {_SPAN})?")


class BadFault(ValueError):
    """A fault is not written as it must be; the text says how."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong in a room (``*``: in all), from ``starts_s`` for ``lasts_s`` of real seconds."""

    kind: FaultKind
    room: str
    lasts_s: float = float("inf")
    starts_s: float = 0.0

    def active(self, elapsed_s: float) -> bool:
        """Say whether it is wrong now."""
        within = elapsed_s - self.starts_s
        if not 0 <= within < self.lasts_s:
            return False
        return self.kind is not FaultKind.FLAP or int(within / FLAP_S) % 2 == 0


def read_fault(text: str) -> Fault:
    """Read ``KIND ROOM [DURATION] [at START]``, such as ``wifi room-3 60s at 30s``. Raises BadFault."""
    found = _FORM.fullmatch(text.strip())
    kinds = ", ".join(FaultKind)
    if found is None:
        raise BadFault(f"{text!r} is no fault: write KIND ROOM [60s|5m|1h] [at 30s], KIND one of {kinds}, ROOM or *")
    kind, room, lasts, lasts_unit, starts, starts_unit = found.groups()
    if kind not in set(FaultKind):
        raise BadFault(f"{kind!r} is no kind of fault: {kinds}")
    return Fault(
        kind=FaultKind(kind),
        room=room,
        lasts_s=float(lasts) * _UNITS[lasts_unit] if lasts else float("inf"),
        starts_s=float(starts) * _UNITS[starts_unit] if starts else 0.0,
    )


def wrong_in(faults: tuple[Fault, ...], room: str, elapsed_s: float) -> frozenset[FaultKind]:
    """Return what is wrong in a room now."""
    known = {
        FaultKind.WIFI if one.kind is FaultKind.FLAP else one.kind
        for one in faults
        if one.room in {room, "*"} and one.active(elapsed_s)
    }
    return frozenset(known)
