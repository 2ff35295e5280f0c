"""One row of a guest list as the import sees it, whatever kind of file it came from."""

import hashlib
import re
from dataclasses import dataclass

from hub.domain.guests import Diet, Rsvp
from hub.domain.words import Language, Words

GUEST_FIELDS = (
    "name",
    "salutation",
    "title",
    "company",
    "language",
    "phone",
    "email",
    "diets",
    "diet_note",
    "step_free",
    "drink",
)
INVITATION_FIELDS = ("party", "vip", "vip_level", "rsvp", "host")

_NOT_A_DIGIT = re.compile(r"\D+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestRow:
    """One guest as a list names them; ``line`` is the row's line in the file.

    ``given`` names the fields the list has columns for: a repeated import changes these and no others. ``code`` is
    the venue's own code, canonical; empty for a new one of ours. ``row_id`` is the list's own id of the row.
    """

    line: int
    name: str
    salutation: Words
    given: frozenset[str]
    title: str = ""
    company: str = ""
    language: Language = Language.ZH
    phone: str = ""
    email: str = ""
    diets: frozenset[Diet] = frozenset()
    diet_note: str = ""
    step_free: bool = False
    drink: str = ""
    party: str = ""
    vip: bool = False
    vip_level: int = 0
    rsvp: Rsvp = Rsvp.NEEDS_ACTION
    host: str = ""
    seat: str = ""
    code: str = ""
    row_id: str = ""

    def source_key(self) -> str:
        """Return what a repeated import finds this guest by: the list's id, else a hash of name, company, contact."""
        if self.row_id:
            return f"id:{self.row_id}"
        contact = _NOT_A_DIGIT.sub("", self.phone) or self.email
        parts = (_SPACES.sub(" ", part).casefold() for part in (self.name, self.company, contact))
        return "row:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
