"""Questions that guests ask again and again, and the house's short answers (R147, R149)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from hub.domain.words import Words

LONGEST_QUESTION = {"zh": 30, "en": 80}
LONGEST_ANSWER = {"zh": 60, "en": 160}
"""Characters that are read at a glance at a screen; R147 asks for a set length and leaves it open."""

LEAST_SHARED = 0.5
"""The part of the shorter of two questions that both must share to be taken for the same."""

SHORTEST_WORD = 2
_COMMON = """
在哪 哪里 哪儿 什么 怎么 么时 时候 请问 可以 有没 没有 是多 多少 我们 你们 您们 一下 需要
where what when which who how are the for and you your can does there please have with this need
"""
COMMON = frozenset(_COMMON.split())
"""What questions share that ask for different things."""

_HAN = re.compile("[\u3400-\u9fff]+")
_WORDS = re.compile("[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseAnswer:
    """One question with its answer, of the house or of one ``meeting`` (its id); ``position`` is its place there."""

    key: str
    question: Words
    answer: Words
    position: int = 0
    meeting: str | None = None


def fitting(said: str, answers: Iterable[HouseAnswer], meeting: str | None) -> HouseAnswer | None:
    """Return the answer whose question shares most with what a guest asked, if that is at least half of it (R149).

    The house's answers count, and those of this meeting; a person decides whether it really fits.
    """
    asked = _marks(said)
    best, most = None, 0.0
    for one in answers:
        if one.meeting not in {None, meeting}:
            continue
        for question in (_marks(one.question.zh), _marks(one.question.en)):
            shared = len(asked & question) / min(len(asked), len(question)) if asked and question else 0.0
            if shared >= LEAST_SHARED and shared > most:
                best, most = one, shared
    return best


def _marks(text: str) -> frozenset[str]:
    """Return what a question is known by: pairs of Chinese characters, and longer words of other languages."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("-", "")
    pairs = {run[at : at + 2] for run in _HAN.findall(plain) for at in range(len(run) - 1)}
    words = {word for word in _WORDS.findall(plain) if len(word) > SHORTEST_WORD}
    return frozenset((pairs | words) - COMMON)
