"""Limits written beside a message's fields (``Annotated[str, Text(20)]``), enforced by the codec."""

import re
import unicodedata
from dataclasses import dataclass, field

_WIDE = frozenset({"W", "F"})


def columns(text: str) -> int:
    """Return how wide a text is on a small screen: a Chinese character takes two columns, a Latin letter one.

    Two for what Unicode calls wide (UAX #11, W and F), none for marks that stand on another character.
    """
    return sum(2 if unicodedata.east_asian_width(sign) in _WIDE else not unicodedata.combining(sign) for sign in text)


@dataclass(frozen=True, slots=True)
class Text:
    """At most ``longest`` characters and, where given, a pattern that must match the whole text.

    ``columns`` is how wide it may be on a small screen.
    """

    longest: int
    pattern: str | None = None
    columns: int | None = None
    compiled: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile the pattern once."""
        object.__setattr__(self, "compiled", re.compile(self.pattern) if self.pattern else None)


@dataclass(frozen=True, slots=True)
class Number:
    """From ``least`` to ``most``, both allowed."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Items:
    """At most ``most`` entries in a list or an object."""

    most: int
