"""A room is made warmer or cooler: which of its devices does that, and how far (R155: 把溫度調高2度). Pure."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing

CLIMATE, NUMBER = "climate", "number"
FAHRENHEIT = "°F"
COLDEST, HOTTEST = 5.0, 40.0
SET_POINT = "set_point"
"""What our own agents can be told, as ``set_point:<which>``; they report it under the key ``<which>_set_point``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AirControl:
    """What a room's temperature is set with: a point of a device, and what it allows, in degrees Celsius.

    ``which`` is what one of our own agents calls it; empty for another maker's device.
    """

    device: FieldDevice
    point: Point
    least: float
    most: float
    which: str = ""


def air_control(
    room: str,
    devices: Iterable[FieldDevice],
    points: Iterable[Point],
    *,
    least: float,
    most: float,
    able: Mapping[str, Collection[str]],
) -> AirControl | None:
    """Return what sets a room's temperature: a device that is there before one that is not; None where nothing does.

    ``least`` and ``most`` are the house's limits in degrees Celsius; the device's own count as well. ``able`` is what
    our own agents can be told, by their ids.
    """
    here = {one.id: one for one in devices if one.room == room and one.standing is Standing.ADMITTED}
    found = [
        AirControl(device=here[point.device], point=point, least=low, most=high, which=which)
        for point in points
        if point.device in here and not point.gone
        for which in [which_of(point, able.get(here[point.device].publisher, ()))]
        if which or sets_temperature(point)
        for low, high in [_both(own_bounds(point), (least, most))]
        if low <= high
    ]
    return min(found, key=lambda one: (one.device.available is False, one.point.id), default=None)


def sets_temperature(point: Point) -> bool:
    """Say whether a room's temperature is set with a point. A number that may be below 5 °C corrects a thermometer."""
    if point.component == CLIMATE:
        return "temperature_command_topic" in point.config
    if point.component == NUMBER:
        low, high = own_bounds(point)
        is_told = point.quantity is Quantity.TEMPERATURE and "command_topic" in point.config
        return is_told and low >= COLDEST and high <= HOTTEST
    return False


def which_of(point: Point, able: Collection[str]) -> str:
    """Return what one of our agents calls what keeps this temperature; empty where it can be told no such thing."""
    unique_id = str(point.config.get("unique_id", ""))
    names = (one.partition(":")[2] for one in able if one.startswith(f"{SET_POINT}:"))
    return next((name for name in names if unique_id.endswith(f"_{name}_{SET_POINT}")), "")


def own_bounds(point: Point) -> tuple[float, float]:
    """Return between what a point itself can be set, in degrees Celsius; without end where it does not say."""
    low, high = (point.config.get(name) for name in _BOUNDS.get(point.component, ("", "")))
    least = _celsius(point, low) if isinstance(low, int | float) else -math.inf
    return least, _celsius(point, high) if isinstance(high, int | float) else math.inf


def next_set_point(control: AirControl, now: float, degrees: float) -> float | None:
    """Return what to set, so many degrees from what is set now; None where that is at its limit already."""
    wanted = min(max(now + degrees, control.least), control.most)
    return None if abs(wanted - now) < _SAME else wanted


_SAME = 0.05
_BOUNDS = {CLIMATE: ("min_temp", "max_temp"), NUMBER: ("min", "max")}


def _both(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return max(one[0], other[0]), min(one[1], other[1])


def _celsius(point: Point, degrees: float) -> float:
    return (degrees - 32) / 1.8 if point.said_unit == FAHRENHEIT else degrees
