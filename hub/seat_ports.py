"""What the store keeps of seats: the maps, who holds which, and which are leased to kiosks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.domain.seat_leases import SeatLease
from hub.domain.seats import Seat, SeatAssignment


@dataclass(frozen=True, slots=True)
class SeatVersion:
    """Changes whenever a meeting's seat map is laid out anew (``map``), or a seat of it is given or freed."""

    map: int
    given: int


class Seats(Protocol):
    """A meeting's seat map and who holds which seat."""

    def of_meeting(self, meeting: str) -> Sequence[Seat]:
        """Return the seats by rank."""

    def version(self, meeting: str) -> SeatVersion:
        """Return what changes whenever the meeting's seat map is laid out anew, or a seat is given or freed."""

    def ordinary_left(self, meeting: str) -> int | None:
        """Count the ordinary seats that nobody holds, leased ones too; None for a meeting without a seat map."""

    def replace(self, meeting: str, seats: Iterable[Seat]) -> None:
        """Lay a seat map out. Raises Refused when somebody holds a seat that would go."""

    def assignments(self, meeting: str) -> Sequence[SeatAssignment]:
        """Return who holds which seat of a meeting."""

    def holders(self, meeting: str) -> Mapping[str, str]:
        """Return the invitations that hold a meeting's seats, by label."""

    def of_invitations(self, invitations: Collection[str]) -> Mapping[str, Seat]:
        """Return the seats of these invitations."""

    def assign(self, assignments: Iterable[SeatAssignment]) -> None:
        """Bind seats to invitations. Raises Refused when the database finds a seat or guest bound already."""

    def occupy(self, invitations: Collection[str]) -> None:
        """Mark the seats of these invitations as taken by guests who have come."""

    def vacate(self, invitations: Collection[str]) -> None:
        """Mark the seats of these invitations as kept for guests who are not in after all."""

    def release(self, invitations: Collection[str]) -> None:
        """Free the seats of these invitations."""


class Leases(Protocol):
    """Seats that one kiosk may give away by itself. Who changes them holds the lock on their meeting."""

    def of_meeting(self, meeting: str) -> Sequence[SeatLease]:
        """Return a meeting's leases by seat, recalled ones too."""

    def lent(self, device: str) -> Mapping[str, Sequence[tuple[SeatLease, Seat]]]:
        """Return what a kiosk may give away now, by meeting, in the order in which it should."""

    def meetings(self) -> Collection[str]:
        """Return the ids of the meetings of which any seat is leased."""

    def expected(self, meeting: str) -> int:
        """Count the ordinary guests who are still to come and for whom no seat is kept."""

    def planned(self, meeting: str) -> Collection[str]:
        """Return the seats (labels) that people have planned for guests who hold none yet."""

    def add(self, leases: Iterable[SeatLease]) -> None:
        """Lease seats. Raises Refused when the database finds one leased already."""

    def recall(self, meeting: str, seats: Collection[str]) -> None:
        """Mark leased seats as recalled; they stay leased until they are ended."""

    def renew(self, meeting: str, device: str, until: datetime) -> None:
        """Let one kiosk's leases of a meeting end at another moment."""

    def end(self, meeting: str, seats: Collection[str]) -> None:
        """Let these seats be leased no more."""
