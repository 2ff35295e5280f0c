"""The ports to a kiosk's hands: lamp, buzzer, button, presence sensor and door relay, and what they can be told.

Every call returns at once: nothing here may keep a guest waiting. ``close`` puts a part to rest and gives its pins
back. A part that fails raises HandLost at the next call.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from devices.ports import DeviceError


class HandLost(DeviceError):
    """A pin cannot be had or does not obey; the text says which and what to do."""

    code = "hand_lost"


class Colour(StrEnum):
    """What a lamp of three colours can show."""

    WHITE = "white"
    GREEN = "green"
    AMBER = "amber"
    BLUE = "blue"
    RED = "red"

    @property
    def rgb(self) -> tuple[float, float, float]:
        """Return the shares of red, green and blue, 0 to 1 each."""
        return _RGB[self]


_RGB: Mapping[Colour, tuple[float, float, float]] = MappingProxyType(
    {
        Colour.WHITE: (1.0, 1.0, 1.0),
        Colour.GREEN: (0.0, 1.0, 0.0),
        Colour.AMBER: (1.0, 0.45, 0.0),
        Colour.BLUE: (0.0, 0.25, 1.0),
        Colour.RED: (1.0, 0.0, 0.0),
    }
)


class Pattern(StrEnum):
    """How a lamp moves, so that nobody needs to tell colours apart; none flashes more than 3 times a second.

    The bound is WCAG 2.3.1: three flashes, which nobody with photosensitive epilepsy has to fear.
    """

    OFF = "off"
    STEADY = "steady"
    SLOW_PULSE = "slow_pulse"
    SLOW_BLINK = "slow_blink"
    QUICK_BLINK = "quick_blink"
    DOUBLE_BLINK = "double_blink"
    TRIPLE_BLINK = "triple_blink"


_PULSE_MS = 4_000
_PULSE_FLOOR = 0.15
_BLINKS: Mapping[Pattern, tuple[int, int, int]] = MappingProxyType(
    {  # how many flashes, milliseconds of each and of the dark after it, and after how long all begins again
        Pattern.SLOW_BLINK: (1, 1_000, 2_000),
        Pattern.QUICK_BLINK: (1, 250, 500),
        Pattern.DOUBLE_BLINK: (2, 200, 1_600),
        Pattern.TRIPLE_BLINK: (3, 200, 2_000),
    }
)


def level_at(pattern: Pattern, ms: int) -> float:
    """Return how bright (0 to 1) a lamp is ``ms`` milliseconds after its pattern began."""
    if pattern in _BLINKS:
        flashes, each_ms, period_ms = _BLINKS[pattern]
        number, within = divmod(ms % period_ms, 2 * each_ms)
        return 1.0 if number < flashes and within < each_ms else 0.0
    if pattern is Pattern.SLOW_PULSE:
        swing = (1 - math.cos(2 * math.pi * ms / _PULSE_MS)) / 2
        return _PULSE_FLOOR + (1 - _PULSE_FLOOR) * swing
    return 1.0 if pattern is Pattern.STEADY else 0.0


@dataclass(frozen=True, slots=True)
class Light:
    """What a lamp shows; one of a single colour shows the pattern alone."""

    colour: Colour
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Note:
    """One note of a melody: its pitch in hertz (0 is a pause) and its length in milliseconds."""

    hertz: int
    ms: int


class Lamp(Protocol):
    """A light beside the screen."""

    def show(self, light: Light) -> None:
        """Show this from now on. Raises HandLost."""

    def close(self) -> None:
        """Go dark."""


class Buzzer(Protocol):
    """A small loudspeaker for soft tones."""

    def play(self, melody: Sequence[Note]) -> None:
        """Play this in the place of whatever sounds now. Raises HandLost."""

    def close(self) -> None:
        """Fall silent."""


class Button(Protocol):
    """A button that people press; bounces of its contact and disturbances on its wire are no presses."""

    def listen(self, on_press: Callable[[], None], on_hold: Callable[[], None] | None = None) -> None:
        """Call this once for each press, on the button's own thread.

        With ``on_hold`` a press counts when the finger leaves, and one that lasts longer calls ``on_hold`` instead.
        """

    def close(self) -> None:
        """Hear no more."""


class Presence(Protocol):
    """Sees whether somebody is before the kiosk."""

    @property
    def here(self) -> bool:
        """Say whether somebody is there, or was until a moment ago."""

    def listen(self, on_change: Callable[[bool], None]) -> None:
        """Call this each time somebody comes (True) or all have gone (False), on the sensor's own thread."""

    def close(self) -> None:
        """See no more."""


class Relay(Protocol):
    """A switch that is off unless told otherwise, and goes off by itself."""

    @property
    def is_on(self) -> bool:
        """Say whether it is on at the moment."""

    def pulse(self, seconds: float) -> None:
        """Switch on for so long from now, however long it was to be on before. Raises HandLost."""

    def close(self) -> None:
        """Switch off for good."""


class Switch(Protocol):
    """A relay that stays as it is told; off when it is taken, and off when it is closed."""

    @property
    def is_on(self) -> bool:
        """Say whether it is on at the moment, as its pin tells."""

    def set(self, *, on: bool) -> None:
        """Switch on or off until told otherwise. Raises HandLost."""

    def close(self) -> None:
        """Switch off for good."""
