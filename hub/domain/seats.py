"""Seats and who holds them."""

from dataclasses import dataclass
from enum import StrEnum


class SeatKind(StrEnum):
    """Who a seat is meant for."""

    STANDARD = "standard"
    VIP = "vip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One chair of a meeting's seat map.

    ``label`` names it once in the meeting (``A-3-5``: zone, row, number; at a table ``T4-2``). ``x`` and ``y`` are in
    units of one chair's width from the front left corner, front = 0, as seen from the stage's opposite end.
    ``run`` names chairs that stand side by side without an aisle between them, ``place`` is the position in it.
    ``rank`` is the order in which the house fills the seats, 0 first.
    """

    label: str
    zone: str
    row: str
    number: str
    x: float
    y: float
    run: str
    place: int
    rank: int
    kind: SeatKind = SeatKind.STANDARD
    step_free: bool = False
    table: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAssignment:
    """Binds a seat to an invitation. ``occupied`` once the guest has come in; before that it is kept for them."""

    meeting: str
    seat: str
    invitation: str
    occupied: bool = False
