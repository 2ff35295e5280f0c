"""Signs of life of a kiosk's parts: which of them has been silent for too long. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Part(StrEnum):
    """What must live for the kiosk to be worth keeping: the camera's loop, the page's server, the database."""

    CAMERA = "camera"
    PAGE = "page"
    DATABASE = "database"


BOUNDS_MS: Mapping[Part, int] = MappingProxyType({Part.CAMERA: 45_000, Part.PAGE: 20_000, Part.DATABASE: 45_000})
"""How long, in milliseconds, a part may give no sign of life.

The camera's is longer than the three times ten seconds that a driver may wait for a picture before it gives up: a lost
camera is told to a person, and no restart would mend it.
"""


def stuck(heard_ms: Mapping[Part, int], now_ms: int) -> tuple[Part, ...]:
    """Return the parts that were last heard longer ago than their bound, by a clock that counts from the boot."""
    return tuple(part for part, bound in BOUNDS_MS.items() if now_ms - heard_ms[part] > bound)
