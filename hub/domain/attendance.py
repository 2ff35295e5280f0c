"""Who has come to a meeting, in numbers and by name: what people look at. No rule decides by these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from hub.domain.guests import Diet, Rsvp
from hub.domain.rulings import Ruling
from hub.domain.words import Words


@dataclass(frozen=True, slots=True)
class Share:
    """How many are expected, and how many of them have come."""

    expected: int = 0
    arrived: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.expected + other.expected, self.arrived + other.arrived)


NOBODY = Share()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCount:
    """A meeting's people in numbers. Diets are counted apart, so that the kitchen cooks for who is there (R59).

    Expected is who may come in, or is in already although the invitation was withdrawn. ``answers`` says of them what
    they answered; who has not is left out, and so are all where no source has said anything.
    """

    guests: Share = NOBODY
    vips: Share = NOBODY
    diets: Mapping[Diet, Share] = field(default_factory=lambda: MappingProxyType({}))
    answers: Mapping[Rsvp, int] = field(default_factory=lambda: MappingProxyType({}))

    def diet(self, diet: Diet) -> Share:
        """Return the number of guests with one dietary need."""
        return self.diets.get(diet, NOBODY)

    def answered(self, answer: Rsvp) -> int:
        """Return how many have given one answer."""
        return self.answers.get(answer, 0)

    def unanswered(self) -> int:
        """Return of how many nobody has said what they answered."""
        return self.guests.expected - sum(self.answers.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """A guest of one meeting as staff know them. ``vip_level`` is 1 for the highest, 0 where nobody has said."""

    invitation: str
    name: str
    salutation: Words
    title: str = ""
    company: str = ""
    vip: bool = False
    vip_level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A guest who is in: when they came to which door, and the label of their seat, empty without one.

    ``flagged`` marks an invitation that had been withdrawn.
    """

    who: Attendee
    at: datetime
    device: str
    seat: str = ""
    flagged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A seat that is kept for somebody, or taken once they have come."""

    seat: str
    who: Attendee
    occupied: bool = False


UNDONE = "undone"
"""Stands for a verdict where the doors let a guest in and a person undid it."""


def refusal(verdict: str, kiosk_verdict: str) -> str:
    """Say why a guest is not in: the hub's word, else the kiosk's, else ``UNDONE``."""
    words = (word for word in (verdict, kiosk_verdict) if word not in {"welcome", "already_in"})
    return next(words, UNDONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway:
    """A guest who was refused: by which scan, when and where (UTC), and the verdict, or ``UNDONE``."""

    check_in: str
    who: Attendee
    at: datetime
    device: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A ruling with what it was about: the guest, the meeting (its id), and the time and door of the scan."""

    ruling: Ruling
    who: Attendee
    meeting: str
    at: datetime
    device: str
