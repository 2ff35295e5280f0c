"""What a point said, as people read it: a number with its unit or a word, how far to believe it, from when. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.field_devices import Point, Quantity
from hub.domain.pace import real
from hub.domain.readings import Quality, Reading
from hub.web.language import Tongue

DECIMALS: Mapping[Quantity, int] = {
    Quantity.TEMPERATURE: 1,
    Quantity.HUMIDITY: 0,
    Quantity.CARBON_DIOXIDE: 0,
    Quantity.POWER: 0,
    Quantity.CURRENT: 2,
    Quantity.VOLTAGE: 0,
    Quantity.ENERGY: 1,
    Quantity.BATTERY: 0,
    Quantity.SIGNAL_STRENGTH: 0,
    Quantity.ILLUMINANCE: 0,
    Quantity.DURATION: 0,
}
"""Digits behind the point that mean something; what is not listed is written with four digits in all."""

LEADING = (
    Quantity.TEMPERATURE,
    Quantity.CARBON_DIOXIDE,
    Quantity.HUMIDITY,
    Quantity.WEIGHT,
    Quantity.POWER,
    Quantity.ILLUMINANCE,
    Quantity.BATTERY,
)
"""What a technician looks at first."""

WORDS = frozenset({Quantity.STATE, Quantity.EVENT, Quantity.TIMESTAMP})
"""Quantities of which no curve can be drawn."""

LONGEST_WORD = 80
_WORD = re.compile(r"[a-z_]{1,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The latest of one point in one language; ``quality`` is None when it never said anything."""

    text: str
    quality: Quality | None
    at: datetime | None


def told(point: Point, reading: Reading | None, tongue: Tongue, now: datetime) -> Told:
    """Write what a point said last."""
    if reading is None:
        return Told(text=tongue.say("value.none"), quality=None, at=None)
    quality = reading.quality
    if quality is Quality.LIVE and point.expires_s is not None:
        quality = Quality.STALE if now - reading.at > real(timedelta(seconds=point.expires_s)) else quality
    return Told(text=value_text(point, reading.value, reading.text, tongue), quality=quality, at=reading.at)


def value_text(point: Point, value: float | None, text: str, tongue: Tongue) -> str:
    """Write a number with the point's unit, or a word in this language where it is one that many devices say."""
    if value is not None:
        return with_unit(number_text(value, point.quantity), point.unit)
    if not text:
        return tongue.say("value.unknown")
    if not _WORD.fullmatch(text):
        return text if len(text) <= LONGEST_WORD else f"{text[:LONGEST_WORD]}…"
    kind = point.config.get("device_class")
    plain = tongue.say_or(f"value.word.{text}", text)
    return tongue.say_or(f"value.{kind}.{text}", plain) if isinstance(kind, str) and _WORD.fullmatch(kind) else plain


def number_text(value: float, quantity: Quantity) -> str:
    """Write a number with as many digits as mean something."""
    digits = DECIMALS.get(quantity)
    if digits is None:
        return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"  # noqa: PLR2004 - four digits
    return f"{value:z,.{digits}f}"


def with_unit(number: str, unit: str) -> str:
    """Set a unit behind a number; a per cent sign stands close."""
    return f"{number}{unit}" if unit in {"", "%", "°"} else f"{number}\N{NO-BREAK SPACE}{unit}"


def leading(point: Point) -> tuple[int, str]:
    """Return the place of a point among those of its device: what is looked at first, first."""
    place = LEADING.index(point.quantity) if point.quantity in LEADING else len(LEADING)
    return (place + (point.quantity in WORDS), point.id)


def drawable(point: Point) -> bool:
    """Say whether a curve of it can be drawn."""
    return point.quantity not in WORDS
