"""The screens a kiosk may have, and how many pixels make a millimetre on their glass (G14, G16).

Figures: ``reference/user-experience.md`` §7, worked out from each panel's resolution and the size of its picture.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

LEAST_PX_PER_MM: Final = 2.0
"""Coarser than any screen that people stand before: what is below is a slip, such as millimetres in a pixel."""


class Profile(StrEnum):
    """A screen by its diagonal and its pixels as the guest sees them, upright or lying."""

    AUTO = "auto"
    INCH_7_800X480 = "7in-800x480"
    INCH_7_480X800 = "7in-480x800"
    INCH_7_720X1280 = "7in-720x1280"
    INCH_7_1280X720 = "7in-1280x720"
    INCH_10_1280X800 = "10in-1280x800"
    INCH_10_800X1280 = "10in-800x1280"
    INCH_15_1920X1080 = "15in-1920x1080"
    INCH_15_1080X1920 = "15in-1080x1920"


PX_PER_MM: Mapping[Profile, float] = MappingProxyType(
    {
        Profile.INCH_7_800X480: 5.19,
        Profile.INCH_7_480X800: 5.19,
        Profile.INCH_7_720X1280: 8.18,
        Profile.INCH_7_1280X720: 8.18,
        Profile.INCH_10_1280X800: 5.90,
        Profile.INCH_10_800X1280: 5.90,
        Profile.INCH_15_1920X1080: 5.58,
        Profile.INCH_15_1080X1920: 5.58,
    }
)


def px_per_mm(profile: Profile, told: float = 0.0) -> float | None:
    """Return the CSS pixels in a millimetre: as told, else the profile's; None leaves it to the page to guess."""
    return told or PX_PER_MM.get(profile)
