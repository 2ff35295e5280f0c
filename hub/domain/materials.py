"""What guests of a meeting are to know beforehand and are given: notes, documents, hand-outs (R103, R104)."""

from dataclasses import dataclass
from datetime import datetime

from hub.domain.words import Words

NO_NOTES = Words("", "")


@dataclass(frozen=True, slots=True)
class Document:
    """Something to read: ``link`` is its https address, or the name of a file that is handed over at the house."""

    title: Words
    link: str


@dataclass(frozen=True, slots=True)
class HandOut:
    """Something that is given into guests' hands; ``stock`` is how many pieces there are.

    ``per_guest``: each guest is to get one, so that there must be enough for all (R48).
    """

    key: str
    name: Words
    stock: int
    per_guest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What belongs to one meeting. ``notes`` are the things to mind (注意事项) for this meeting alone."""

    notes: Words = NO_NOTES
    documents: tuple[Document, ...] = ()
    hand_outs: tuple[HandOut, ...] = ()


NOTHING = Materials()


MOST_SAID = 3
"""Hand-outs that a greeting names; a guest remembers no more."""


def each_gets(materials: Materials) -> tuple[Words, ...]:
    """Name what each guest is to be given on arrival, for the greeting (R58: 發放資料袋/胸牌)."""
    return tuple(one.name for one in materials.hand_outs if one.per_guest)[:MOST_SAID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One piece of a hand-out that was given, to a guest who is known (``invitation``) or to anybody."""

    id: str
    meeting: str
    hand_out: str
    by: str
    at: datetime
    invitation: str | None = None
