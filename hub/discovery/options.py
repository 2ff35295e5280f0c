"""What each component may say, and must (Home Assistant 2026.2.3, the schemas in ``components/mqtt/*.py``).

A component that is not here is known and not used: its entity appears on the device's page and nothing listens to it.
"""

from collections.abc import Mapping
from typing import Any

from hub.discovery import checks
from hub.discovery.checks import Check
from hub.discovery.device import read_device, read_origin
from hub.discovery.device_classes import BINARY, FREE, UNITS, WORDS
from hub.discovery.errors import Unusable

SHARED = (
    "availability",
    "availability_mode",
    "availability_template",
    "availability_topic",
    "command_topic",
    "payload_available",
    "payload_not_available",
    "state_topic",
)
"""Options that a message for a whole device may give for all its components."""

NO_ENTITIES = frozenset({"tag", "device_automation"})
"""Components that are no entities: they have no ``unique_id``, and no availability."""

BASE_OPTIONS: dict[str, Check] = {"qos": checks.quality_of_service, "encoding": checks.encoding}
"""What every component may say."""
_HEARD: dict[str, Check] = {"state_topic": checks.topic, "value_template": checks.template}
_ORDERED: dict[str, Check] = {
    "command_topic": checks.topic,
    "command_template": checks.template,
    "optimistic": checks.truth,
    "retain": checks.truth,
}


def _availability_entry(said: object) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise Unusable("value", "an object with a topic was expected")
    entry = read_options(said, _AVAILABILITY_ENTRY, ("topic",))
    return {"payload_available": "online", "payload_not_available": "offline"} | entry


_AVAILABILITY_ENTRY: dict[str, Check] = {
    "topic": checks.topic,
    "payload_available": checks.text,
    "payload_not_available": checks.text,
    "value_template": checks.template,
}
AVAILABILITY: dict[str, Check] = {
    "availability": checks.list_of(_availability_entry),
    "availability_mode": checks.one_of({"all", "any", "latest"}),
    "availability_topic": checks.topic,
    "availability_template": checks.template,
    "payload_available": checks.text,
    "payload_not_available": checks.text,
}
ENTITY: dict[str, Check] = {
    **BASE_OPTIONS,
    **AVAILABILITY,
    "device": read_device,
    "origin": read_origin,
    "name": checks.maybe(checks.name),
    "unique_id": checks.identity,
    "object_id": checks.name,
    "default_entity_id": checks.name,
    "enabled_by_default": checks.truth,
    "entity_category": checks.one_of({"config", "diagnostic"}),
    "entity_picture": checks.web_address,
    "icon": checks.icon,
    "json_attributes_topic": checks.topic,
    "json_attributes_template": checks.template,
}
"""What every entity may say."""

_SENSOR_CLASSES = frozenset(UNITS) | FREE
_TRIGGERS = frozenset({"trigger"})

COMPONENTS: Mapping[str, tuple[Mapping[str, Check], tuple[str, ...]]] = {
    "sensor": (
        ENTITY
        | _HEARD
        | {
            "device_class": checks.maybe(checks.one_of(_SENSOR_CLASSES, lower=True)),
            "state_class": checks.maybe(
                checks.one_of({"measurement", "measurement_angle", "total", "total_increasing"}, lower=True)
            ),
            "unit_of_measurement": checks.maybe(checks.name),
            "options": checks.list_of(checks.text),
            "expire_after": checks.seconds,
            "force_update": checks.truth,
            "last_reset_value_template": checks.template,
            "suggested_display_precision": checks.count,
        },
        ("state_topic",),
    ),
    "binary_sensor": (
        ENTITY
        | _HEARD
        | {
            "device_class": checks.maybe(checks.one_of(BINARY, lower=True)),
            "expire_after": checks.seconds,
            "force_update": checks.truth,
            "off_delay": checks.seconds,
            "payload_on": checks.text,
            "payload_off": checks.text,
        },
        ("state_topic",),
    ),
    "event": (
        ENTITY
        | _HEARD
        | {
            "device_class": checks.one_of({"button", "doorbell", "motion"}, lower=True),
            "event_types": checks.list_of(checks.text),
        },
        ("state_topic", "event_types"),
    ),
    "switch": (
        ENTITY
        | _HEARD
        | _ORDERED
        | {
            "device_class": checks.maybe(checks.one_of({"outlet", "switch"}, lower=True)),
            "payload_on": checks.text,
            "payload_off": checks.text,
            "state_on": checks.text,
            "state_off": checks.text,
        },
        ("command_topic",),
    ),
    "button": (
        ENTITY
        | {
            "command_topic": checks.topic,
            "command_template": checks.template,
            "device_class": checks.maybe(checks.one_of({"identify", "restart", "update"}, lower=True)),
            "payload_press": checks.text,
            "retain": checks.truth,
        },
        ("command_topic",),
    ),
    "number": (
        ENTITY
        | _HEARD
        | _ORDERED
        | {
            "device_class": checks.maybe(checks.one_of(_SENSOR_CLASSES - WORDS, lower=True)),
            "unit_of_measurement": checks.maybe(checks.name),
            "min": checks.number,
            "max": checks.number,
            "step": checks.number,
            "mode": checks.one_of({"auto", "box", "slider"}),
            "payload_reset": checks.text,
        },
        ("command_topic",),
    ),
    "update": (
        ENTITY
        | _HEARD
        | {
            "command_topic": checks.topic,
            "device_class": checks.maybe(checks.one_of({"firmware"}, lower=True)),
            "display_precision": checks.count,
            "latest_version_topic": checks.topic,
            "latest_version_template": checks.template,
            "payload_install": checks.text,
            "release_summary": checks.text,
            "release_url": checks.text,
            "retain": checks.truth,
            "title": checks.name,
        },
        ("state_topic",),
    ),
    "climate": (
        ENTITY
        | {
            "current_temperature_topic": checks.topic,
            "current_temperature_template": checks.template,
            "temperature_state_topic": checks.topic,
            "temperature_state_template": checks.template,
            "temperature_command_topic": checks.topic,
            "temperature_command_template": checks.template,
            "temperature_unit": checks.one_of({"C", "F"}),
            "min_temp": checks.number,
            "max_temp": checks.number,
            "temp_step": checks.number,
            "initial": checks.number,
            "precision": checks.one_number_of(0.1, 0.5, 1),
            "mode_state_topic": checks.topic,
            "mode_state_template": checks.template,
            "mode_command_topic": checks.topic,
            "mode_command_template": checks.template,
            "value_template": checks.template,
            "modes": checks.list_of(checks.name),
            "optimistic": checks.truth,
            "payload_on": checks.text,
            "payload_off": checks.text,
            "retain": checks.truth,
        },
        (),
    ),
    "tag": (
        BASE_OPTIONS | {"device": read_device, "topic": checks.topic, "value_template": checks.template},
        ("topic",),
    ),
    "device_automation": (
        BASE_OPTIONS
        | {
            "automation_type": checks.one_of(_TRIGGERS),
            "device": read_device,
            "payload": checks.maybe(checks.text),
            "subtype": checks.name,
            "topic": checks.topic,
            "type": checks.name,
            "value_template": checks.maybe(checks.template),
        },
        ("automation_type", "device", "subtype", "topic", "type"),
    ),
}


def read_options(said: Mapping[str, Any], known: Mapping[str, Check], needed: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the known options, checked; unknown ones are left out. Raises Unusable."""
    read: dict[str, Any] = {}
    for key, value in said.items():
        if key not in known:
            continue
        try:
            read[key] = known[key](value)
        except Unusable as unusable:
            raise unusable.within(key) from unusable
    for key in needed:
        if key not in read:
            raise Unusable("required", "it is required here", key)
    if "availability" in read and "availability_topic" in read:
        raise Unusable("value", "give availability or availability_topic, not both", "availability")
    return read
