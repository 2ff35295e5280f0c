"""How a room behaves, simply enough to be read: a function from how it is to how it is a little later. Pure.

Units: °C, ppm, %, g, W, h, seconds. The numbers are round ones for a meeting room of 200 m³.
"""

import math
from dataclasses import dataclass, field, replace

VOLUME_M3 = 200.0
OUTSIDE_PPM = 420.0
PERSON_W = 100.0
"""Heat of a seated person (ISO 7730: 58 W/m² on 1.8 m²)."""

PERSON_M3_S = 5.2e-6
"""CO₂ that a seated person breathes out (EN 16798: about 18 to 20 l/h)."""

POT_G, WATER_G = 600.0, 1_200.0
"""An empty teapot, and the water that fits into it."""

LOW_G = POT_G + 150.0
BREWED_C = 92.0
REFILL_TAKES_S = 40.0
_DRINKS_G_S = 0.05
_HEAT_CAPACITY = VOLUME_M3 * 1.2 * 1_005 * 5  # air, and five times as much in walls and furniture
_LOSS_W_K = 150.0
_AC_W_K, _AC_MOST_W = 2_500.0, 6_000.0
_AIR_CHANGES_H = 2.0
_POT_COOLS_S = 5_400.0
_LAMP_W, _STANDBY_W = 280.0, 6.0
_BATTERY_PERCENT_H = 0.05
_STEP_S = 5.0


@dataclass(frozen=True, slots=True)
class Pot:
    """A teapot on its load cell; ``lifted_s`` is for how many seconds more it is away to be refilled."""

    water_g: float = WATER_G
    celsius: float = BREWED_C
    lifted_s: float = 0.0
    empty_s: float = 0.0

    @property
    def grams(self) -> float:
        """Return what the load cell weighs; nothing while it is lifted."""
        return 0.0 if self.lifted_s > 0 else POT_G + self.water_g


@dataclass(frozen=True, slots=True)
class Room:
    """A room at an instant. ``lamp_life_h`` is when its projector's lamp dies, ``lamp_h`` how long it has burnt."""

    celsius: float = 21.0
    ppm: float = 500.0
    humidity: float = 42.0
    people: int = 0
    set_point: float = 22.0
    ac_on: bool = True
    pot: Pot = field(default_factory=Pot)
    projector_on: bool = False
    lamp_h: float = 1_800.0
    lamp_life_h: float = 3_000.0
    energy_wh: float = 0.0
    battery: float = 96.0

    @property
    def lamp_ok(self) -> bool:
        """Say whether the projector's lamp still burns."""
        return self.lamp_h < self.lamp_life_h

    @property
    def projector_w(self) -> float:
        """Return what the projector takes from its plug."""
        return _LAMP_W if self.projector_on and self.lamp_ok else _STANDBY_W


@dataclass(frozen=True, slots=True)
class Around:
    """What happens to a room: who is in it, the weather, and whether staff refill its pot and its battery lasts."""

    people: int = 0
    outside_c: float = 12.0
    refill_after_s: float | None = 300.0
    battery_percent_h: float = _BATTERY_PERCENT_H


def step(room: Room, seconds: float, around: Around) -> Room:
    """Return the room ``seconds`` later; long spans are walked in small steps, so their size does not matter."""
    steps = max(1, math.ceil(seconds / _STEP_S))
    for _ in range(steps):
        room = _small_step(room, seconds / steps, around)
    return room


def _small_step(room: Room, s: float, around: Around) -> Room:
    people = around.people
    ac_w = min(_AC_MOST_W, max(-_AC_MOST_W, (room.set_point - room.celsius) * _AC_W_K)) if room.ac_on else 0.0
    gains_w = people * PERSON_W + (room.projector_w if room.projector_on else 0.0)
    lost_w = (room.celsius - around.outside_c) * _LOSS_W_K
    fresh = room.ppm + (OUTSIDE_PPM - room.ppm) * _AIR_CHANGES_H / 3_600 * s
    damp = 40.0 + 0.3 * people
    return replace(
        room,
        celsius=room.celsius + (ac_w + gains_w - lost_w) / _HEAT_CAPACITY * s,
        ppm=fresh + people * PERSON_M3_S / VOLUME_M3 * 1e6 * s,
        humidity=room.humidity + (damp - room.humidity) * min(1.0, s / 1_800),
        people=people,
        pot=_pot(room.pot, s, people, room.celsius, around.refill_after_s),
        lamp_h=room.lamp_h + (s / 3_600 if room.projector_on and room.lamp_ok else 0.0),
        energy_wh=room.energy_wh + room.projector_w * s / 3_600,
        battery=max(0.0, room.battery - around.battery_percent_h * s / 3_600),
    )


def _pot(pot: Pot, s: float, people: int, room_c: float, refill_after_s: float | None) -> Pot:
    """Let guests drink, the tea cool, and somebody come for an empty pot after a while."""
    if pot.lifted_s > 0:
        left = pot.lifted_s - s
        return Pot() if left <= 0 else replace(pot, lifted_s=left)
    empty_s = pot.empty_s + s if pot.grams < LOW_G else 0.0
    if refill_after_s is not None and empty_s >= refill_after_s:
        return replace(pot, lifted_s=REFILL_TAKES_S, empty_s=0.0)
    return Pot(
        water_g=max(0.0, pot.water_g - people * _DRINKS_G_S * s),
        celsius=pot.celsius + (room_c - pot.celsius) * min(1.0, s / _POT_COOLS_S),
        empty_s=empty_s,
    )
