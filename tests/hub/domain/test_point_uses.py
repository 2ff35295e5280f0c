"""What a point is for."""

from dataclasses import replace

import pytest

from hub.domain.bands import Measure
from hub.domain.field_devices import FieldDevice, Point, Quantity
from hub.domain.point_uses import measure_of, measures, weighs_pot
from hub.domain.watch_settings import SensorSettings, WatchSettings
from tests.hub.build import at

NODE = FieldDevice(id="n", publisher="n", identity="n", name="n", room="hall", announced_at=at(0))
WARMTH = Point(id="n.t", device="n", key="t", component="sensor", name="Temperature", quantity=Quantity.TEMPERATURE)
AIR = replace(WARMTH, id="n.h", key="h", name="Humidity", quantity=Quantity.HUMIDITY)
POT = replace(WARMTH, id="n.w", key="w", name="Weight", quantity=Quantity.WEIGHT)
CHIP = replace(WARMTH, config={"entity_category": "diagnostic"})
TEA = replace(WARMTH, name="茶壶温度")
USUAL = WatchSettings()

ROOM, OF_TEA = Measure.TEMPERATURE, Measure.TEA_TEMPERATURE
USES = [
    ("a sensor in a room feels its air", WARMTH, NODE, (), ROOM),
    ("a chip's own temperature", CHIP, NODE, (), None),
    ("a device in no room", WARMTH, replace(NODE, room=None), (), None),
    ("a projector's own temperature", WARMTH, replace(NODE, thing="projector"), (), None),
    ("the air conditioning's", WARMTH, replace(NODE, thing="air"), (), ROOM),
    ("what stands below a pot", WARMTH, NODE, (POT,), OF_TEA),
    ("a node with a pot that feels the air as well", WARMTH, NODE, (POT, AIR), ROOM),
    ("the same, by its name", TEA, NODE, (POT, AIR), OF_TEA),
    ("a battery, wherever it is", replace(CHIP, quantity=Quantity.BATTERY), NODE, (), Measure.BATTERY),
    ("a voltage", replace(WARMTH, quantity=Quantity.VOLTAGE), NODE, (), None),
]


@pytest.mark.parametrize(("_what", "point", "device", "others", "measure"), USES, ids=[one[0] for one in USES])
def test_a_band_is_only_for_what_it_is_meant_for(
    _what: str,
    point: Point,
    device: FieldDevice,
    others: tuple[Point, ...],
    measure: Measure | None,
) -> None:
    """Nobody is called because a processor is warm."""
    assert measure_of(point, device, (point, *others), USUAL) is measure


def test_what_is_weighed_in_a_room_is_a_pot_unless_the_house_says_no() -> None:
    """A set point that is a weight is none, nor a scale in the store."""
    luggage = WatchSettings(sensors={"n": SensorSettings(device="n", room="hall", pot=False)})
    assert weighs_pot(POT, NODE, USUAL)
    assert not weighs_pot(POT, NODE, luggage)
    assert not weighs_pot(POT, replace(NODE, room=None), USUAL)
    assert not weighs_pot(replace(POT, component="number"), NODE, USUAL)


def test_only_the_silence_of_what_reports_numbers_means_something() -> None:
    """A switch or a button may say nothing for a week."""
    quiet = (Quantity.STATE, Quantity.EVENT, Quantity.TIMESTAMP, Quantity.OTHER)
    assert measures(WARMTH)
    assert not any(measures(replace(WARMTH, quantity=one)) for one in quiet)
    assert not measures(replace(WARMTH, component="binary_sensor"))
