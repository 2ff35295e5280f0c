"""A keyboard for tests of scanners: a US layout written down apart from the product's, and packed key events."""

import struct

SHIFT, ENTER = 42, 28
_PLAIN = {
    **dict(zip("1234567890-=", range(2, 14), strict=True)),
    **dict(zip("qwertyuiop[]", range(16, 28), strict=True)),
    **dict(zip("asdfghjkl;'`", range(30, 42), strict=True)),
    **dict(zip("\\zxcvbnm,./", range(43, 54), strict=True)),
    " ": 57,
}
_SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./", strict=True))


def key_of(symbol: str) -> tuple[int, bool]:
    """Return the key that types a symbol, and whether it takes shift."""
    if symbol in _PLAIN:
        return _PLAIN[symbol], False
    return _PLAIN[_SHIFTED.get(symbol, symbol.lower())], True


def events(text: str, end: int | None = ENTER) -> list[tuple[int, int]]:
    """Return (key, value) pairs as a scanner makes them: shift down, key down, key up, shift up."""
    found: list[tuple[int, int]] = []
    for symbol in text:
        key, shift = key_of(symbol)
        pressed = [(key, 1), (key, 0)]
        found += [(SHIFT, 1), *pressed, (SHIFT, 0)] if shift else pressed
    return [*found, (end, 1), (end, 0)] if end is not None else found


def packed(text: str, at_ms: int = 0, end: int | None = ENTER) -> bytes:
    """Return the same as the kernel writes it: ``struct input_event``, each key with its scan code and its report."""
    seconds, micros = at_ms // 1000, at_ms % 1000 * 1000
    return b"".join(
        struct.pack("@llHHi", seconds, micros, 4, 4, 0x70000 + key)
        + struct.pack("@llHHi", seconds, micros, 1, key, value)
        + struct.pack("@llHHi", seconds, micros, 0, 0, 0)
        for key, value in events(text, end)
    )
