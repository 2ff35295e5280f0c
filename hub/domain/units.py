"""The units readings are kept in, and the way there from the unit a device speaks.

Spellings are Home Assistant's (``homeassistant/const.py``, what MQTT Discovery allows in ``unit_of_measurement``); both
ways to write µ are one. Only what is listed here ever reaches the library: announcements are strangers' texts.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from hub.domain.errors import InvalidInput
from hub.domain.field_devices import Quantity

if TYPE_CHECKING:
    from pint import UnitRegistry

KEPT = {
    Quantity.TEMPERATURE: "°C",
    Quantity.HUMIDITY: "%",
    Quantity.CARBON_DIOXIDE: "ppm",
    Quantity.WEIGHT: "g",
    Quantity.POWER: "W",
    Quantity.CURRENT: "A",
    Quantity.VOLTAGE: "V",
    Quantity.ENERGY: "kWh",
    Quantity.BATTERY: "%",
    Quantity.SIGNAL_STRENGTH: "dBm",
    Quantity.ILLUMINANCE: "lx",
    Quantity.DURATION: "s",
}
"""The unit of each quantity; those that are not here are kept in the unit they come in."""

_TABLE = """
°C = degree_Celsius, °F = degree_Fahrenheit, K = kelvin, % = percent, ppm = ppm, ppb = ppb, lx = lux
μg = microgram, mg = milligram, g = gram, kg = kilogram, oz = ounce, lb = pound, st = stone
mW = milliwatt, W = watt, kW = kilowatt, MW = megawatt, GW = gigawatt, TW = terawatt, BTU/h = Btu / hour
μA = microampere, mA = milliampere, A = ampere, μV = microvolt, mV = millivolt, V = volt, kV = kilovolt, MV = megavolt
mWh = milliwatt_hour, Wh = watt_hour, kWh = kilowatt_hour, MWh = megawatt_hour, GWh = gigawatt_hour, TWh = terawatt_hour
J = joule, kJ = kilojoule, MJ = megajoule, GJ = gigajoule
cal = calorie, kcal = kilocalorie, Mcal = megacalorie, Gcal = gigacalorie
μs = microsecond, ms = millisecond, s = second, min = minute, h = hour, d = day, w = week
Pa = pascal, mPa = millipascal, hPa = hectopascal, kPa = kilopascal, bar = bar, mbar = millibar, cbar = centibar
mmHg = mmHg, inHg = inHg, psi = psi, Hz = hertz, kHz = kilohertz, MHz = megahertz, GHz = gigahertz
μg/m³ = microgram / meter ** 3, mg/m³ = milligram / meter ** 3, g/m³ = gram / meter ** 3
mm = millimeter, cm = centimeter, m = meter, km = kilometer, in = inch, ft = foot, yd = yard, mi = mile
mL = milliliter, L = liter, m³ = meter ** 3, ft³ = foot ** 3, gal = gallon, fl. oz. = fluid_ounce
L/h = liter / hour, L/min = liter / minute, m³/h = meter ** 3 / hour, mph = mile / hour
mm/s = millimeter / second, m/s = meter / second, km/h = kilometer / hour
bit = bit, B = byte, kB = kilobyte, MB = megabyte, GB = gigabyte
"""
_IN_WORDS = dict(entry.strip().split(" = ") for line in _TABLE.splitlines() for entry in line.split(",") if entry)
"""Home Assistant's spellings in the library's words. Months and years are left out: none is as long as the next."""

_FAR = 1e6


class UnknownUnit(InvalidInput):
    """There is no way from this unit to that one: one of them is unknown, or they measure different things."""

    def __init__(self, said: str, kept: str) -> None:
        """Name both."""
        remedy = "announce a unit of Home Assistant's for this device class"
        super().__init__("unit_of_measurement", f"{said or 'no unit'} cannot be turned into {kept or 'none'}", remedy)


def kept_unit(quantity: Quantity, said: str) -> str:
    """Return the one unit in which readings of a quantity are kept; a unit nobody can turn into it stays as it is."""
    kept = KEPT.get(quantity, said)
    try:
        converter(said, kept)
    except UnknownUnit:
        return said
    return kept


@cache
def converter(said: str, kept: str) -> Callable[[float], float]:
    """Return what turns a value in one unit into the other; temperatures are absolute. Raises UnknownUnit.

    Any unit turns into itself, and that needs no library. Loading it takes a third of a second, once.
    """
    spelled, wanted = _one_mu(said), _one_mu(kept)
    if spelled == wanted:
        return float
    if spelled not in _IN_WORDS or wanted not in _IN_WORDS:
        raise UnknownUnit(said, kept)
    convert = _by_library(_IN_WORDS[spelled], _IN_WORDS[wanted])
    if convert is None:
        raise UnknownUnit(said, kept)
    return _cheap(convert)


def _cheap(convert: Callable[[float], float]) -> Callable[[float], float]:
    """Return the straight line that a conversion is, as plain arithmetic: it is done for every reading."""
    offset = convert(0.0)
    if offset:
        slope = (convert(_FAR) - offset) / _FAR
        return lambda value: round(value * slope + offset, 9)  # 32 °F are 0 °C, and not 0.00000000000004
    factor, back = convert(1.0), 1 / convert(1.0)
    if factor < 1 and abs(back - round(back)) < 1e-9 * back:
        parts = round(back)
        return lambda value: value / parts  # 1003 mA are 1.003 A, and not 1.0030000000000001
    return lambda value: value * factor


def _by_library(said: str, kept: str) -> Callable[[float], float] | None:
    """Return the library's conversion, None where the two measure different things."""
    units = _registry()
    source, target = units.Unit(said), units.Unit(kept)
    if not source.is_compatible_with(target):
        return None
    return lambda value: float(units.Quantity(value, source).to(target).magnitude)


@cache
def _registry() -> "UnitRegistry[float]":
    from pint import UnitRegistry  # noqa: PLC0415 - a hub with only our own units must start without waiting for it

    units: UnitRegistry[float] = UnitRegistry()
    units.define("ppb = 1e-9")
    return units


def _one_mu(unit: str) -> str:
    return unit.strip().replace("\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}")
