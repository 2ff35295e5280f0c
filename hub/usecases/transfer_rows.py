"""One row of a list of pick-ups as the import sees it."""

from dataclasses import dataclass
from datetime import datetime

from hub.domain.transfers import PlaceKind
from hub.domain.words import Words

FIELDS = ("kind", "place", "note", "eta", "greeter", "greeter_phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """One pick-up as a list names it; ``line`` is the row's line in the file, ``eta`` is UTC.

    The guest is named by ``row_id``, the guest list's own id, or by ``name`` and, where that is not enough,
    ``company``. ``given`` names the fields the list has columns for: a repeated import changes these and no others.
    ``cancelled`` is None where the list does not say.
    """

    line: int
    given: frozenset[str]
    eta: datetime
    place: Words
    row_id: str = ""
    name: str = ""
    company: str = ""
    kind: PlaceKind = PlaceKind.OTHER
    note: str = ""
    greeter: str = ""
    greeter_phone: str = ""
    cancelled: bool | None = None
