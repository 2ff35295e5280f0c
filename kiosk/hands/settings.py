"""The settings of a kiosk's hands: which pins they are on, and what the lamp says (``[hands]`` in kiosk.toml)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from itertools import combinations
from typing import Annotated

from devices.contract.limits import Number
from devices.hands import Colour, Light, Pattern
from devices.settings import Mistake

Pin = Annotated[int, Number(2, 27)]
"""A pin by Broadcom's number. 0 and 1 belong to add-on boards; there are none above 27."""

_HIGH_AT_BOOT = range(9)
"""Pins that the Pi pulls up until a program takes them; it pulls all others down (BCM2835 ARM Peripherals, 6.2)."""

_ONE_COLOUR, _THREE_COLOURS = 1, 3


class Pins(StrEnum):
    """Whether the pins are real. Simulated parts only write into the log what they would do."""

    GPIO = "gpio"
    SIMULATED = "simulated"


class Sound(StrEnum):
    """Whether the buzzer may be heard."""

    OFF = "off"
    ON = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lights:
    """What the lamp shows for each thing it can mean (``kiosk.hands.signals.Meaning``)."""

    ready: Light = Light(Colour.WHITE, Pattern.SLOW_PULSE)
    seen: Light = Light(Colour.BLUE, Pattern.QUICK_BLINK)
    welcome: Light = Light(Colour.GREEN, Pattern.STEADY)
    again: Light = Light(Colour.AMBER, Pattern.DOUBLE_BLINK)
    later: Light = Light(Colour.AMBER, Pattern.SLOW_BLINK)
    person: Light = Light(Colour.RED, Pattern.TRIPLE_BLINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandsConfig:
    """Which hands there are; one without a pin is not there. Times are in seconds.

    ``lamp_pins``: one pin, or three for red, green and blue. ``door_again_s``: how long after their arrival at this
    door a guest who shows the code once more is let through again.
    """

    pins: Pins = Pins.GPIO
    lamp_pins: tuple[Pin, ...] = ()
    lamp_active_high: bool = True
    lights: Lights = field(default_factory=Lights)
    buzzer_pin: Pin | None = None
    sound: Sound = Sound.OFF
    volume_percent: Annotated[int, Number(1, 50)] = 5
    help_pin: Pin | None = None
    help_active_high: bool = False
    presence_pin: Pin | None = None
    presence_active_high: bool = True
    presence_lasts_s: Annotated[float, Number(1, 600)] = 30.0
    door_pin: Pin | None = None
    door_active_high: bool = True
    door_opens_s: Annotated[float, Number(0.1, 30)] = 3.0
    door_again_s: Annotated[float, Number(0, 86_400)] = 60.0

    def mistakes(self) -> Iterator[Mistake]:
        """Give what is wrong between settings that are each allowed by themselves."""
        if len(self.lamp_pins) not in {0, _ONE_COLOUR, _THREE_COLOURS}:
            yield Mistake("hands.lamp_pins", f"has {len(self.lamp_pins)} pins; a lamp has 1, or 3 for red, green, blue")
        taken: dict[int, str] = {}
        for name, pin in self._named_pins():
            if pin in taken:
                yield Mistake(name, f"pin {pin} is taken by {taken[pin]} already; choose another")
            taken.setdefault(pin, name)
        if self.door_pin is not None and (self.door_pin in _HIGH_AT_BOOT) is self.door_active_high:
            better = "9 to 27" if self.door_active_high else "2 to 8"
            yield Mistake(
                "hands.door_pin", f"pin {self.door_pin} would open the door while the Pi boots; take {better}"
            )
        for (first, one), (second, other) in combinations(self._named_lights(), 2):
            if one.pattern is other.pattern:
                problem = f"{one.pattern} means {first} already; nobody must need to tell colours apart"
                yield Mistake(f"hands.lights.{second}.pattern", problem)

    def _named_pins(self) -> Iterator[tuple[str, int]]:
        yield from ((f"hands.lamp_pins[{index}]", pin) for index, pin in enumerate(self.lamp_pins))
        for name in ("buzzer_pin", "help_pin", "presence_pin", "door_pin"):
            pin = getattr(self, name)
            if pin is not None:
                yield f"hands.{name}", pin

    def _named_lights(self) -> list[tuple[str, Light]]:
        return [(part.name, getattr(self.lights, part.name)) for part in fields(Lights)]
