"""Telephone numbers as links that a telephone dials (RFC 3966). Pure."""

import re
from dataclasses import dataclass

_EXTENSION = re.compile(r"(?:转|轉|ext\.?|x)\s*(\d+)\s*$", re.IGNORECASE)
_NOT_DIALLED = re.compile(r"[^0-9]+")


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
