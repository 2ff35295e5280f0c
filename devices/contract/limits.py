"""Limits written beside a message's fields (``Annotated[str, Text(20)]``), enforced by the codec."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """At most ``longest`` characters and, where given, a pattern that must match the whole text."""

    longest: int
    pattern: str | None = None
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
