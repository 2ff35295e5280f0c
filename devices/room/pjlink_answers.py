"""What a projector's answers mean (PJLink class 1, 4.1 to 4.12, and class 2). Pure; ``Unclear`` is the only error."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from devices.room.pjlink import Unclear

MOST_LAMPS = 8
_WORDS = 64
_LAMPS = re.compile(rf"[0-9]{{1,6}} [01]( [0-9]{{1,6}} [01]){{0,{MOST_LAMPS - 1}}}")
_INPUTS = {"1": "rgb", "2": "video", "3": "digital", "4": "storage", "5": "network", "6": "internal"}


class Power(StrEnum):
    """What its lamp is doing. ``cooling`` counts as off, ``warming`` as on."""

    OFF = "off"
    ON = "on"
    COOLING = "cooling"
    WARMING = "warming"


class Health(StrEnum):
    """How one part of it is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Mute(StrEnum):
    """What the shutter and the loudspeaker keep back."""

    NONE = "none"
    VIDEO = "video"
    AUDIO = "audio"
    BOTH = "both"


PARTS = ("fan", "lamp", "temperature", "cover", "filter", "other")
"""The parts of which ``ERST`` tells, in its order."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """One light source: for how many hours it was lit so far, and whether it is now."""

    hours: int
    lit: bool


def _unclear(what: str, said: str) -> NoReturn:
    raise Unclear(f"{what} cannot be {said[:40]!a}")


def read_power(said: str) -> Power:
    """Read the answer to ``POWR``."""
    return list(Power)[int(said)] if said in {"0", "1", "2", "3"} else _unclear("power", said)


def read_health(said: str) -> Mapping[str, Health]:
    """Read the answer to ``ERST``: how each of the six parts is."""
    if not re.fullmatch("[012]{6}", said):
        _unclear("the error status", said)
    return {part: list(Health)[int(digit)] for part, digit in zip(PARTS, said, strict=True)}


def read_lamps(said: str) -> tuple[Lamp, ...]:
    """Read the answer to ``LAMP``: one to eight lamps."""
    if not _LAMPS.fullmatch(said):
        _unclear("lamp hours", said)
    numbers = [int(word) for word in said.split(" ")]
    return tuple(Lamp(hours, lit == 1) for hours, lit in zip(numbers[::2], numbers[1::2], strict=True))


def read_input(said: str) -> str:
    """Read the answer to ``INPT``: ``digital 1`` for ``31``; class 2 goes on with letters."""
    if not re.fullmatch("[1-6][1-9A-Za-z]", said):
        _unclear("the input", said)
    return f"{_INPUTS[said[0]]} {said[1].lower()}"


def read_mute(said: str) -> Mute:
    """Read the answer to ``AVMT``."""
    kinds = {"11": Mute.VIDEO, "21": Mute.AUDIO, "31": Mute.BOTH, "30": Mute.NONE, "20": Mute.NONE, "10": Mute.NONE}
    return kinds[said] if said in kinds else _unclear("mute", said)


def read_freeze(said: str) -> bool:
    """Read the answer to ``FREZ`` (class 2): whether the picture stands still."""
    return said == "1" if said in {"0", "1"} else _unclear("freeze", said)


def read_hours(said: str) -> int:
    """Read the answer to ``FILT`` (class 2): for how many hours the filter was used."""
    return int(said) if re.fullmatch("[0-9]{1,6}", said) else _unclear("filter hours", said)


def read_resolution(said: str) -> str:
    """Read the answer to ``IRES`` (class 2): ``1920x1080``, or ``no signal``, or ``unknown``."""
    if re.fullmatch("[0-9]{1,5}x[0-9]{1,5}", said, re.IGNORECASE):
        return said.lower()
    return {"-": "no signal", "*": "unknown"}.get(said) or _unclear("the resolution", said)


def read_class(said: str) -> int:
    """Read the answer to ``CLSS``: which class of commands it knows."""
    return int(said) if said in {"1", "2"} else _unclear("the class", said)


def read_words(said: str) -> str:
    """Read a name: at most 64 characters, without anything that is no character."""
    return "".join(char for char in said if char.isprintable() and char != "\N{REPLACEMENT CHARACTER}").strip()[:_WORDS]


def in_words(health: Mapping[str, Health]) -> str:
    """Say what is wrong in one short line, errors first; empty where nothing is."""
    said = []
    for kind in (Health.ERROR, Health.WARNING):
        parts = [part for part in PARTS if health.get(part) is kind]
        said += [f"{kind}: {' '.join(parts)}"] if parts else []
    return "; ".join(said)
