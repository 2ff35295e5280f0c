"""Base45 (RFC 9285): bytes as text that a QR code stores in its alphanumeric mode."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_BASE = len(ALPHABET)
_PAIR = 2
_TRIPLE = 3


def encode(data: bytes) -> str:
    """Write bytes as Base45: two bytes become three symbols, a last single byte two."""
    symbols = []
    for start in range(0, len(data), _PAIR):
        chunk = data[start : start + _PAIR]
        number = int.from_bytes(chunk, "big")
        for _ in range(len(chunk) + 1):
            number, digit = divmod(number, _BASE)
            symbols.append(ALPHABET[digit])
    return "".join(symbols)


def decode(text: str) -> bytes:
    """Read Base45. Raises ValueError on a foreign symbol, a cut end or a value out of range (RFC 9285 section 6)."""
    data = bytearray()
    for start in range(0, len(text), _TRIPLE):
        chunk = text[start : start + _TRIPLE]
        if len(chunk) == 1:
            message = "Base45 text is cut: one symbol is left over"
            raise ValueError(message)
        number = 0
        for symbol in reversed(chunk):
            if symbol not in _VALUE:
                message = f"{symbol!r} is no Base45 symbol"
                raise ValueError(message)
            number = number * _BASE + _VALUE[symbol]
        size = len(chunk) - 1
        if number >= 1 << (8 * size):
            message = "Base45 group is out of range"
            raise ValueError(message)
        data += number.to_bytes(size, "big")
    return bytes(data)
