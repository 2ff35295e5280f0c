"""Sensirion SHT40, SHT41 and SHT45: temperature and humidity (data sheet SHT4x, sections 4.2 to 4.6)."""

from collections.abc import Callable, Mapping

from devices.sensors import Measure, SensorLost, Wire

ADDRESS = 0x44
_MEASURE = b"\xfd"
"""Measure both with high precision, which takes at most 8.3 ms."""

_TAKES_S = 0.01
_WORD = 3
_FULL = 65_535


def checksum(word: bytes) -> int:
    """Return the CRC of a word: polynomial 0x31, begun with 0xFF (section 4.4)."""
    crc = 0xFF
    for byte in word:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1) ^ (0x31 if crc & 0x80 else 0)
            crc &= 0xFF
    return crc


class Sht4x:
    """One chip, at address 0x44 unless its name ends in B (0x45)."""

    def __init__(self, wire: Wire, wait: Callable[[float], object]) -> None:
        """Take the chip's wire, and how to wait some seconds."""
        self._wire = wire
        self._wait = wait

    def read(self) -> Mapping[Measure, float]:
        """Measure. Raises SensorLost."""
        try:
            self._wire.write(_MEASURE)
            self._wait(_TAKES_S)
            found = self._wire.read(2 * _WORD)
        except OSError as problem:
            raise SensorLost(f"the SHT4x does not answer: see its cable and address ({problem})") from problem
        words = (found[:_WORD], found[_WORD:])
        if any(checksum(word[:2]) != word[2] for word in words):
            raise SensorLost("the SHT4x is read with errors: its cable is too long or loose")
        warmth, damp = (int.from_bytes(word[:2], "big") / _FULL for word in words)
        humidity = min(100.0, max(0.0, -6 + 125 * damp))  # the formula may pass both ends a little (section 4.6)
        return {Measure.TEMPERATURE: round(-45 + 175 * warmth, 2), Measure.HUMIDITY: round(humidity, 1)}

    def close(self) -> None:
        """Let go of the bus."""
        self._wire.close()
