"""Units: what Home Assistant's devices speak is understood, and one quantity is kept in one unit."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain import units
from hub.domain.field_devices import Quantity
from hub.domain.units import UnknownUnit, converter, kept_unit

KNOWN = [
    ("°F", "°C", 98.6, 37.0),
    ("°F", "°C", -40.0, -40.0),
    ("K", "°C", 293.15, 20.0),
    ("°C", "°F", 100.0, 212.0),
    ("kg", "g", 1.2, 1200.0),
    ("lb", "g", 1.0, 453.59237),
    ("oz", "g", 1.0, 28.349523125),
    ("mW", "W", 1500.0, 1.5),
    ("kW", "W", 2.0, 2000.0),
    ("mA", "A", 1003.0, 1.003),
    ("mV", "V", 229_900.0, 229.9),
    ("Wh", "kWh", 1234.0, 1.234),
    ("MWh", "kWh", 1.5, 1500.0),
    ("J", "kWh", 3_600_000.0, 1.0),
    ("hPa", "mbar", 1013.25, 1013.25),
    ("inHg", "hPa", 29.92, 1013.207),
    ("min", "s", 1.5, 90.0),
    ("d", "s", 1.0, 86_400.0),
    ("µg/m³", "mg/m³", 12.0, 0.012),
    ("ppb", "ppm", 412_000.0, 412.0),
    ("ppm", "%", 400.0, 0.04),
    ("fl. oz.", "mL", 1.0, 29.5735296),
]


@pytest.mark.parametrize(("said", "kept", "value", "wanted"), KNOWN)
def test_a_value_is_the_same_in_the_unit_it_is_kept_in(said: str, kept: str, value: float, wanted: float) -> None:
    """The right-hand sides are from the units' definitions, not from the library."""
    assert converter(said, kept)(value) == pytest.approx(wanted, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("said", sorted(units._IN_WORDS))
@settings(max_examples=10)
@given(value=st.floats(-1e6, 1e6))
def test_every_spelling_turns_into_itself_and_back(said: str, value: float) -> None:
    """A spelling that the library does not know would stop a device from being heard."""
    fellow = next((other for other in units._IN_WORDS if other != said and _same_kind(said, other)), said)
    assert converter(fellow, said)(converter(said, fellow)(value)) == pytest.approx(value, rel=1e-9, abs=1e-6)


def _same_kind(said: str, other: str) -> bool:
    try:
        converter(said, other)
    except UnknownUnit:
        return False
    return True


@pytest.mark.parametrize(
    ("said", "kept"), [("furlong", "m"), ("°C", "g"), ("", "°C"), ("dB", "dBm"), ("10**10**10", "m")]
)
def test_no_way_between_two_units_is_said_so(said: str, kept: str) -> None:
    """The sentence names the announcement's field and what to do."""
    with pytest.raises(UnknownUnit, match=r"unit_of_measurement: .* cannot be turned into .*; announce"):
        converter(said, kept)


@pytest.mark.parametrize(
    ("quantity", "said", "kept"),
    [
        (Quantity.TEMPERATURE, "°F", "°C"),
        (Quantity.TEMPERATURE, "furlong", "furlong"),
        (Quantity.TEMPERATURE, "", ""),
        (Quantity.ENERGY, "Wh", "kWh"),
        (Quantity.CARBON_DIOXIDE, "mg/m³", "mg/m³"),
        (Quantity.OTHER, "hPa", "hPa"),
        (Quantity.STATE, "", ""),
    ],
)
def test_a_quantity_is_kept_in_one_unit_and_an_unknown_one_stays(quantity: Quantity, said: str, kept: str) -> None:
    """What cannot be turned into the house's unit is still a reading."""
    assert kept_unit(quantity, said) == kept
    converter(said, kept)


@pytest.mark.parametrize("unit", ["°C", "no such unit", ""])
@given(value=st.floats())
def test_a_unit_turns_into_itself_without_touching_the_value(unit: str, value: float) -> None:
    """Also where nobody knows it."""
    assert repr(converter(unit, unit)(value)) == repr(value)


def test_both_ways_to_write_the_micro_sign_are_one() -> None:
    """Keyboards give MICRO SIGN, Home Assistant's newer lists the Greek letter."""
    assert converter("\N{MICRO SIGN}g/m³", "\N{GREEK SMALL LETTER MU}g/m³")(3.0) == 3.0


def test_a_hub_with_only_its_own_units_does_not_wait_for_the_library() -> None:
    """A hub that starts again must answer within two seconds (DESIGN 9)."""
    ask = (
        "import sys; from hub.domain.units import converter, kept_unit; from hub.domain.field_devices import Quantity;"
        "kept_unit(Quantity.POWER, 'W'); converter('°C', '°C')(1.0); sys.exit('pint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", ask], check=False).returncode == 0
