"""What a scanner that plays a keyboard has typed: key events into texts, by the US layout that scanners come with.

Pure; times are milliseconds of any clock that does not go back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

GAP_MS = 400
"""Keys of one code come a few milliseconds apart; after so long without one, what was begun is forgotten."""

LONGEST = 7_089
"""Characters of the largest QR code (digits only); more is no code, and is dropped to its end."""

_ROWS = {
    2: ("1234567890-=", "!@#$%^&*()_+"),
    16: ("qwertyuiop[]", "QWERTYUIOP{}"),
    30: ("asdfghjkl;'`", 'ASDFGHJKL:"~'),
    43: ("\\zxcvbnm,./", "|ZXCVBNM<>?"),
    55: ("*", "*"),
    57: (" ", " "),
    71: ("789-456+1230.", "789-456+1230."),
}
"""First key code of a run, and what its keys type without and with shift (linux/input-event-codes.h)."""

_PLAIN: Mapping[int, str] = MappingProxyType(
    {first + at: symbol for first, (row, _) in _ROWS.items() for at, symbol in enumerate(row)} | {98: "/"}
)
_SHIFTED: Mapping[int, str] = MappingProxyType(
    {first + at: symbol for first, (_, row) in _ROWS.items() for at, symbol in enumerate(row)} | {98: "/"}
)
_SHIFTS = frozenset({42, 54})
_ENDS = frozenset({28, 15, 96})
"""Enter, Tab, and the Enter of the number pad."""

_RELEASED, _PRESSED = 0, 1


@dataclass(slots=True)
class Keystrokes:
    """Gathers keys until Enter or Tab ends a code. Keys that type nothing are passed over, as are held keys."""

    _typed: list[str] = field(default_factory=list)
    _shifts: set[int] = field(default_factory=set)
    _last_ms: float = 0.0
    _spoilt: bool = False

    def key(self, code: int, value: int, at_ms: float) -> str | None:
        """Take one key event (``value`` 0 released, 1 pressed, 2 held); return the code that it ends, if any."""
        if code in _SHIFTS:
            (self._shifts.discard if value == _RELEASED else self._shifts.add)(code)
            return None
        if value != _PRESSED:
            return None
        if at_ms - self._last_ms > GAP_MS:
            self._begin()
        self._last_ms = at_ms
        if code in _ENDS:
            text, whole = "".join(self._typed), not self._spoilt
            self._begin()
            return text if text and whole else None
        symbol = (_SHIFTED if self._shifts else _PLAIN).get(code)
        if symbol is not None and not self._spoilt:
            self._typed.append(symbol)
            self._spoilt = len(self._typed) > LONGEST
        return None

    def dropped(self) -> None:
        """Forget the code in hand up to its end: the kernel says that events were lost (SYN_DROPPED)."""
        self._typed.clear()
        self._shifts.clear()
        self._spoilt = True

    def _begin(self) -> None:
        self._typed.clear()
        self._spoilt = False
