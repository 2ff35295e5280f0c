"""Bookings: who takes rooms for what, how firm that is, and from when to when a room is taken. Pure; instants are UTC.

The trade's words: a ``Booking`` has meetings (functions); a room is held from its set-up to the end of its strike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.words import Words


class BookingState(StrEnum):
    """How far a booking is (reference C.3.1). What happens on the day itself is the meeting's, not the booking's."""

    INQUIRY = "inquiry"
    OPTION = "option"
    OPTION_SENT = "option_sent"
    DEFINITE = "definite"
    DECLINED = "declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"

    @property
    def is_off(self) -> bool:
        """Say whether nothing of it will take place as it stands."""
        return self in _OFF

    @property
    def rank(self) -> int:
        """Return how firm it is: what is off is 0, what is definite the most."""
        return _RANKS.get(self, 0)


_RANKS = {
    BookingState.INQUIRY: 1,
    BookingState.OPTION: 2,
    BookingState.OPTION_SENT: 3,
    BookingState.DEFINITE: 4,
}
_OFF = frozenset({BookingState.DECLINED, BookingState.LAPSED, BookingState.CANCELLED})


class Channel(StrEnum):
    """By which way a booking came (R23: 通過電話、郵件、在線預訂系統等方式)."""

    PHONE = "phone"
    EMAIL = "email"
    ONLINE = "online"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """How many are to come: the client's range, and the number that the house cooks and packs for. None: not said."""

    least: int | None = None
    most: int | None = None
    guaranteed: int | None = None

    @property
    def to_plan_for(self) -> int:
        """Return for how many a room must be large enough (R16: search uses the expected most); 0: nobody said."""
        return self.most or self.guaranteed or self.least or 0


NOT_COUNTED = Headcount()


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Who and what: one client, one or more meetings. ``source`` and ``key`` are where it is kept and under which name.

    ``reply_by`` is until when the client has to answer the confirmation letter (R32); ``lapsed_at`` is when nobody had
    (R33): confirmed after all, it stands in line for its rooms from then on. ``paid``: money has come or a contract is
    signed, so that no machine gives its rooms away (C.3.5).
    """

    id: str
    source: str
    key: str
    subject: Words
    state: BookingState
    client: str = ""
    channel: Channel = Channel.IMPORT
    headcount: Headcount = NOT_COUNTED
    paid: bool = False
    reply_by: datetime | None = None
    made_at: datetime | None = None
    lapsed_at: datetime | None = None

    def standing(self, now: datetime) -> BookingState:
        """Return how it stands at an instant: an option whose time is over is free at once, timer or not (C.3.1)."""
        if self.state is not BookingState.OPTION_SENT or self.reply_by is None or now < self.reply_by:
            return self.state
        return BookingState.LAPSED


class Firmness(StrEnum):
    """How firmly a room is taken. The database lets nothing that blocks overlap with anything else that does (C.4)."""

    OPTION = "option"
    OPTION_SENT = "option_sent"
    DEFINITE = "definite"
    CLOSURE = "closure"
    DOUBLE_BOOKED = "double_booked"

    @property
    def blocks(self) -> bool:
        """Say whether nobody else may have the room meanwhile."""
        return self in BLOCKING


BLOCKING = frozenset({Firmness.OPTION_SENT, Firmness.DEFINITE, Firmness.CLOSURE})

_FIRMNESS = {
    BookingState.OPTION: Firmness.OPTION,
    BookingState.OPTION_SENT: Firmness.OPTION_SENT,
    BookingState.DEFINITE: Firmness.DEFINITE,
}


def firmness_of(state: BookingState) -> Firmness | None:
    """Return how firmly a booking that stands so takes its rooms; None where it takes none."""
    return _FIRMNESS.get(state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One room taken, from ``since`` on and before ``until``: the meeting with its set-up and strike (R39, R160).

    ``owner`` is the meeting's id, or a closure's. Both ends belong to one only, so what follows at once does not touch.
    """

    owner: str
    room: str
    since: datetime
    until: datetime
    firmness: Firmness

    def touches(self, other: "Hold") -> bool:
        """Say whether both want the room at some time."""
        return self.room == other.room and self.since < other.until and other.since < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """How long a room is prepared before a meeting starts, and cleared after its end (R39, R160)."""

    set_up: timedelta = timedelta()
    strike: timedelta = timedelta()


def occupied(starts_at: datetime, ends_at: datetime, turnover: Turnover) -> tuple[datetime, datetime]:
    """Return from when and until when a room is taken for a meeting. Between neighbours each span counts once.

    Guests sign in before the start, mostly outside: a room whose own doors open earlier has that in its set-up. So
    entries of a calendar that follow each other at once do not touch.
    """
    return starts_at - turnover.set_up, ends_at + turnover.strike


def rivals(hold: Hold, others: Iterable[Hold]) -> Iterator[Hold]:
    """Yield those that block, and want the room at the same time as ``hold`` does."""
    return (one for one in others if one.owner != hold.owner and one.firmness.blocks and one.touches(hold))
