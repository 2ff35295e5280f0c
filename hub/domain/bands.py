"""Within which band a reading is right, with a margin, so that a value on its edge does not come and go. Pure.

The defaults are a meeting house's: 20 to 26 °C, 30 to 70 % of humidity, CO₂ up to 1,200 ppm, tea of at least 55 °C.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hub.domain.conditions import Cause
from hub.domain.field_devices import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What is right for one quantity, in the unit in which its readings are kept; None has no limit.

    ``margin`` is by how much a value must be back inside before it is right again, ``per_minute`` how much it may
    change in a minute, up or down.
    """

    low: float | None = None
    high: float | None = None
    margin: float = 0.0
    per_minute: float | None = None

    def side(self, value: float, before: Cause | None) -> Cause | None:
        """Say on which side of the band a value is; ``before`` is where the last one was."""
        if self.high is not None and value > self.high - (self.margin if before is Cause.TOO_HIGH else 0):
            return Cause.TOO_HIGH
        if self.low is not None and value < self.low + (self.margin if before is Cause.TOO_LOW else 0):
            return Cause.TOO_LOW
        return None

    def limit(self, cause: Cause) -> float | None:
        """Return what a value passes that is wrong in this way."""
        if cause in MOVES:
            return self.per_minute
        return self.high if cause is Cause.TOO_HIGH else self.low


MOVES = frozenset({Cause.RISING, Cause.FALLING})


class Measure(StrEnum):
    """What a band is for. The words stand in venue files."""

    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    CARBON_DIOXIDE = "carbon_dioxide"
    ILLUMINANCE = "illuminance"
    POWER = "power"
    BATTERY = "battery"
    TEA_TEMPERATURE = "tea_temperature"


OF_ROOMS = {
    Quantity.TEMPERATURE: Measure.TEMPERATURE,
    Quantity.HUMIDITY: Measure.HUMIDITY,
    Quantity.CARBON_DIOXIDE: Measure.CARBON_DIOXIDE,
    Quantity.ILLUMINANCE: Measure.ILLUMINANCE,
    Quantity.POWER: Measure.POWER,
    Quantity.BATTERY: Measure.BATTERY,
}
"""The quantities of which a band is known; the temperature of a tea pot has one of its own."""

CLIMATE = frozenset({Measure.TEMPERATURE, Measure.HUMIDITY, Measure.CARBON_DIOXIDE, Measure.ILLUMINANCE})
"""What people in the room feel. Nobody is called about it while the room is empty."""

STANDARD_BANDS: Mapping[Measure, Band] = {
    Measure.TEMPERATURE: Band(low=20, high=26, margin=0.5, per_minute=1),
    Measure.HUMIDITY: Band(low=30, high=70, margin=3),
    Measure.CARBON_DIOXIDE: Band(high=1200, margin=100),
    Measure.BATTERY: Band(low=15, margin=5),
    Measure.TEA_TEMPERATURE: Band(low=55, margin=5),
}
