"""What one rendering may cost: every loop, call, filter, comparison and operation pays by the size of what it touches.

No clock and no thread: the same template with the same payload ends at the same place on every machine. To spend it
all takes some 30 ms on a small computer; the longest template of our peers spends about a fiftieth.
"""

from collections.abc import Iterable, Iterator
from typing import Any

UNITS = 50_000
"""What a rendering may spend; one unit is about one small step of Python."""

_CHARACTERS_SHIFT = 4
_BITS_SHIFT = 6
_CHEAP = frozenset({float, bool, type(None)})


class Exhausted(Exception):
    """The rendering spent its budget, or would have made something too large."""


class Budget:
    """What is left to spend."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = UNITS

    def spend(self, units: int) -> None:
        """Pay. Raises Exhausted."""
        self.left -= units
        if self.left < 0:
            raise Exhausted

    def weigh(self, value: Any) -> None:  # noqa: ANN401 - templates hold anything
        """Pay for touching a value, by its size with all that is in it. Raises Exhausted."""
        kind = type(value)
        if kind in _CHEAP:
            self.left -= 1
        elif isinstance(value, str | bytes):
            self.left -= 1 + (len(value) >> _CHARACTERS_SHIFT)
        elif isinstance(value, int):
            self.left -= 1 + (value.bit_length() >> _BITS_SHIFT)
        elif isinstance(value, dict):
            self.spend(1 + len(value))
            for key, item in value.items():
                self.weigh(key)
                self.weigh(item)
        elif isinstance(value, list | tuple | set | frozenset):
            self.spend(1 + len(value))
            for item in value:
                self.weigh(item)
        elif isinstance(value, _SIZED):
            self.left -= 1 + len(value)
        else:
            self.left -= 1
        if self.left < 0:
            raise Exhausted

    def made(self, value: Any) -> Any:  # noqa: ANN401 - templates hold anything
        """Pay for a value that was just made, and return it; what gives its items later pays for each then."""
        if isinstance(value, Iterator):
            return self.counted(value, 1)
        self.weigh(value)
        return value

    def counted(self, items: Iterable[Any], units: int) -> Iterator[Any]:
        """Give the items one by one and pay for each."""
        for item in items:
            self.spend(units)
            yield item


_SIZED: tuple[type[range], type[Any], type[Any], type[Any]] = (
    range,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
)
