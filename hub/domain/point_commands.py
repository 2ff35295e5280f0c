"""Telling another maker's device what to be, and seeing by its own report whether it is. Pure."""

from datetime import datetime, timedelta

from hub.domain.field_devices import Point
from hub.domain.readings import Quality, Reading

SET = "set"
"""The kind of command that sets a point; ``parameters`` are ``point`` (its id) and ``value``."""

WITHIN = timedelta(seconds=10)
"""A device that has not reported by then what it was told to be has not obeyed."""

ON, OFF = "on", "off"
NEAR = 0.05

_TOPIC = {"switch": "command_topic", "number": "command_topic", "climate": "temperature_command_topic"}


def command_topic(point: Point) -> str:
    """Return where a point is told what to be; empty where it cannot be told anything that it reports."""
    topic = point.config.get(_TOPIC.get(point.component, ""), "")
    return topic if isinstance(topic, str) else ""


def fits(point: Point, value: float | str) -> bool:
    """Say whether a point can be what is wanted: ``on`` or ``off`` for a switch, else a number."""
    return value in {ON, OFF} if point.component == "switch" else not isinstance(value, str)


def obeyed(value: float | str, reading: Reading | None, since: datetime) -> bool:
    """Say whether a device reports, live and since it was told, what it was told to be."""
    if reading is None or reading.quality is not Quality.LIVE or reading.at < since:
        return False
    if isinstance(value, str):
        return reading.text == value
    return reading.value is not None and abs(reading.value - value) < NEAR
