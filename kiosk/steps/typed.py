"""What a guest typed: a name, a number, or the code of an invitation."""

import re
from enum import Enum

from devices.contract.credential import SHORT_LENGTH, InvalidCredential, ShortCredential, read_typed

LONGEST = 60
LEAST_LETTERS = 2
PHONE_TAIL = 4
LEAST_PHONE = 6
MOST_PHONE = 20

KEYS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890"
"""The keys on the screen, in the order in which everybody finds a letter; a space is beside them."""

_NOT_ON_THE_KEYS = re.compile(r"[^A-Z0-9 ]")
_NEARLY_A_CODE = range(SHORT_LENGTH - 4, SHORT_LENGTH + 5)


class Search(Enum):
    """What was typed to be found by; the values after the first three are the keys of hints."""

    NAME = "name"
    PHONE = "phone"
    CODE = "code"
    TOO_SHORT = "too_short"
    FOUR_DIGITS = "four_digits"
    WRONG_CODE = "wrong_code"


def clean(text: str) -> str:
    """Keep what the keys can write, without doubled spaces; at most 60 characters."""
    return re.sub(" +", " ", _NOT_ON_THE_KEYS.sub("", text.upper())).lstrip()[:LONGEST]


def search(text: str) -> Search:
    """Say what a guest wants to be found by."""
    bare = text.replace(" ", "")
    if len(bare) in _NEARLY_A_CODE and any(symbol.isdigit() for symbol in bare) and not bare.isdigit():
        return Search.CODE if _is_code(bare) else Search.WRONG_CODE
    if bare.isdigit():
        return Search.PHONE if len(bare) >= PHONE_TAIL else Search.FOUR_DIGITS
    letters = sum(symbol.isalpha() for symbol in bare)
    return Search.NAME if letters >= LEAST_LETTERS else Search.TOO_SHORT


def sought(text: str) -> str:
    """Return what the hub is asked to look for: of a number the last four digits, and a name as it was typed."""
    bare = text.replace(" ", "")
    return bare[-PHONE_TAIL:] if bare.isdigit() else text.strip()


def is_phone(text: str) -> bool:
    """Say whether this can be a telephone number."""
    bare = text.replace(" ", "")
    return bare.isdigit() and LEAST_PHONE <= len(bare) <= MOST_PHONE


def is_name(text: str) -> bool:
    """Say whether this can be somebody's name in letters."""
    return sum(symbol.isalpha() for symbol in text) >= LEAST_LETTERS


def _is_code(text: str) -> bool:
    try:
        return isinstance(read_typed(text), ShortCredential)
    except InvalidCredential:
        return False
