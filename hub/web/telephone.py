"""Telephone numbers as links that a telephone dials (RFC 3966). Pure."""

import re
from dataclasses import dataclass

_EXTENSION = re.compile(r"(?:转|轉|ext\.?|x)\s*(\d+)\s*$", re.IGNORECASE)
_NOT_DIALLED = re.compile(r"[^0-9]+")


_CAN_BE_WRITTEN = re.compile(r"\+?[0-9(][0-9()\-\s.]*(?:(?:转|轉|ext\.?|x)\s*[0-9]{1,6})?", re.IGNORECASE)
_FEWEST_DIGITS = 5


def dialled(number: str) -> bool:
    """Say whether a text can be dialled as a telephone number."""
    return bool(_CAN_BE_WRITTEN.fullmatch(number)) and sum(sign.isdigit() for sign in number) >= _FEWEST_DIGITS


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody who can be called: ``href`` dials the number as it is ``shown``."""

    who: str
    shown: str

    @property
    def href(self) -> str:
        """Return the link, such as ``tel:+8613800138000;ext=12``."""
        extension = _EXTENSION.search(self.shown)
        number = self.shown[: extension.start()] if extension else self.shown
        plus = "+" if number.lstrip().startswith("+") else ""
        return f"tel:{plus}{_NOT_DIALLED.sub('', number)}" + (f";ext={extension[1]}" if extension else "")
