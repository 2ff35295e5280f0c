"""Questions that guests ask again and again, and the house's short answers (R147, R149)."""

from dataclasses import dataclass

from hub.domain.words import Words

LONGEST_QUESTION = {"zh": 30, "en": 80}
LONGEST_ANSWER = {"zh": 60, "en": 160}
"""Characters that are read at a glance at a screen; R147 asks for a set length and leaves it open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseAnswer:
    """One question with its answer, of the house or of one ``meeting`` (its id); ``position`` is its place there."""

    key: str
    question: Words
    answer: Words
    position: int = 0
    meeting: str | None = None
