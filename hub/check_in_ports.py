"""What the use cases need of the store for check-ins: events, what they are judged by, rulings, who has come."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.domain.attendance import Arrived, Decided, HeadCount, Held, TurnedAway
from hub.domain.check_ins import Admission, CheckIn, Class
from hub.domain.door_time import Anchor
from hub.domain.guests import Invited
from hub.domain.meetings import Door, Meeting
from hub.domain.rulings import Ruling
from hub.domain.seat_leases import SeatLease
from hub.domain.seats import Seat
from hub.seat_ports import SeatVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What is known around a batch of scans.

    ``invited`` is by the lookup that was asked for; ``meetings`` (without their agendas), ``versions`` and ``leases``
    are by meeting, ``events`` by id: those asked for, and all of these invitations. ``admissions``, ``seats`` and
    ``rulings`` are by invitation, ``doors`` by device, ``anchors`` by device and machine.
    ``fetched`` are the invitations whose guest is to be picked up, or is on the way.
    """

    invited: Mapping[str, Invited]
    meetings: Mapping[str, Meeting]
    versions: Mapping[str, SeatVersion]
    events: Mapping[str, CheckIn]
    admissions: Mapping[str, Admission]
    seats: Mapping[str, Seat]
    doors: Mapping[str, Door]
    rulings: Mapping[str, Sequence[Ruling]]
    leases: Mapping[str, Sequence[SeatLease]]
    anchors: Mapping[tuple[str, str], Anchor]
    fetched: frozenset[str] = frozenset()


class CheckIns(Protocol):
    """The inbox: every event that was ever received, with its class."""

    def known(self, ids: Collection[str]) -> Mapping[str, CheckIn]:
        """Return those of these events that are stored already."""

    def of_invitations(self, invitations: Collection[str]) -> Mapping[str, Sequence[CheckIn]]:
        """Return the stored events of these invitations."""

    def add(self, check_ins: Iterable[CheckIn]) -> None:
        """Store events. Raises Refused when another process has just stored one: the batch is to be tried again."""

    def reclass(self, classes: Mapping[str, Class]) -> None:
        """Change the class of stored events, after an earlier one arrived late."""

    def admit(self, admissions: Iterable[Admission]) -> None:
        """Store admissions, or move them to an earlier scan; one is never moved to a later time."""

    def withdraw(self, invitations: Collection[str]) -> None:
        """Remove the admissions of these invitations, to store none or a later one instead."""

    def retime(self, times: Mapping[str, datetime]) -> None:
        """Change when stored events count as having happened, after their kiosk's clock became known."""

    def of_machine(self, device: str, machine: str) -> Sequence[CheckIn]:
        """Return the stored events of one run of a device's machine."""

    def admissions(self, invitations: Collection[str]) -> Mapping[str, Admission]:
        """Return the admissions of these invitations."""

    def tally(self) -> Mapping[Class, int]:
        """Return how many stored events have each class; together they are all of them (I3)."""


class Scans(Protocol):
    """What a batch of scans is judged by."""

    def around(self, lookups: Collection[str], events: Collection[str], machines: Collection[str] = ()) -> Scanned:
        """Return what is known around these codes, events and kiosks' machines.

        No other writer seats guests in the meetings of these codes until this transaction ends.
        """


class Rulings(Protocol):
    """What people decided about scans, and the refusals they may decide about."""

    def add(self, rulings: Iterable[Ruling]) -> None:
        """Store rulings."""

    def of_invitations(self, invitations: Collection[str]) -> Mapping[str, Sequence[Ruling]]:
        """Return the rulings about the scans of these invitations, oldest first."""

    def newest(self, limit: int, meeting: str = "") -> Sequence[Decided]:
        """Return what was decided, newest first: in one meeting (its id), or in all."""

    def turned_away(self, meeting: str, since: datetime, limit: int) -> Sequence[TurnedAway]:
        """Return whom the doors of a meeting refused since an instant, newest first."""


class Attendance(Protocol):
    """Who has come to a meeting, for people to look at."""

    def counts(self, meetings: Collection[str]) -> Mapping[str, HeadCount]:
        """Count the people of each of these meetings."""

    def first(self, meetings: Collection[str]) -> Mapping[str, datetime]:
        """Return when the first guest of each of these meetings came; those to which nobody did are left out."""

    def arrivals(self, meeting: str, limit: int) -> Sequence[Arrived]:
        """Return who has come in, newest first."""

    def holders(self, meeting: str) -> Sequence[Held]:
        """Return who holds which seat, by seat."""
