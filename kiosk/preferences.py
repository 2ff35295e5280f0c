"""How a guest may have the kiosk: light or dark, in large text, how loud. It is theirs until they go. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

LOUDEST: Final = 5
"""The highest step of the volume; 1 is the lowest."""


class Theme(StrEnum):
    """Dark writing on a light ground, or light writing on a dark one."""

    LIGHT = "light"
    DARK = "dark"

    @property
    def other(self) -> "Theme":
        """Return the opposite one."""
        return Theme.DARK if self is Theme.LIGHT else Theme.LIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What one guest chose, or the house's own for the next one.

    ``volume`` is a step from 1 to ``LOUDEST``. ``listens``: the guest has asked to have a screen read aloud.
    """

    theme: Theme = Theme.LIGHT
    large: bool = False
    volume: int = 3
    listens: bool = False

    def next_look(self, house: Theme) -> "Preferences":
        """Return what one more tap gives: large text, then the other theme too, then that alone, then as before."""
        if self.theme is house:
            return replace(self, theme=house.other if self.large else house, large=True)
        return replace(self, theme=self.theme if self.large else house, large=False)

    def louder(self, steps: int) -> "Preferences":
        """Return the same with the volume moved by some steps, as far as it goes."""
        return replace(self, volume=min(LOUDEST, max(1, self.volume + steps)))
