"""DS18B20 thermometers on the Pi's 1-Wire bus, as the kernel shows them below ``/sys/bus/w1/devices``.

Needs ``dtoverlay=w1-gpio`` in ``config.txt``. A reading takes 0.75 s (DS18B20 data sheet, 12 bits).
"""

import re
from collections.abc import Mapping
from pathlib import Path

from devices.sensors import Measure, SensorLost

FOLDER = Path("/sys/bus/w1/devices")
_GIVEN = re.compile(r"crc=[0-9a-f]{2} (YES|NO)\n.* t=(-?\d+)", re.DOTALL)
_POWER_ON = 85_000
"""Thousandths of °C that the chip holds before its first conversion: a reading of exactly this is none."""

_COLDEST, _HOTTEST = -55_000, 125_000


class OneWireThermometer:
    """One DS18B20, by its address such as ``28-3c01d607a1b2``."""

    def __init__(self, address: str, folder: Path = FOLDER) -> None:
        """Take the address; the chip is looked for at each reading, so it may be plugged in later."""
        self._address = address
        self._path = folder / address / "w1_slave"

    def read(self) -> Mapping[Measure, float]:
        """Measure. Raises SensorLost."""
        try:
            found = _GIVEN.search(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError) as problem:
            raise SensorLost(f"{self._address} is not on the 1-Wire bus: see its cable ({problem})") from problem
        if found is None or found[1] == "NO":
            raise SensorLost(f"{self._address} is read with errors: see its cable, and the resistor of 4.7 kΩ")
        milli = int(found[2])
        if milli == _POWER_ON or not _COLDEST <= milli <= _HOTTEST:
            raise SensorLost(f"{self._address} has not measured ({milli / 1000:g} °C): see its supply")
        return {Measure.TEMPERATURE: milli / 1000}

    def close(self) -> None:
        """Do nothing: no file stays open."""
