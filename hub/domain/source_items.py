"""What a booking source says, in the hub's words, and what the hub tells it. Pure; all instants are UTC.

A source keeps resources: a row, or one object of a calendar. Each holds the meetings it stands for now, several where
it recurs; what cannot be read of it stands beside them, and costs the others nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from hub.domain.bookings import NOT_COUNTED, BookingState, Headcount
from hub.domain.guests import Diet, Rsvp
from hub.domain.meetings import SetUpStyle
from hub.domain.words import Language, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGuest:
    """One guest of a meeting's list at the source; ``key`` is by what the source knows them.

    ``vip`` is 0 for nobody in particular, else the level, 1 being the highest. ``drink``, ``party`` and ``seat`` mean
    what they mean in an imported list.
    """

    key: str
    name: str
    title: str = ""
    company: str = ""
    language: Language | None = None
    phone: str = ""
    email: str = ""
    diets: frozenset[Diet] = frozenset()
    diet_note: str = ""
    step_free: bool = False
    drink: str = ""
    party: str = ""
    seat: str = ""
    vip: int = 0
    rsvp: Rsvp = Rsvp.NEEDS_ACTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One meeting as a source says it. ``room`` is its name or key there.

    ``occurrence`` tells the dates of a series apart, empty where there is one; ``booking`` is the source's name for
    what it belongs to, and ``uid`` the name that it has wherever it is copied to. ``guests`` is None where the source
    keeps no list. ``made_at`` is when it was booked: of two for one room the later one gives way.
    """

    uid: str
    booking: str
    title: Words
    room: str
    starts_at: datetime
    ends_at: datetime
    state: BookingState
    occurrence: str = ""
    client: str = ""
    headcount: Headcount = NOT_COUNTED
    style: SetUpStyle | None = None
    paid: bool = False
    reply_by: datetime | None = None
    made_at: datetime | None = None
    guests: tuple[ItemGuest, ...] | None = None

    def has_lapsed(self, now: datetime) -> bool:
        """Say whether it is an option that nobody has confirmed in time (R33)."""
        return self.state is BookingState.OPTION_SENT and self.reply_by is not None and self.reply_by <= now

    def digest(self) -> str:
        """Return a hash of all it says: what has the same was not changed."""
        said = json.dumps(plain(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class BadItem:
    """One meeting of a resource that cannot be used: which field, what is wrong, what to do. ``raw`` is cut short.

    ``field`` is the source's own word for it, empty where it is none in particular.
    """

    field: str
    problem: Words
    remedy: Words
    occurrence: str = ""
    title: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What stands under one key of a source now. ``version`` changes whenever it does: an ETag, a row's version."""

    key: str
    version: str
    items: tuple[Item, ...] = ()
    bad: tuple[BadItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The time that is looked at: meetings that end after ``since`` and start before ``until``."""

    since: datetime
    until: datetime

    def holds(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Say whether something lies in it."""
        return starts_at < self.until and self.since < ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a source answers: what changed, what is ``gone`` (keys), and the ``cursor`` to ask with the next time.

    ``complete``: this is everything within the horizon, so whatever is missing is gone as well.
    """

    cursor: str
    resources: tuple[Resource, ...] = ()
    gone: tuple[str, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a meeting: the hub's own facts, which a source is told and nobody else may change (C.6.3).

    Counts only, never names. ``released_at`` is from when the room was free again though the time was not over;
    ``no_show`` says that nobody came.
    """

    expected: int = 0
    attended: int = 0
    first_check_in_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    no_show: bool = False
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """One thing to be told to a source. ``op`` is the same for each attempt, so that it counts once.

    ``version`` is the one that the hub knows; ``ends_at`` the end to show, earlier than booked where the room was
    released.
    """

    op: str
    resource: str
    occurrence: str
    uid: str
    version: str
    outcome: Outcome
    ends_at: datetime


def plain(item: Item) -> dict[str, Any]:
    """Return an item as what JSON can hold; ``item_of`` reads it again."""
    return {
        **{name: getattr(item, name) for name in ("uid", "booking", "room", "occurrence", "client", "paid")},
        "title": [item.title.zh, item.title.en],
        "state": item.state.value,
        "style": item.style.value if item.style else None,
        **{name: _said(getattr(item, name)) for name in _INSTANTS},
        "headcount": [item.headcount.least, item.headcount.most, item.headcount.guaranteed],
        "guests": None if item.guests is None else [_plain_guest(one) for one in item.guests],
    }


_INSTANTS = ("starts_at", "ends_at", "reply_by", "made_at")


def item_of(told: Mapping[str, Any]) -> Item:
    """Return the item that ``plain`` was given."""
    least, most, guaranteed = told["headcount"]
    guests = told["guests"]
    return Item(
        **{name: told[name] for name in ("uid", "booking", "room", "occurrence", "client", "paid")},
        title=Words(*told["title"]),
        state=BookingState(told["state"]),
        style=SetUpStyle(told["style"]) if told["style"] else None,
        starts_at=datetime.fromisoformat(told["starts_at"]),
        ends_at=datetime.fromisoformat(told["ends_at"]),
        reply_by=_instant(told["reply_by"]),
        made_at=_instant(told["made_at"]),
        headcount=Headcount(least=least, most=most, guaranteed=guaranteed),
        guests=None if guests is None else tuple(_guest_of(one) for one in guests),
    )


_TIMES = ("first_check_in_at", "started_at", "ended_at", "released_at")


def plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as what JSON can hold; ``outcome_of`` reads it again."""
    counts = {"expected": outcome.expected, "attended": outcome.attended, "no_show": outcome.no_show}
    return counts | {name: _said(getattr(outcome, name)) for name in _TIMES}


def outcome_of(told: Mapping[str, Any]) -> Outcome:
    """Return the outcome that ``plain_outcome`` was given."""
    times = {name: _instant(told[name]) for name in _TIMES}
    return Outcome(expected=told["expected"], attended=told["attended"], no_show=told["no_show"], **times)


def _plain_guest(guest: ItemGuest) -> dict[str, Any]:
    values = {field.name: getattr(guest, field.name) for field in fields(guest)}
    return values | {"diets": sorted(guest.diets), "rsvp": guest.rsvp.value, "language": guest.language or None}


def _guest_of(told: Mapping[str, Any]) -> ItemGuest:
    language = Language(told["language"]) if told["language"] else None
    diets = frozenset(Diet(one) for one in told["diets"])
    return ItemGuest(**{**told, "language": language, "diets": diets, "rsvp": Rsvp(told["rsvp"])})


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _instant(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
