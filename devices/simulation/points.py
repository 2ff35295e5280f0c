"""The points of a simulated node, and the value of each in a room. Pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from devices.simulation.physics import Room


@dataclass(frozen=True, slots=True)
class PointPlan:
    """One sensor: its name, Home Assistant's device class and unit, and what it reads in a room."""

    key: str
    name: str
    device_class: str
    unit: str
    value: Callable[[Room], float]
    decimals: int = 2

    def text(self, room: Room, *, nan: bool = False) -> str:
        """Return the value as an ESPHome node writes it."""
        return "nan" if nan else f"{self.value(room):.{self.decimals}f}"


_FIRST = (
    PointPlan("temperature", "Temperature", "temperature", "°C", lambda room: room.celsius),
    PointPlan("carbon_dioxide", "CO2", "carbon_dioxide", "ppm", lambda room: room.ppm, 0),
    PointPlan("humidity", "Humidity", "humidity", "%", lambda room: room.humidity, 1),
    PointPlan("tea_pot_weight", "Tea pot weight", "weight", "kg", lambda room: room.pot.grams / 1_000, 3),
    PointPlan("tea_pot_temperature", "Tea pot temperature", "temperature", "°C", lambda room: room.pot.celsius, 1),
    PointPlan("illuminance", "Illuminance", "illuminance", "lx", lambda room: 120.0 if room.projector_on else 480.0, 0),
)


def points(count: int) -> tuple[PointPlan, ...]:
    """Return so many sensors: the useful ones first, then thermometers at places where it is a little warmer."""
    more = tuple(_spot(number) for number in range(1, max(0, count - len(_FIRST)) + 1))
    return (*_FIRST, *more)[:count]


def _spot(number: int) -> PointPlan:
    warmer = math.sin(number)
    return PointPlan(f"spot_{number}", f"Spot {number}", "temperature", "°C", lambda room: room.celsius + warmer)
