"""What the text of a state means, component by component (``reference/iot-conventions.md`` 1.4).

Each function here takes a checked configuration and returns the reading of one text: a number and a word, or None where
the text is not for this entity and the old value stays. ``(None, "")`` is an entity that says it does not know.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from hub.discovery.device_classes import WORDS
from hub.discovery.json_text import read_json, read_object
from hub.discovery.limits import LARGEST_VALUE, STATE_CHARACTERS

Understood = tuple[float | None, str]
Understanding = Callable[[str], Understood | None]

NONE: Final = "None"
"""What a template makes of JSON's null: the entity does not know."""

UNKNOWN: Final[Understood] = (None, "")
ON: Final[Understood] = (None, "on")
OFF: Final[Understood] = (None, "off")


def number(text: str) -> Understood | None:
    """Read a measurement; nan, inf and what passes every measure are none."""
    try:
        value = float(text)
    except ValueError:
        return UNKNOWN if text == NONE else None
    return (value, "") if -LARGEST_VALUE <= value <= LARGEST_VALUE else None


def expects_number(config: Mapping[str, Any]) -> bool:
    """Say whether a sensor must give numbers (Home Assistant's ``_numeric_state_expected``)."""
    kind = config.get("device_class")
    if kind in WORDS:
        return False
    said = ("state_class", "unit_of_measurement", "suggested_display_precision")
    return kind is not None or any(config.get(option) is not None for option in said)


def of_sensor(config: Mapping[str, Any]) -> Understanding:
    """Read a sensor: a number, one of its options, an instant, or any word."""
    if expects_number(config):
        return number
    kind = config.get("device_class")
    if kind in {"timestamp", "date"}:
        return _instant if kind == "timestamp" else _date
    options = config.get("options")
    allowed = None if options is None else frozenset(options)

    def word(text: str) -> Understood | None:
        if text == NONE:
            return UNKNOWN
        if allowed is not None and text not in allowed:
            return None
        return _word(text)

    return word


def of_binary_sensor(config: Mapping[str, Any]) -> Understanding:
    """Read an entity that is on or off."""
    meanings = {NONE: UNKNOWN, config.get("payload_off", "OFF"): OFF, config.get("payload_on", "ON"): ON}
    return lambda text: meanings.get(text) if text.strip() else None


def of_switch(config: Mapping[str, Any]) -> Understanding:
    """Read what can be switched; its states may have other words than its commands."""
    on = config.get("state_on") or config.get("payload_on", "ON")
    off = config.get("state_off") or config.get("payload_off", "OFF")
    return {on: ON, off: OFF, NONE: UNKNOWN}.get


def of_number(config: Mapping[str, Any]) -> Understanding:
    """Read a number that can be set; one outside its range is none."""
    reset, least, most = config.get("payload_reset", NONE), config.get("min", 0.0), config.get("max", 100.0)

    def within(text: str) -> Understood | None:
        if text == reset:
            return UNKNOWN
        read = None if text == NONE else number(text)
        return read if read and read[0] is not None and least <= read[0] <= most else None

    return within


def of_climate(_config: Mapping[str, Any]) -> Understanding:
    """Read the temperature a room's climate is set to."""
    return number


def of_event(config: Mapping[str, Any]) -> Understanding:
    """Read one happening: a JSON object with an ``event_type`` that was announced."""
    kinds = frozenset(config["event_types"])

    def happening(text: str) -> Understood | None:
        try:
            kind = str(read_object(text)["event_type"])
        except (ValueError, KeyError):
            return None
        return (None, kind) if kind in kinds else None

    return happening


def of_trigger(config: Mapping[str, Any]) -> Understanding:
    """Read a press: any message where no payload was announced, else that one. Its word is ``<type> <subtype>``."""
    wanted = config.get("payload")
    word = f"{config['type']} {config['subtype']}"
    return lambda text: (None, word) if not wanted or text == wanted else None


def of_tag(_config: Mapping[str, Any]) -> Understanding:
    """Read the id of a badge or tag."""
    return lambda text: _word(text.strip()) if text.strip() else None


def of_update(_config: Mapping[str, Any]) -> Understanding:
    """Read the version that is installed, from JSON or as plain text."""

    def version(text: str) -> Understood | None:
        if not text or text == "{}":
            return None
        try:
            read = read_json(text)
        except ValueError:
            return _word(text)
        if not isinstance(read, dict):
            return _word(text)
        installed = read.get("installed_version")
        return None if installed is None or isinstance(installed, list | dict) else _word(str(installed))

    return version


def _word(text: str) -> Understood | None:
    """Return a word that any database takes: not too long, no NUL, no half of a surrogate pair."""
    if len(text) > STATE_CHARACTERS or "\0" in text:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return None, text


def _instant(text: str) -> Understood | None:
    """Read a date and time; one that names no zone could be any and is none."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return UNKNOWN
    return None if instant.tzinfo is None else (None, instant.isoformat())


def _date(text: str) -> Understood | None:
    try:
        return (None, datetime.fromisoformat(text).date().isoformat())
    except ValueError:
        return UNKNOWN


UNDERSTANDING: Mapping[str, Callable[[Mapping[str, Any]], Understanding]] = {
    "sensor": of_sensor,
    "binary_sensor": of_binary_sensor,
    "switch": of_switch,
    "number": of_number,
    "climate": of_climate,
    "event": of_event,
    "device_automation": of_trigger,
    "tag": of_tag,
    "update": of_update,
}
"""How each component that gives values is read; a ``button`` gives none."""

HAPPENINGS = frozenset({"event", "device_automation", "tag"})
"""Components whose messages are happenings: one that the broker had kept did not happen now."""

KEEPS_ON_ERROR = frozenset({"sensor", "event", "device_automation", "tag", "update"})
"""Components that drop a message whose template failed; the others read the bare payload instead, as Home Assistant."""
