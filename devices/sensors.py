"""The ports to what measures a room: a sensor, and the two wires that chips hang on."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from devices.ports import DeviceError


class SensorLost(DeviceError):
    """A sensor gives no reading that can be trusted; the text says which and what to do."""

    code = "sensor_lost"


class Measure(StrEnum):
    """What a sensor measures, in Home Assistant's words (device classes); ``UNIT`` says in what."""

    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    PRESSURE = "atmospheric_pressure"
    WEIGHT = "weight"
    VOLTAGE = "voltage"
    ILLUMINANCE = "illuminance"
    CARBON_DIOXIDE = "carbon_dioxide"
    POWER = "power"


UNIT = {
    Measure.TEMPERATURE: "°C",
    Measure.HUMIDITY: "%",
    Measure.PRESSURE: "hPa",
    Measure.WEIGHT: "g",
    Measure.VOLTAGE: "V",
    Measure.ILLUMINANCE: "lx",
    Measure.CARBON_DIOXIDE: "ppm",
    Measure.POWER: "W",
}


class Sensor(Protocol):
    """Something that measures when it is asked."""

    def read(self) -> Mapping[Measure, float]:
        """Measure, in the units of ``UNIT``; may take up to a few seconds. Raises SensorLost."""

    def close(self) -> None:
        """Give back pins and files."""


class Wire(Protocol):
    """One chip on an I²C bus. Both calls raise OSError when it does not answer."""

    def write(self, data: bytes) -> None:
        """Send the chip some bytes."""

    def read(self, count: int) -> bytes:
        """Read so many bytes from the chip."""

    def close(self) -> None:
        """Let go of the bus."""
