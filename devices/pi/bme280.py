"""Bosch BME280: temperature, humidity and pressure (data sheet BST-BME280-DS002, sections 4.2 and 5)."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devices.sensors import Measure, SensorLost, Wire

ADDRESS = 0x76
_CHIP, _BME280 = 0xD0, 0x60
_CALIBRATION, _CALIBRATION_LENGTH = 0x88, 26
_MOIST, _MOIST_LENGTH = 0xE1, 7
_HUMIDITY_ONCE = bytes((0xF2, 0x01))
_MEASURE_ONCE = bytes((0xF4, 0x25))
"""Temperature and pressure, each taken once, then sleep ("forced mode"); humidity's setting counts from then."""

_DATA, _DATA_LENGTH = 0xF7, 8
_TAKES_S = 0.01
"""At most 9.3 ms with each taken once (section 9.1)."""

_SKIPPED = 0x80000
"""What temperature and pressure read where nothing was measured."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What Bosch burnt into one chip: its coefficients for temperature, pressure and humidity, in the sheet's order."""

    t: tuple[int, ...]
    p: tuple[int, ...]
    h: tuple[int, ...]

    @classmethod
    def read(cls, first: bytes, second: bytes) -> "Calibration":
        """Take the two blocks of registers apart (table 16)."""
        words = struct.unpack("<H2hH8hxB", first)
        h2, h3, m4, m5, m6, h6 = struct.unpack("<hBbBbb", second)
        return cls(words[:3], words[3:12], (words[12], h2, h3, m4 * 16 + (m5 & 0x0F), m6 * 16 + (m5 >> 4), h6))

    def celsius(self, raw: int) -> tuple[float, float]:
        """Return the temperature in °C, and the fine value that the other formulas take (appendix 8.1)."""
        t1, t2, t3 = self.t
        fine = (raw / 16384 - t1 / 1024) * t2 + (raw / 131072 - t1 / 8192) ** 2 * t3
        return fine / 5120, fine

    def hectopascal(self, raw: int, fine: float) -> float:
        """Return the pressure in hPa (appendix 8.1)."""
        p1, p2, p3, p4, p5, p6, p7, p8, p9 = self.p
        v1 = fine / 2 - 64000
        v2 = (v1 * v1 * p6 / 32768 + v1 * p5 * 2) / 4 + p4 * 65536
        v1 = (1 + (p3 * v1 * v1 / 524288 + p2 * v1) / 524288 / 32768) * p1
        if not v1:
            raise SensorLost("the BME280 holds no calibration: it is damaged")
        pressure = (1048576 - raw - v2 / 4096) * 6250 / v1
        pressure += (p9 * pressure * pressure / 2147483648 + pressure * p8 / 32768 + p7) / 16
        return pressure / 100

    def percent(self, raw: int, fine: float) -> float:
        """Return the relative humidity in % (appendix 8.1)."""
        h1, h2, h3, h4, h5, h6 = self.h
        found = fine - 76800
        found = (raw - (h4 * 64 + h5 / 16384 * found)) * (
            h2 / 65536 * (1 + h6 / 67108864 * found * (1 + h3 / 67108864 * found))
        )
        return min(100.0, max(0.0, found * (1 - h1 * found / 524288)))


class Bme280:
    """One chip, at address 0x76, or 0x77 with its SDO pin high."""

    def __init__(self, wire: Wire, wait: Callable[[float], object]) -> None:
        """Take the chip's wire, and how to wait some seconds."""
        self._wire = wire
        self._wait = wait

    def read(self) -> Mapping[Measure, float]:
        """Measure. The calibration is read each time: the chip may have been changed. Raises SensorLost."""
        try:
            chip = self._registers(_CHIP, 1)[0]
            if chip != _BME280:
                raise SensorLost(f"the chip calls itself {chip:#04x} and is no BME280 (a BMP280 has no humidity)")
            calibration = Calibration.read(
                self._registers(_CALIBRATION, _CALIBRATION_LENGTH), self._registers(_MOIST, _MOIST_LENGTH)
            )
            self._wire.write(_HUMIDITY_ONCE)
            self._wire.write(_MEASURE_ONCE)
            self._wait(_TAKES_S)
            data = self._registers(_DATA, _DATA_LENGTH)
        except OSError as problem:
            raise SensorLost(f"the BME280 does not answer: see its cable and address ({problem})") from problem
        pressure, temperature = (int.from_bytes(data[at : at + 3], "big") >> 4 for at in (0, 3))
        if temperature == _SKIPPED:
            raise SensorLost("the BME280 has not measured: see its supply")
        celsius, fine = calibration.celsius(temperature)
        return {
            Measure.TEMPERATURE: round(celsius, 2),
            Measure.HUMIDITY: round(calibration.percent(int.from_bytes(data[6:], "big"), fine), 1),
            Measure.PRESSURE: round(calibration.hectopascal(pressure, fine), 2),
        }

    def close(self) -> None:
        """Let go of the bus."""
        self._wire.close()

    def _registers(self, first: int, count: int) -> bytes:
        self._wire.write(bytes((first,)))
        return self._wire.read(count)
