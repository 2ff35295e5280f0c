"""Which device sets a room's temperature, and how far it may go."""

from dataclasses import replace

import pytest

from hub.domain.air import AirControl, air_control, next_set_point, sets_temperature
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing
from tests.hub.build import at

AC = FieldDevice(
    id="ac-hall",
    publisher="ac-hall",
    identity="ac",
    name="AC",
    announced_at=at(0),
    standing=Standing.ADMITTED,
    room="hall",
)
CONFIG = {"temperature_command_topic": "ac-hall/set", "min_temp": 16, "max_temp": 30}
CLIMATE = Point(
    id="ac-hall.climate",
    device="ac-hall",
    key="climate",
    component="climate",
    name="AC",
    quantity=Quantity.TEMPERATURE,
    unit="°C",
    said_unit="°C",
    config=CONFIG,
)
ABLE = {"ac-hall": ("identify", "switch:lights", "set_point:fan")}
NUMBER = replace(CLIMATE, component="number", config={"command_topic": "ac-hall/set", "min": 16, "max": 30})


def control(point: Point, device: FieldDevice = AC) -> AirControl | None:
    """Return what sets the hall's temperature between 18 and 28 °C."""
    return air_control("hall", [device], [point], least=18, most=28, able=ABLE)


def test_the_house_and_the_device_both_limit_what_is_set() -> None:
    """The narrower of the two counts, at each end, in degrees Celsius whatever the device speaks."""
    for config, bounds in (
        ({}, (18, 28)),
        ({"min_temp": 20, "max_temp": 26}, (20, 26)),
        ({"min_temp": "cold", "max_temp": None}, (18, 28)),
    ):
        found = control(replace(CLIMATE, config={"temperature_command_topic": "t", **config}))
        assert found
        assert (found.least, found.most) == bounds
    american = replace(CLIMATE, said_unit="°F", config=CONFIG | {"min_temp": 68, "max_temp": 77})
    found = control(american)
    assert found
    assert (found.least, found.most) == (20, 25)


@pytest.mark.parametrize(
    "point",
    [
        replace(CLIMATE, config={}),
        replace(CLIMATE, gone=True),
        replace(CLIMATE, config=CONFIG | {"min_temp": 29}),
        replace(CLIMATE, component="sensor"),
        replace(NUMBER, quantity=Quantity.HUMIDITY),
        replace(NUMBER, config={"command_topic": "t", "min": -10, "max": 10}),
        replace(NUMBER, config={"command_topic": "t"}),
        replace(NUMBER, config={"min": 16, "max": 30}),
    ],
)
def test_what_does_not_set_a_rooms_temperature_is_left_alone(point: Point) -> None:
    """Above all a number that corrects a thermometer: two degrees more there would be a lie."""
    assert control(point) is None


@pytest.mark.parametrize(
    "device",
    [replace(AC, room="annex"), replace(AC, room=None), replace(AC, standing=Standing.QUARANTINED)],
)
def test_only_an_admitted_device_of_the_room_is_told(device: FieldDevice) -> None:
    """Nobody warms another room."""
    assert control(CLIMATE, device) is None


def test_a_device_that_is_there_comes_before_one_that_is_away() -> None:
    """Of two, and of two that are there the first by its id."""
    spare = replace(AC, id="ac-two")
    points = [CLIMATE, replace(NUMBER, id="ac-two.set", device="ac-two")]
    for away, chosen in (("ac-hall", "ac-two"), ("", "ac-hall")):
        devices = [replace(one, available=one.id != away) for one in (AC, spare)]
        found = air_control("hall", devices, points, least=18, most=28, able={})
        assert found
        assert found.device.id == chosen


def test_our_own_agents_are_told_what_they_say_they_can_be_told() -> None:
    """By the name that they gave it; a sensor of another maker that is called alike is left alone."""
    ours = replace(CLIMATE, component="sensor", config={"unique_id": "ac-hall_fan_set_point"})
    found = control(ours)
    assert found
    assert found.which == "fan"
    assert control(replace(ours, config={"unique_id": "ac-hall_door_set_point"})) is None
    assert control(ours, replace(AC, publisher="stranger")) is None
    assert sets_temperature(CLIMATE)


@pytest.mark.parametrize(
    ("now", "degrees", "wanted"), [(22, 2, 24), (27, 2, 28), (28, 2, None), (30, 2, 28), (18, -2, None), (19, -2, 18)]
)
def test_a_set_point_moves_up_to_its_limit(now: float, degrees: float, wanted: float | None) -> None:
    """Somebody may have set it beyond by hand: then it comes back to it."""
    found = control(CLIMATE)
    assert found
    assert next_set_point(found, now, degrees) == wanted
