"""What a kiosk is told of guests, meetings and places: the parts of messages, and the bodies of roster items.

Instants are aware and UTC. Names of fields are the names in the JSON.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from devices.contract.fields import Hex, Key, Line, Lookup, Name
from devices.contract.limits import Items, Number, Text

KEY_DOMAIN = b"yingbin.key.v1\x00"
"""Put before what is said of a key before signing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One text in both languages of the house; neither is a translation's second choice."""

    zh: Line
    en: Line

    def in_language(self, language: str) -> str:
        """Return the text in ``zh`` or ``en``; the other one where this one is empty."""
        first, second = (self.en, self.zh) if language == "en" else (self.zh, self.en)
        return first or second


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLabel:
    """A seat as a guest reads it: zone, row and number. ``table`` seats leave the row empty."""

    zone: Annotated[str, Text(20)]
    row: Annotated[str, Text(20)]
    number: Annotated[str, Text(20)]
    table: bool = False

    @property
    def label(self) -> str:
        """Return its name on the seat map: zone, row and number, ``A-3-5``; zone and number without a row, ``T4-2``."""
        return "-".join(part for part in (self.zone, self.row, self.number) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Where and when a guest first came in."""

    door: Words
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestCard:
    """What a kiosk needs to greet one guest. Travels sealed in rosters, open only in replies."""

    invitation: Key
    meeting: Key
    name: Name
    salutation: Words
    title: Name = ""
    company: Name = ""
    language: Annotated[str, Text(2, pattern="zh|en")] = "zh"
    vip: bool = False
    host: Name = ""
    step_free: bool = False
    status: Annotated[str, Text(10, pattern="valid|revoked|replaced")] = "valid"
    seat: SeatLabel | None = None
    arrived: Arrival | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCard:
    """One row of a meeting's live agenda."""

    kind: Key
    title: Words
    starts_at: datetime
    ends_at: datetime
    place: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrinkCard:
    """One drink that a guest may choose; ``drink`` is its name in requests."""

    drink: Key
    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCard:
    """What a kiosk needs to know of one meeting: room, times, and the agenda and ``drinks`` as they stand now.

    Without ``drinks`` none is offered; an older hub, which sends none, has tea, coffee and water: None. ``hand_outs``
    are the names of what each guest is to be given on arrival (R58).
    """

    key: Key
    title: Words
    room: Key
    room_name: Words
    doors_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: Annotated[str, Text(64, pattern=r"[A-Za-z0-9_+/-]{1,64}")]
    cancelled: bool = False
    lounge: Key | None = None
    number: Hex = "0"
    segments: Annotated[tuple[SegmentCard, ...], Items(40)] = ()
    drinks: Annotated[tuple[DrinkCard, ...], Items(6)] | None = None
    hand_outs: Annotated[tuple[Words, ...], Items(3)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCard:
    """The way from one kiosk to one place (requirement R99); ``arrow`` points as the guest faces the screen."""

    place: Key
    name: Words
    way: Words
    arrow: Annotated[str, Text(10, pattern="left|right|ahead|back|up|down|here")] = "ahead"
    step_free_way: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCard:
    """A public key for signed codes of one meeting, or its withdrawal.

    ``version`` grows with every change; ``statement`` is the signature (Ed25519) of the house's own key, whose public
    half is ``house_key``, over ``stated``. An older hub gives neither.
    """

    key_id: Annotated[int, Number(0, 65_535)]
    meeting: Key
    public_key: Annotated[str, Text(64, pattern="[0-9a-f]{64}")]
    withdrawn: bool = False
    version: Annotated[int, Number(1, 1_000_000)] = 1
    house_key: Annotated[str, Text(64, pattern="|[0-9a-f]{64}")] = ""
    statement: Annotated[str, Text(128, pattern="|[0-9a-f]{128}")] = ""

    def stated(self) -> bytes:
        """Return what the house's key signs: all that a kiosk does by. No other signature of ours begins like this."""
        parts = (self.key_id, self.version, int(self.withdrawn), self.public_key, self.meeting)
        return KEY_DOMAIN + "\n".join(str(part) for part in parts).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedSeat:
    """One seat that a kiosk may give away by itself; ``label`` names it on the seat map."""

    label: Annotated[str, Text(64)]
    seat: SeatLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseCard:
    """Seats of one meeting that this kiosk alone may give to guests without one, while the hub is away.

    No other door gives them until ``until``; what was given before counts as given for ever.
    """

    meeting: Key
    until: datetime
    seats: Annotated[tuple[LeasedSeat, ...], Items(60)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One guest of a group, to be ticked on the screen: the code by which they are admitted, and their card."""

    lookup: Lookup
    card: GuestCard


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """The guests who come on one code (G22). Travels sealed under that code, as a guest's card does."""

    key: Key
    meeting: Key
    name: Words
    members: Annotated[tuple[Member, ...], Items(20)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCard:
    """A question that guests ask, and the house's short answer (R147); ``meeting`` where it is for its guests only."""

    key: Key
    meeting: Key | None = None
    position: Annotated[int, Number(0, 10_000)] = 0
    question: Words
    answer: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A guest whom a search found, shown only masked: ``王**``, ``138****1234`` (G9)."""

    lookup: Lookup
    meeting: Key
    name: Annotated[str, Text(40)]
    phone: Annotated[str, Text(20)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvacuationCard:
    """Everybody is to leave the house: since when, why, and where to gather.

    ``kind`` is a free word, ``fire`` and ``earthquake`` today: a kiosk that does not know it says "please leave". The
    way out from where a kiosk stands is its place ``exit``. ``drill``: an exercise.
    """

    incident: Key
    kind: Key
    since: datetime
    drill: bool = False
    assembly: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCard:
    """A guest's business card, read from a vCard or MECARD code and kept with their consent (R95)."""

    name: Name
    company: Name = ""
    title: Name = ""
    phone: Annotated[str, Text(40)] = ""
    email: Annotated[str, Text(254)] = ""
