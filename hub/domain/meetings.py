"""Rooms, meetings and their agenda. All instants are aware and UTC; ``zone`` is the venue's IANA zone."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.words import Words

NO_WORDS = Words("", "")

LEAST_SLACK = timedelta(minutes=10)
"""Free time an agenda should hold for surprises (R56: 預留10-15分鐘彈性時間)."""


class SetUpStyle(StrEnum):
    """How a room is furnished for a meeting (R43)."""

    THEATRE = "theatre"
    CLASSROOM = "classroom"
    U_SHAPE = "u_shape"
    BOARDROOM = "boardroom"
    CABARET = "cabaret"
    BANQUET_ROUNDS = "banquet_rounds"


class SegmentKind(StrEnum):
    """What happens in one part of a meeting (R55)."""

    SIGN_IN = "sign_in"
    OPENING = "opening"
    TALK = "talk"
    CASE = "case"
    QUESTIONS = "questions"
    TEA_BREAK = "tea_break"
    MEAL = "meal"
    SIGNING = "signing"
    CLOSING = "closing"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """The house: its names, zone, and the line for drivers (R139).

    ``notes`` is what every guest is to mind (注意事项, R104), ``about`` what the house says of itself on the way (R90),
    ``assembly`` where everybody gathers who had to leave it (集合地点).
    """

    name: Words
    zone: str
    parking: Words = NO_WORDS
    phone: str = ""
    notes: Words = NO_WORDS
    about: Words = NO_WORDS
    assembly: Words = NO_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room guests are sent to; the trade says function space. ``exit`` is the way out of it in an emergency.

    ``safe_capacity`` is how many people may be in it at once, by its fire certificate; 0 where the house does not say.
    """

    key: str
    name: Words
    floor: str = ""
    exit: Words = NO_WORDS
    safe_capacity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A check-in point: the kiosk's device id and what people call the door it stands at."""

    device: str
    name: Words


PAPER = "paper"
"""The device of check-ins that a person wrote down from a sign-in sheet (decision 18); no kiosk may be called so."""

PAPER_DOOR = Door(device=PAPER, name=Words("纸质签到表", "Sign-in sheet"))


def door_name(device: str, doors: Mapping[str, Door]) -> Words:
    """Return what people call the place where a device stands; its id where the house has no name for it."""
    door = PAPER_DOOR if device == PAPER else doors.get(device)
    return door.name if door else Words(device, device)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The way from one kiosk to one place (R99). ``arrow`` is as the guest faces the screen."""

    device: str
    key: str
    name: Words
    way: Words
    arrow: str = "ahead"
    step_free_way: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One row of the agenda. ``owner`` is the team that answers for it (R7); ``quiet`` holds tea rounds (R109).

    ``starts_at`` and ``ends_at`` are the times as they stand now. Once the agenda is run by hand
    (``hub.domain.run_of_show``), ``planned_at`` and ``planned_until`` are those of the plan, None for a part that was
    put in; ``started_at`` and ``ended_at`` are what happened (R111). ``key`` names a part within its meeting,
    ``speaker`` is its presenter's key in the guest list, ``expected_at`` when a presenter who is late said to be there.
    """

    kind: SegmentKind
    title: Words
    starts_at: datetime
    ends_at: datetime
    presenter: str = ""
    owner: str = ""
    place: Words | None = None
    quiet: bool = False
    key: str = ""
    speaker: str = ""
    planned_at: datetime | None = None
    planned_until: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One room, one time, one guest list; the trade says function.

    ``number`` is its opaque 48-bit name in signed codes; ``lounge`` the place where its VIPs are led (R100).
    Its times follow its live agenda; ``planned_starts_at`` and ``planned_ends_at`` are those of the plan, None while
    nobody has run the agenda. ``cut`` are the parts that were taken out while it ran.
    """

    id: str
    key: str
    title: Words
    room: str
    doors_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    style: SetUpStyle = SetUpStyle.THEATRE
    cancelled: bool = False
    lounge: str | None = None
    number: int = 0
    agenda: tuple[Segment, ...] = ()
    cut: tuple[Segment, ...] = ()
    planned_starts_at: datetime | None = None
    planned_ends_at: datetime | None = None


def slack(agenda: Sequence[Segment]) -> timedelta:
    """Return the free time between an agenda's segments; less than LEAST_SLACK deserves a warning (R56)."""
    ordered = sorted(agenda, key=lambda segment: segment.starts_at)
    gaps = (after.starts_at - before.ends_at for before, after in itertools.pairwise(ordered))
    return sum((gap for gap in gaps if gap > timedelta()), timedelta())
