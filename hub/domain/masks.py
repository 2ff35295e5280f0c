"""Names and telephone numbers made unreadable for all but those whose they are: ``王**``, ``138****1234`` (G9)."""

import re

from hub.domain.salutations import has_han, surname

_DIGIT = re.compile(r"[0-9]")
_CHINA = re.compile(r"(?:00)?86(1[0-9]{10})")
_WHOLE = 10
_LEAST = 7
_SHOWN = 4


def mask_name(name: str) -> str:
    """Leave the family name of a Chinese name and the first letter of every other word; stars stand for the rest."""
    return " ".join(_mask(word) for word in name.split())


def mask_phone(phone: str) -> str:
    """Leave the first three and last four digits of a whole number, the last four of a short one, else nothing."""
    digits = digits_of(phone)
    if len(digits) < _LEAST:
        return ""
    return (digits[:3] if len(digits) >= _WHOLE else "") + "****" + digits[-_SHOWN:]


def digits_of(phone: str) -> str:
    """Return a number's digits, a Chinese mobile's without the country's."""
    digits = "".join(_DIGIT.findall(phone))
    whole = _CHINA.fullmatch(digits)
    return whole[1] if whole else digits


def _mask(word: str) -> str:
    if not has_han(word):
        return word[:1] + "*" * (len(word) - 1)
    family = surname(word)
    shown = family if len(family) < len(word) else word[:1]
    return shown + "*" * (len(word) - len(shown))
