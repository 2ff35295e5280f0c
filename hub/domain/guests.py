"""Guests and their invitations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain.words import Language, Words


class InvitationStatus(StrEnum):
    """Whether an invitation opens the door."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Diet(StrEnum):
    """Dietary needs that the kitchen counts (R18); anything else is kept as a note."""

    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"
    HALAL = "halal"
    GLUTEN_FREE = "gluten_free"


class Rsvp(StrEnum):
    """What a guest has answered, in iCalendar's words (RFC 5545 section 3.2.12)."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A person who is invited. ``salutation`` is how we greet them: 王总, Ms Li (R144).

    ``drink`` is what they like to drink, in the words of whoever knows them (R107).
    """

    id: str
    name: str
    salutation: Words
    title: str = ""
    company: str = ""
    language: Language = Language.ZH
    phone: str = ""
    email: str = ""
    diets: frozenset[Diet] = frozenset()
    diet_note: str = ""
    step_free: bool = False
    drink: str = ""


def pseudonym(guest: str) -> str:
    """Return what a guest with this id is called once their data was removed: it names nobody (GDPR Art. 4(5))."""
    return f"#{guest.replace('-', '')[20:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One guest's invitation to one meeting, with one of its codes: the current one, or the one that was scanned.

    ``code`` is the canonical text of the QR, ``lookup`` its keyed hash, ``status`` that code's standing since
    ``status_at``. ``party`` groups people who sit together. ``source_key`` is the row's own key in the imported
    list, by which a repeated import finds it again. ``group`` is the keyed hash of the code on which the whole party
    comes, empty where there is none. ``vip_level`` is 1 for the highest, 0 where nobody has said. ``rsvp`` is what
    a booking source said last of their answer. ``off_list``: it was withdrawn because a booking source does not name
    the guest as coming any more.
    """

    id: str
    meeting: str
    guest: str
    code: str
    lookup: str
    status: InvitationStatus = InvitationStatus.VALID
    status_at: datetime | None = None
    party: str = ""
    vip: bool = False
    vip_level: int = 0
    rsvp: Rsvp = Rsvp.NEEDS_ACTION
    off_list: bool = False
    host: str = ""
    seat_wish: str = ""
    source_key: str = ""
    group: str = ""

    def entries(self) -> list[tuple[str, str]]:
        """Return what tells kiosks of this invitation, as (kind, key) of the feed: its own entry and its group's."""
        return [("guest", self.lookup), *([("group", self.group)] if self.group else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation together with its guest: what most rules look at."""

    invitation: Invitation
    guest: Guest
