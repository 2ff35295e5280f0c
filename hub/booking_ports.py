"""What the use cases need of booking sources and of what the hub keeps about bookings, as Protocols."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.domain.bookings import Booking, Hold
from hub.domain.errors import HubError
from hub.domain.no_show import NoShow
from hub.domain.room_set_ups import RoomSetUps
from hub.domain.source_items import Batch, Horizon, WriteBack
from hub.domain.syncing import BadLink, Conflict, Link, Pull, Told


class SourceAway(HubError):
    """The source does not answer as it should at the moment; nothing may be concluded from that. Try again later."""

    code = "source_away"


class SourceWrong(HubError):
    """The source is not what the settings say; it stays so until a person changes something. Says what to do."""

    code = "source_wrong"


class LoginRefused(SourceWrong):
    """The source does not let the hub in, or not at what it asks for: the user, the password or their rights."""

    code = "login_refused"


class AnswerUnreadable(SourceWrong):
    """The source answers, and nobody here knows how to read that. Says where more is told."""

    code = "answer_unreadable"


class CursorLost(HubError):
    """The source does not know the cursor any more: everything has to be listed again, and compared."""

    code = "cursor_lost"


class WrittenMeanwhile(HubError):
    """Somebody changed the resource since the hub read it; nothing was written. Read it again first."""

    code = "written_meanwhile"


class TargetGone(HubError):
    """What was to be written on is not there any more."""

    code = "target_gone"


class WriteRefused(HubError):
    """The source takes no such thing, and will not take it later either. Says why."""

    code = "write_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a source can do. ``deltas``: it tells changes alone; ``writes``: it takes back what became of a meeting.

    ``conditional``: it refuses what is written over somebody else's change.
    """

    deltas: bool
    writes: bool
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A source has taken something: the ``version`` of the resource from now on, empty where it has none."""

    version: str


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that ``BookingSource.look`` found; a ``remedy`` says what to do about it, empty where all is well."""

    about: str
    found: str
    remedy: str = ""


class BookingSource(Protocol):
    """A database or calendar that keeps the house's bookings. One thread at a time uses it.

    The promises that every source keeps are in ``tests/hub/booking_sources/contract.py``.
    """

    @property
    def name(self) -> str:
        """Return the name by which the settings know it."""

    @property
    def can(self) -> Capabilities:
        """Say what it can do."""

    def collections(self) -> Sequence[str]:
        """Return the parts that are asked separately, each with a cursor of its own."""

    def pull(self, collection: str, cursor: str | None, horizon: Horizon) -> Batch:
        """Return what changed since ``cursor``, or everything within the horizon where that is None.

        Raises SourceAway (also for half an answer, so that nothing is taken for deleted), SourceWrong, CursorLost.
        """

    def push(self, collection: str, told: WriteBack) -> Written:
        """Tell what became of a meeting; repeating the same ``op`` changes nothing.

        Raises SourceAway, SourceWrong, WrittenMeanwhile, TargetGone, WriteRefused.
        """

    def look(self) -> Iterator[Looked]:
        """Look at the settings and the source, changing nothing, for ``python -m hub check``. Never raises."""

    def close(self) -> None:
        """Give connections back."""


class Bookings(Protocol):
    """Bookings, and the rooms that are taken."""

    def of_source(self, source: str, keys: Collection[str]) -> Mapping[str, Booking]:
        """Return a source's bookings by the keys they have there."""

    def to_lapse(self, now: datetime) -> Sequence[Booking]:
        """Return those that nobody has confirmed in time, the oldest first."""

    def save(self, booking: Booking) -> None:
        """Add or change a booking."""

    def put_meeting(self, booking: str, meeting: str) -> None:
        """Let a meeting belong to a booking."""

    def meetings_of(self, booking: str) -> Sequence[str]:
        """Return the ids of a booking's meetings, by start."""

    def of_meetings(self, meetings: Collection[str]) -> Mapping[str, Booking]:
        """Return what meetings (ids) belong to; those of the house's own are left out."""

    def hold(self, hold: Hold) -> None:
        """Take a room. Raises RoomTaken when it would overlap with something else that blocks (C.4)."""

    def let_go(self, owners: Collection[str]) -> None:
        """Free the rooms that these meetings or closures hold."""

    def held_by(self, owners: Collection[str]) -> Mapping[str, Sequence[Hold]]:
        """Return what these hold, by owner."""

    def overlapping(self, holds: Collection[Hold]) -> Sequence[Hold]:
        """Return what is held of the same rooms at the same times as any of these, themselves included, by start."""

    def held(self, rooms: Collection[str], since: datetime, until: datetime) -> Sequence[Hold]:
        """Return what is held of these rooms in a time, by start; of all rooms where none is named."""


class NoShows(Protocol):
    """Booked meetings that somebody has to come to, and what became of that."""

    def get(self, meetings: Collection[str]) -> Mapping[str, NoShow]:
        """Return what is known of these meetings, by meeting; in a writing transaction nobody else changes it."""

    def watched(self) -> Sequence[NoShow]:
        """Return those that are to be looked at again, the longest not looked at first."""

    def given_up(self, meetings: Collection[str]) -> Mapping[str, datetime]:
        """Return since when those of these meetings have no room any more that gave it up."""

    def save(self, one: NoShow) -> None:
        """Keep how far it is with a meeting."""


class RoomSetUpsKept(Protocol):
    """How many each room seats in each style, and how long it is set up and struck."""

    def all(self) -> Mapping[str, RoomSetUps]:
        """Return what the house says of its rooms, by room; one of which it says nothing is left out."""

    def save(self, set_ups: RoomSetUps) -> None:
        """Keep what the house says of a room, in place of what it said."""


class Sync(Protocol):
    """How far each source has been followed, and what it said last."""

    def pull(self, source: str, collection: str) -> Pull:
        """Return how far a collection was read; in a writing transaction nobody else changes it before the end."""

    def pulls(self) -> Sequence[Pull]:
        """Return all of them, by source and collection."""

    def save_pull(self, pull: Pull) -> None:
        """Keep how far a collection was read."""

    def links(self, source: str, collection: str, keys: Collection[str] | None = None) -> Sequence[Link]:
        """Return what is known of these resources, or of all that are not gone."""

    def link_of(self, meeting: str) -> Link | None:
        """Return from where a meeting comes; None for the house's own."""

    def linked(self, meetings: Collection[str]) -> Mapping[str, Link]:
        """Return the entry that leads, by meeting; meetings of the house's own are left out."""

    def copies(self, meetings: Collection[str]) -> Sequence[Link]:
        """Return all that is known of meetings, also the entries that are not followed and those that are gone."""

    def same_uid(self, uids: Collection[str]) -> Sequence[Link]:
        """Return what is known under these uids, of any source."""

    def newest(self, limit: int) -> Sequence[Link]:
        """Return of what something was heard last, the newest first."""

    def save_links(self, links: Collection[Link]) -> None:
        """Keep what a source said."""

    def forget(self, before: datetime) -> int:
        """Drop what has been gone since before an instant; returns how much."""

    def bad(self, source: str | None = None) -> Sequence[BadLink]:
        """Return what cannot be used at the moment, the newest first."""

    def bad_of(self, source: str, collection: str, keys: Collection[str]) -> Sequence[BadLink]:
        """Return what of these resources cannot be used."""

    def newest_bad(self, limit: int) -> Sequence[BadLink]:
        """Return the newest of what cannot be used: of a source that is read wrongly that is everything."""

    def count_bad(self) -> Mapping[str, int]:
        """Count what cannot be used, by source."""

    def replace_bad(self, source: str, collection: str, key: str, bad: Collection[BadLink]) -> None:
        """Keep what of a resource cannot be used, in place of what could not be before."""

    def conflicts(self, *, open_only: bool = True, limit: int = 200) -> Sequence[Conflict]:
        """Return what a person is to decide, or has decided, the newest first."""

    def conflict(self, key: str) -> Conflict | None:
        """Return one of them by id; in a writing transaction nobody else changes it before the end."""

    def rooms_given(self, meetings: Collection[str]) -> Mapping[str, Conflict]:
        """Return by which decision a person gave meetings their room though others had booked it before, by meeting."""

    def open_conflict(self, subject: str, kind: str) -> Conflict | None:
        """Return the open one of a kind about a subject."""

    def save_conflict(self, conflict: Conflict) -> None:
        """Keep one; of one kind about one subject there is one open at most."""

    def queue(self, told: Told) -> None:
        """Queue what a source is to be told; what waits for the same meeting is replaced."""

    def told(self, meetings: Collection[str]) -> Mapping[str, Told]:
        """Return what was last told, or waits to be, by meeting."""

    def refused(self, source: str, collection: str) -> Sequence[Told]:
        """Return what a source did not take of a collection, by meeting."""

    def to_tell(self, source: str, now: datetime, limit: int) -> Sequence[Told]:
        """Return what is due, the oldest first; nobody else gets it meanwhile."""

    def save_told(self, told: Told) -> None:
        """Keep how far that has come."""
