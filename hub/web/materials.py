"""What a page shows of a meeting's documents and hand-outs (R103)."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.materials import Document, HandOut
from hub.ports import Transaction
from hub.web.parts import shelf
from hub.web.shift import person


@dataclass(frozen=True, slots=True)
class HandOutLine:
    """One hand-out with how many were given; ``has`` says that the guest of the page has theirs."""

    hand_out: HandOut
    given: int
    has: bool


@dataclass(frozen=True, slots=True)
class MaterialLines:
    """What a page shows of a meeting's materials."""

    documents: Sequence[Document]
    hand_outs: Sequence[HandOutLine]
    person: str


def material_lines(meeting: str, invitation: str = "") -> MaterialLines:
    """Return a meeting's materials, seen from one guest where one is named."""

    def read(tx: Transaction) -> MaterialLines:
        materials, given = tx.materials.of_meeting(meeting), tx.materials.given(meeting)
        has = tx.materials.given_to(invitation) if invitation else frozenset()
        found = [HandOutLine(one, given.get(one.key, 0), one.key in has) for one in materials.hand_outs]
        return MaterialLines(materials.documents, found, person())

    return shelf().recent.get(("materials", meeting, invitation, person()), read)
