"""Lines of text that fit a width: Chinese breaks between characters, other scripts between words and after hyphens.

Names such as 阿卜杜热西提·买买提 break at their dots. Pure.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

Measure = Callable[[str, int], float]
"""Returns the width of a text in a size, both in dots."""

_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"(?<=·)[{_CJK}]+·?|[{_CJK}]+·|[{_CJK}]|\s+|[^\s{_CJK}-]*-+|[^\s{_CJK}-]+")
_NOT_FIRST = frozenset("，。、；：！？）》」』】”’…·,.;:!?)]}%")
_NOT_LAST = frozenset("（《「『【“‘([{")
_STEP = 0.92
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Lines:
    """A text set in lines of one size, in dots."""

    texts: tuple[str, ...]
    size: int


def clean(text: str) -> str:
    """Return a text on one line, without characters that draw nothing or turn what follows around."""
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    return " ".join("".join(kept).split())


def fit(text: str, width: int, sizes: tuple[int, int], most_lines: int, measure: Measure) -> Lines:
    """Set a text as large as it fits, between two sizes; at the smaller one what is too much is cut, with an ellipsis.

    A larger size on one line is better than more lines: the first line break comes when the middle size is too wide.
    """
    largest, smallest = sizes
    text = clean(text)
    size = largest
    while size > smallest:
        allowed = 1 if size > (largest + smallest) // 2 else most_lines
        texts = wrap(text, width, partial(_measured, measure, size))
        if len(texts) <= allowed:
            return Lines(tuple(texts), size)
        size = max(smallest, int(size * _STEP))
    measured = partial(_measured, measure, smallest)
    texts = wrap(text, width, measured)
    if len(texts) > most_lines:
        texts = [*texts[: most_lines - 1], _shortened(texts[most_lines - 1], width, measured)]
    return Lines(tuple(texts), smallest)


def _measured(measure: Measure, size: int, text: str) -> float:
    return measure(text, size)


def wrap(text: str, width: int, measure: Callable[[str], float]) -> list[str]:
    """Break a text into lines no wider than ``width``; a word that is wider by itself is broken anywhere."""
    lines = [""]
    for token in _unbroken(text):
        if measure((lines[-1] + token).rstrip()) <= width:
            lines[-1] += token
            continue
        if measure(token.strip()) <= width:
            lines.append(token.lstrip())
            continue
        for character in token:
            if measure(lines[-1] + character) > width and lines[-1]:
                lines.append("")
            lines[-1] += character
    return [line.strip() for line in lines if line.strip()]


def _unbroken(text: str) -> Iterator[str]:
    """Give the parts of a text between which a line may end."""
    held = ""
    for token in _TOKEN.findall(text):
        joins = bool(held) and (token[0] in _NOT_FIRST or held[-1] in _NOT_LAST)
        if held and not joins:
            yield held
            held = ""
        held += token
    if held:
        yield held


def _shortened(line: str, width: int, measure: Callable[[str], float]) -> str:
    while line and measure(line + _CUT) > width:
        line = line[:-1]
    return line.rstrip() + _CUT
