"""What a point is for: the air of a room, a tea pot, a battery; a chip's own temperature is none of these. Pure."""

from collections.abc import Collection

from hub.domain.bands import OF_ROOMS, Measure
from hub.domain.field_devices import FieldDevice, Point, Quantity
from hub.domain.tea_pots import TEA_WORDS
from hub.domain.watch_settings import WatchSettings

_OF_AIR = frozenset({Quantity.HUMIDITY, Quantity.CARBON_DIOXIDE})
_WORDS = frozenset({Quantity.STATE, Quantity.EVENT, Quantity.TIMESTAMP, Quantity.OTHER})
_AIR_THINGS = frozenset({"", "air"})
"""Devices of a room that feel its air: those that serve nothing else there, and its air conditioning."""


def weighs_pot(point: Point, device: FieldDevice, settings: WatchSettings) -> bool:
    """Say whether a point is the scale of a tea pot: what is weighed in a room of the house, unless it says no."""
    own = settings.sensors.get(device.id)
    weighs = point.quantity is Quantity.WEIGHT and point.component == "sensor"
    return weighs and bool(device.room) and (own is None or own.pot)


def feeds_a_thing(point: Point, device: FieldDevice) -> bool:
    """Say whether a point measures what something in a room draws; a power that is diagnostic is the device's own."""
    draws = point.quantity is Quantity.POWER and point.component == "sensor"
    return draws and bool(device.room) and not point.config.get("entity_category")


def measure_of(point: Point, device: FieldDevice, near: Collection[Point], settings: WatchSettings) -> Measure | None:
    """Say what a point's band is for, None where it has none; ``near`` are all points of its device."""
    measure = OF_ROOMS.get(point.quantity)
    if measure is Measure.BATTERY or measure is None:
        return measure
    if point.config.get("entity_category") or not device.room:
        return None
    if measure is Measure.TEMPERATURE and _of_tea(point, device, near, settings):
        return Measure.TEA_TEMPERATURE
    return measure if measure is Measure.POWER or device.thing in _AIR_THINGS else None


def measures(point: Point) -> bool:
    """Say whether a point reports numbers by itself, so that its silence means something."""
    return point.component == "sensor" and point.quantity not in _WORDS


def _of_tea(point: Point, device: FieldDevice, near: Collection[Point], settings: WatchSettings) -> bool:
    """Say whether a temperature is a tea pot's: what weighs one may be a node that feels the room's air as well."""
    feels_air = any(one.quantity in _OF_AIR for one in near)
    named = bool(TEA_WORDS.search(f"{point.key} {point.name}"))
    return (named or not feels_air) and any(weighs_pot(one, device, settings) for one in near)
