"""What a touch is, what it is answered with, and what it sets going."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from devices.contract.cards import AnswerCard, BusinessCard, GroupCard, GuestCard, MeetingCard
from devices.contract.messages import Method, RequestKind
from kiosk.screen import Screen


@dataclass(frozen=True, slots=True)
class Press:
    """A button was touched: what it does, and with what."""

    action: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the kiosk knows at this moment. ``id`` is fresh, for what is sent; ``now`` is aware UTC."""

    id: str
    now: datetime
    meetings: tuple[MeetingCard, ...] = ()
    answers: tuple[AnswerCard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask the hub, under ``id``."""

    id: str
    kind: RequestKind
    note: str = ""
    about: str = ""
    text: str = ""
    phone: str = ""
    lookup: str = ""
    meeting: str = ""
    card: BusinessCard | None = None


@dataclass(frozen=True, slots=True)
class Receive:
    """Let in by a code that was typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Admit:
    """Let in the guest whom the hub knows by their name, or took in."""

    lookup: str
    card: GuestCard
    method: Method


@dataclass(frozen=True, slots=True)
class AdmitGroup:
    """Let in those of a group who were ticked; ``languages`` are those in which the list was read."""

    group: GroupCard
    ticked: tuple[int, ...]
    languages: tuple[str, ...]


CheckIn = Receive | Admit | AdmitGroup
Effect = Ask | CheckIn


class How(Enum):
    """How the next step comes onto the screen."""

    NEXT = "next"
    OVER = "over"
    KEEP = "keep"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Turn:
    """The next step, where there is one, and what is set going.

    ``OVER`` lays it over a greeting, which comes back; ``KEEP`` only notes what was typed; ``BACK`` needs no screen.
    """

    screen: Screen | None = None
    effect: Effect | None = None
    how: How = How.NEXT


NOTHING = Turn()
"""A touch that means nothing here, as one that came late."""
