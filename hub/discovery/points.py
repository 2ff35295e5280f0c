"""Checked options of one entity turned into the point, or points, that the hub knows."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hub.discovery.device_classes import SPELLINGS
from hub.discovery.limits import NAME_CHARACTERS
from hub.discovery.states import HAPPENINGS, expects_number
from hub.domain.announcements import AnnouncedPoint
from hub.domain.field_devices import Quantity

_SLUG_CHARACTERS = 20
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_ELSEWHERE = frozenset({"device", "origin"})


def points_of(component: str, place: str, config: Mapping[str, Any]) -> Iterator[AnnouncedPoint]:
    """Return the points of one entity: one, or up to three of a ``climate``, whose parts are values of their own.

    ``place`` is what the announcing topic, and the key in ``components``, call it.
    """
    config = {option: value for option, value in config.items() if option not in _ELSEWHERE}
    yield _point(component, place, config)
    if component != "climate":
        return
    shared = {key: config[key] for key in config if key.startswith(("availability", "payload_", "qos", "encoding"))}
    for part, options in _climate_parts(config):
        name = f"{config.get('name') or _called(place)} {_called(part)}"[:NAME_CHARACTERS]
        yield _point("sensor", place, shared | options | {"name": name}, part, config.get("unique_id", ""))


def _climate_parts(config: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    unit = {"device_class": "temperature", "unit_of_measurement": f"°{config.get('temperature_unit', 'C')}"}
    for part, options in (("current_temperature", unit), ("mode", {})):
        stem = "mode_state" if part == "mode" else part
        template = config.get(f"{stem}_template") or config.get("value_template")
        if f"{stem}_topic" in config:
            given = {"state_topic": config[f"{stem}_topic"], **({"value_template": template} if template else {})}
            yield part, options | given


def _point(component: str, place: str, config: dict[str, Any], part: str = "", parent: str = "") -> AnnouncedPoint:
    unique_id = config.get("unique_id", "") or (f"{parent} {part}" if parent else "")
    quantity, unit = _measured(component, config)
    return AnnouncedPoint(
        unique_id=unique_id,
        key=_key(component, f"{place} {part}" if part else place, unique_id),
        component=component,
        name=config.get("name") or _called(config.get("device_class") or place),
        quantity=quantity,
        unit=unit,
        expires_s=config.get("expire_after") or None,
        config=config,
        topics=frozenset(_listened(config)),
        command_topics=frozenset(config[option] for option in config if option.endswith("command_topic")),
    )


def _called(word: str) -> str:
    """Return a name for what was given none: the last part of its place, in words."""
    return word.rsplit("/", 1)[-1].replace("_", " ")


def _key(component: str, place: str, unique_id: str) -> str:
    """Return a short name, for ever the same: readable by its place, the only one by a hash of its identity."""
    slug = _NOT_IN_SLUG.sub("-", place.rsplit("/", 1)[-1].lower()).strip("-")[:_SLUG_CHARACTERS].strip("-")
    digest = hashlib.sha256(f"{component}\0{unique_id or place}".encode()).hexdigest()[:8]
    return f"{slug}-{digest}" if slug else digest


def _measured(component: str, config: Mapping[str, Any]) -> tuple[Quantity, str]:
    """Return what it measures and the unit it says it in."""
    if component in HAPPENINGS or component == "button":
        return Quantity.EVENT, ""
    if component == "climate":
        return Quantity.TEMPERATURE, f"°{config.get('temperature_unit', 'C')}"
    if component != "number" and not (component == "sensor" and expects_number(config)):
        return (Quantity.TIMESTAMP if config.get("device_class") in {"timestamp", "date"} else Quantity.STATE), ""
    unit = (config.get("unit_of_measurement") or "").strip()
    kind = config.get("device_class") or ""
    return (Quantity(kind) if kind in _MEASURED else Quantity.OTHER), SPELLINGS.get(unit, unit)


_MEASURED = frozenset(Quantity) - {Quantity.STATE, Quantity.EVENT, Quantity.OTHER}


def _listened(config: Mapping[str, Any]) -> Iterator[str]:
    for option in ("state_topic", "availability_topic", "topic", "temperature_state_topic"):
        if option in config:
            yield config[option]
    for entry in config.get("availability", ()):
        yield entry["topic"]
