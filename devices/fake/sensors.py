"""The shipped simulated sensors: one that says what a file says, and chips that answer as their data sheets tell."""

import json
import math
from collections.abc import Mapping
from pathlib import Path

from devices.sensors import Measure, SensorLost


class FileSensor:
    """Says what stands in a JSON file, such as ``{"temperature": 21.5}``; without the file it is lost."""

    def __init__(self, path: Path) -> None:
        """Take the file, which is read anew at each reading."""
        self._path = path

    def read(self) -> Mapping[Measure, float]:
        """Return what the file says. Raises SensorLost."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            values = {Measure(name): float(value) for name, value in found.items()}
        except (OSError, ValueError, TypeError, AttributeError) as problem:
            raise SensorLost(f"{self._path} holds no measures such as temperature: {problem}") from problem
        if not all(math.isfinite(value) for value in values.values()):
            raise SensorLost(f"{self._path} holds something that is no number")
        return values

    def close(self) -> None:
        """Do nothing: no file stays open."""


class FakeSht4x:
    """The wire to an SHT4x that is told how warm and damp it is."""

    def __init__(self) -> None:
        """Begin comfortable, and there."""
        self.temperature = 21.0
        self.humidity = 45.0
        self.there = True
        self.spoils = False
        self._asked = False

    def write(self, data: bytes) -> None:
        """Take a command. Raises OSError when it is not there."""
        self._answer()
        self._asked = data == b"\xfd"

    def read(self, count: int) -> bytes:
        """Give both words with their checksums, which ``spoils`` makes wrong. Raises OSError."""
        self._answer()
        if not self._asked:
            raise OSError("the chip has not measured")
        words = (round((self.temperature + 45) / 175 * 65_535), round((self.humidity + 6) / 125 * 65_535))
        found = b"".join(word.to_bytes(2, "big") + bytes((_crc(word) ^ self.spoils,)) for word in words)
        return found[:count]

    def close(self) -> None:
        """Do nothing."""

    def _answer(self) -> None:
        if not self.there:
            raise OSError("no chip answers")


def _crc(word: int) -> int:
    """Divide as on paper: the word after 0xFF.., modulo x⁸+x⁵+x⁴+1."""
    rest = (word ^ 0xFF00) << 8
    for bit in range(23, 7, -1):
        if rest >> bit & 1:
            rest ^= 0x131 << (bit - 8)
    return rest


class FakeBme280:
    """The wire to a BME280 with Bosch's own example numbers in it (25.08 °C, 1006.53 hPa)."""

    CHIP = 0x60

    def __init__(self) -> None:
        """Hold the example of the data sheet of its sister BMP280 (section 3.12), and a chip's humidity numbers."""
        self.there = True
        t = (27504, 26435, -1000)
        p = (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
        first = b"".join((value & 0xFFFF).to_bytes(2, "little") for value in (*t, *p)) + bytes((0, 75))
        second = (362).to_bytes(2, "little") + bytes((0, 20, 0x20 | 5, 3, 30))
        self.raw = (415_148, 519_888, 28_000)
        self._registers = {0x88: first, 0xE1: second, 0xD0: bytes((self.CHIP,))}
        self._at = 0
        self._measured = False

    def write(self, data: bytes) -> None:
        """Choose a register, or set one. Raises OSError when it is not there."""
        self._answer()
        self._at = data[0]
        self._measured = self._measured or data == bytes((0xF4, 0x25))

    def read(self, count: int) -> bytes:
        """Give registers from the chosen one. Raises OSError."""
        self._answer()
        if self._at in self._registers:
            return self._registers[self._at][:count]
        pressure, temperature, humidity = self.raw if self._measured else (0x80000, 0x80000, 0x8000)
        return (
            (pressure << 4).to_bytes(3, "big") + (temperature << 4).to_bytes(3, "big") + humidity.to_bytes(2, "big")
        )[:count]

    def close(self) -> None:
        """Do nothing."""

    def _answer(self) -> None:
        if not self.there:
            raise OSError("no chip answers")
