"""Which side of a band a value is on."""

import pytest

from hub.domain.bands import OF_ROOMS, STANDARD_BANDS, Band, Measure
from hub.domain.conditions import Cause
from hub.domain.field_devices import Quantity

ROOM = Band(low=20, high=26, margin=0.5, per_minute=1)
HIGH, LOW = Cause.TOO_HIGH, Cause.TOO_LOW

SIDES = [
    (26.0, None, None),
    (26.1, None, HIGH),
    (25.6, HIGH, HIGH),
    (25.5, HIGH, None),
    (25.6, None, None),
    (20.0, None, None),
    (19.9, None, LOW),
    (20.4, LOW, LOW),
    (20.5, LOW, None),
    (30.0, LOW, HIGH),
]


@pytest.mark.parametrize(("value", "before", "side"), SIDES)
def test_a_value_must_come_back_inside_by_the_margin(value: float, before: Cause | None, side: Cause | None) -> None:
    """So that one on the edge does not come and go all day."""
    assert ROOM.side(value, before) is side


def test_a_band_names_the_limit_that_is_passed() -> None:
    """In the point's unit; for what moves too fast, in that unit a minute."""
    limits = [ROOM.limit(cause) for cause in (HIGH, LOW, Cause.RISING, Cause.FALLING)]
    assert limits == [26, 20, 1, 1]
    assert Band(high=1).side(-1e9, None) is None


def test_a_meeting_house_has_sensible_bands_from_the_first_day() -> None:
    """20 to 26 °C, CO₂ up to 1,200 ppm, a battery above 15 %."""
    assert (STANDARD_BANDS[Measure.TEMPERATURE].low, STANDARD_BANDS[Measure.TEMPERATURE].high) == (20, 26)
    assert STANDARD_BANDS[Measure.CARBON_DIOXIDE].high == 1200
    assert STANDARD_BANDS[Measure.BATTERY].low == 15
    assert set(OF_ROOMS.values()) | {Measure.TEA_TEMPERATURE} == set(Measure)
    assert Quantity.WEIGHT not in OF_ROOMS
