"""How Chinese characters are read, from pypinyin's dictionary: 40 ms and 13 MB of memory when first asked for.

Its dictionary of phrases would cost 45 MB more and is of no use for names, whose characters are taken one by one with
all their readings: 单 is Shan as a family name.
"""

import os
import unicodedata
from functools import cache

_WITHOUT_PHRASES = "PYPINYIN_NO_PHRASES"
_U = "ü"


@cache
def readings(character: str) -> frozenset[str]:
    """Return all ways to read one character, without tones; nothing for what is no character.

    吕 is found as lv, lu and lyu, as people type it and as passports write it.
    """
    said = _dictionary().get(ord(character), "")
    return frozenset(way for reading in said.split(",") for way in _ways(_without_tone(reading)) if way)


@cache
def _dictionary() -> dict[int, str]:
    os.environ.setdefault(_WITHOUT_PHRASES, "true")
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 - only once the setting above is made

    return dict(PINYIN_DICT)


def _without_tone(reading: str) -> str:
    """Take the tone's mark away and leave the dots of ü."""
    letters = unicodedata.normalize("NFD", reading)
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter) or letter == "\u0308")
    return unicodedata.normalize("NFC", kept)


def _ways(reading: str) -> tuple[str, ...]:
    return tuple(reading.replace(_U, way) for way in ("v", "u", "yu")) if _U in reading else (reading,)
