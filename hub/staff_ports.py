"""What the use cases need of the store for those who work here, as Protocols; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.roster import KnowsPlaybooks, Staffing
from hub.domain.staff import CodeKind, Duty, Shift, Staff, Tablet, Worked


class StaffKept(Protocol):
    """The people of the house, how they sign in, and when they are to be at work."""

    def put(self, people: Iterable[Staff]) -> None:
        """Keep people by key. Raises InvalidInput where a name is another's."""

    def all(self) -> Sequence[Staff]:
        """Return everybody, also those who have left (``active`` is false), by name."""

    def by_name(self, name: str) -> Staff | None:
        """Return who is called so."""

    def put_code(self, lookup: str, person: str, kind: CodeKind, at: datetime) -> None:
        """Let a person (``person`` is the key) sign in by a code; their earlier one of that kind ends.

        Raises InvalidInput where the code is another's.
        """

    def by_code(self, lookup: str) -> tuple[Staff, CodeKind] | None:
        """Return whose code that is."""

    def coded(self) -> Mapping[str, frozenset[CodeKind]]:
        """Return by what people can sign in, by key."""

    def code_salt(self) -> bytes:
        """Return what the house adds to codes before it keeps them; the first call makes it (in a writing one)."""

    def put_shifts(self, shifts: Iterable[Shift], since: datetime) -> None:
        """Keep a file's roster from an instant on, in place of what files said; shifts made by hand stay.

        Who has acknowledged a shift still has, if it is for the same meeting and team.
        """

    def shifts(self, since: datetime, until: datetime) -> Sequence[Shift]:
        """Return the shifts that touch a time, the earliest first."""

    def save_shift(self, shift: Shift) -> None:
        """Keep a new shift, or one's new state; it is known by its person and its beginning."""

    def drop_shift(self, staff: str, starts_at: datetime) -> None:
        """Take a shift out of the roster."""


class RosterKept(Protocol):
    """Who alone does something for a meeting, and who knows the playbooks."""

    def staffing(self, meetings: Collection[str]) -> Mapping[str, Staffing]:
        """Return who does what for these meetings (by id); one for whom nobody is named is not in it."""

    def save_staffing(self, meeting: str, staffing: Staffing) -> None:
        """Keep who does what for a meeting."""

    def playbooks_known(self) -> Mapping[str, KnowsPlaybooks]:
        """Return who knows which edition of the playbooks, by the key of the person."""

    def know_playbooks(self, staff: str, known: KnowsPlaybooks) -> None:
        """Keep that a person knows an edition of the playbooks."""

    def minutes_from(self) -> int:
        """Return the least importance of meetings that need a minutes-taker."""

    def save_minutes_from(self, importance: int) -> None:
        """Keep that number, as the house's settings say."""


class Duties(Protocol):
    """Who is at work, and at which tablets."""

    def all(self) -> Sequence[Duty]:
        """Return who is at work, by name."""

    def get(self, person: str) -> Duty | None:
        """Return one; in a writing transaction nobody else changes it before the end."""

    def put(self, duty: Duty) -> None:
        """Keep somebody's being at work, in its new state."""

    def heard_of(self, people: Collection[str], at: datetime) -> None:
        """Note that a device of these was heard of."""

    def heard_from(self, tablet: str, at: datetime, battery: int | None, charging: bool | None) -> None:  # noqa: FBT001 - as it says
        """Note that a tablet was heard of, and its battery (per cent); who works there stays as it is."""

    def end(self, person: str, at: datetime) -> None:
        """Let somebody be off, and keep that they were at work until then."""

    def worked(self, since: datetime) -> Sequence[Worked]:
        """Return who was at work at some time since an instant and is off now, the earliest first."""

    def forget(self, before: datetime) -> None:
        """Drop what was over before an instant."""

    def put_tablet(self, tablet: Tablet, token: str) -> None:
        """Keep a new tablet under the hash of its token."""

    def tablet_of(self, token: str) -> Tablet | None:
        """Return the tablet with this hash of a token; in a writing transaction nobody else changes it."""

    def tablets(self) -> Sequence[Tablet]:
        """Return all tablets, by name."""

    def save_tablet(self, tablet: Tablet) -> None:
        """Keep a tablet's new state."""

    def remove_tablet(self, tablet: str) -> None:
        """Let a tablet be no more."""

    def put_invitation(self, code: str, name: str, room: str, until: datetime) -> None:
        """Let a tablet join with a code (its hash) under a name, as a room's panel or (empty) as the staff's."""

    def take_invitation(self, code: str, now: datetime) -> tuple[str, str] | None:
        """Return the name and the room to join under, once; None where there is no such code, or not any more."""
