"""What stands in a room for people to use, and in a few steps how (R102: 音响灯光控制、投影仪操作、空调调节)."""

from dataclasses import dataclass
from enum import StrEnum

from hub.domain.words import Words

MOST_DEVICES = 7
"""Devices of one room: each has a button of its own on the room's panel."""

MOST_STEPS = 5
LONGEST_STEP = {"zh": 40, "en": 90}
LONGEST_NAME = {"zh": 6, "en": 13}
"""What stands on a 10-inch panel in letters that are read at arm's length, without turning a page."""


class DeviceKind(StrEnum):
    """What a device is."""

    PROJECTOR = "projector"
    SOUND = "sound"
    LIGHTS = "lights"
    AIR = "air"
    SCREEN = "screen"
    VIDEO_CONFERENCE = "video_conference"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomDevice:
    """One device of a room; ``key`` is its name within the room, ``position`` its place among the others there."""

    room: str
    key: str
    kind: DeviceKind
    name: Words
    guide: tuple[Words, ...] = ()
    position: int = 0
