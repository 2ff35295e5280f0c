"""Whether a number can be what it says it is: a sensor that is torn off says -127 °C, memory read as a number 1e30."""

from hub.domain.field_devices import Quantity
from hub.domain.units import KEPT

_BANDS = {
    Quantity.TEMPERATURE: (-90.0, 1_500.0),
    Quantity.HUMIDITY: (-5.0, 105.0),
    Quantity.CARBON_DIOXIDE: (0.0, 1_000_000.0),
    Quantity.WEIGHT: (-1e7, 1e7),
    Quantity.POWER: (-1e8, 1e8),
    Quantity.CURRENT: (-1e5, 1e5),
    Quantity.VOLTAGE: (-1e6, 1e6),
    Quantity.ENERGY: (-1e10, 1e10),
    Quantity.BATTERY: (-1.0, 120.0),
    Quantity.SIGNAL_STRENGTH: (-250.0, 100.0),
    Quantity.ILLUMINANCE: (-10.0, 500_000.0),
    Quantity.DURATION: (-1e10, 1e10),
}
"""What nothing in a building passes, in the units readings are kept in: wider than any sensor, so that no true value is
lost; whether a value is good is asked elsewhere."""

_ANY = (-1e15, 1e15)


def band(quantity: Quantity, unit: str) -> tuple[float, float]:
    """Return the lowest and the highest number that can be believed, in that unit."""
    return _BANDS.get(quantity, _ANY) if KEPT.get(quantity) == unit else _ANY


def believable(value: float, within: tuple[float, float]) -> bool:
    """Say whether a number can be believed; what is no number lies within nothing."""
    return within[0] <= value <= within[1]
