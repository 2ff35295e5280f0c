"""The steps of a guest's journey by touch, as data: each is a screen in one language that waits for input."""

from dataclasses import dataclass
from enum import StrEnum

from devices.contract.cards import AnswerCard, BusinessCard, Candidate, GroupCard, MeetingCard, SeatLabel, Words
from devices.contract.messages import RequestKind
from kiosk.screen import Kind, Screen

ASKING_S = 15.0
RESULT_S = 45.0


class Form(StrEnum):
    """What is being typed."""

    FIND = "find"
    NAME = "name"
    PHONE = "phone"


class Said(StrEnum):
    """What a guest is told when the hub has spoken, or has not."""

    NOT_FOUND = "not_found"
    TOO_MANY_QUESTIONS = "too_many_questions"
    NOT_HERE = "not_here"
    NO_WALK_INS = "no_walk_ins"
    HUB_AWAY = "hub_away"
    NOT_SENT = "not_sent"
    TOO_COLD = "too_cold"
    TOO_HOT = "too_hot"
    EQUIPMENT = "equipment"
    CARD_KEPT = "card_kept"
    CARD_NOT_KEPT = "card_not_kept"
    WALK_IN_TAKEN = "walk_in_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Screen):
    """One step: without a touch it is taken away, with all that was typed.

    ``about`` is the scan of the guest who stands there, where one was greeted just before.
    """

    asks: bool = True
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing(Step):
    """Something is typed. ``problem`` is the key of a hint; ``name`` a walk-in's, while the phone is asked."""

    form: Form
    text: str = ""
    problem: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking(Step):
    """The hub is being asked, under the id ``request``. The rest is what the next step may need again."""

    kind: Kind = Kind.ASKING
    lasts_s: float | None = ASKING_S
    asks: bool = False
    want: RequestKind
    note: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Step):
    """Is one of these you? Names and numbers are masked."""

    kind: Kind = Kind.FOUND
    candidates: tuple[Candidate, ...]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing(Step):
    """A walk-in says which of several meetings they have come for."""

    kind: Kind = Kind.WALK_IN
    name: str
    phone: str
    meetings: tuple[MeetingCard, ...]
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda(Step):
    """The agendas of today, as they stand now, the guest's own meeting first."""

    kind: Kind = Kind.AGENDA
    meetings: tuple[MeetingCard, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(Step):
    """What guests often ask; ``chosen`` is the one whose answer is shown."""

    kind: Kind = Kind.ANSWERS
    answers: tuple[AnswerCard, ...] = ()
    page: int = 0
    chosen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Step):
    """Who of a group has come: all are ticked at first (G22)."""

    kind: Kind = Kind.GROUP
    group: GroupCard
    ticked: frozenset[int]
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """One guest of a group after check-in; ``ok`` is false for who was refused and needs a person."""

    salutation: Words
    ok: bool
    seat: SeatLabel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupIn(Step):
    """A group that was checked in, with each one's seat."""

    kind: Kind = Kind.GROUP_IN
    lasts_s: float | None = RESULT_S
    guests: tuple[Admitted, ...]
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOffer(Step):
    """A business card was held up: may the house keep it? (R95)."""

    kind: Kind = Kind.BUSINESS_CARD
    card: BusinessCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Step):
    """What became of a wish, and what may be done next. ``text`` is what was typed, to be typed on."""

    kind: Kind = Kind.TOLD
    lasts_s: float | None = RESULT_S
    said: Said
    text: str = ""


def group_step(group: GroupCard, language: str) -> Group:
    """Return the list of a group's guests, all ticked."""
    return Group(languages=(language,), group=group, ticked=frozenset(range(len(group.members))))


def card_step(card: BusinessCard, language: str, about: str = "") -> CardOffer:
    """Return the question whether the house may keep a business card."""
    return CardOffer(languages=(language,), card=card, about=about)
