"""Writes how a device of ours announces itself: Home Assistant's MQTT discovery, one retained message for a device.

The form is ``reference/iot-conventions.md`` 1.2 and 1.8. Values come from the topics we have anyway (``tele``,
``state``), picked out by value templates. Pure: the caller publishes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from devices.contract.envelope import MAX_BYTES
from devices.contract.topics import DISCOVERY, Leaf, announcement, hub_state, topic

ORIGIN = "yingbin"
_THERE = "{{ 'online' if value_json.status == 'online' else 'offline' }}"  # a clean stop (``stopping``) is away too


class TooLarge(ValueError):
    """A device has more to announce than fits into one message."""


class Component(StrEnum):
    """The kinds of Home Assistant entity that our devices have."""

    SENSOR = "sensor"
    BINARY_SENSOR = "binary_sensor"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One value of a device, or one thing that happens there.

    ``key`` is unique within the device and the name of its reading, unless ``template`` picks the value (Jinja, from
    the JSON of ``leaf``). A ``binary_sensor`` is ``on`` or ``off``. ``device_class``, ``unit`` and ``state_class`` are
    Home Assistant's words. ``options`` are the words a sensor may say, or the types of an event. Without a value for
    ``expires_s`` seconds the last one is old. ``diagnostic`` is about the device and not about its room.
    ``always``: it can be read also while the device is away.
    """

    key: str
    name: str
    component: Component = Component.SENSOR
    device_class: str = ""
    unit: str = ""
    state_class: str = ""
    options: tuple[str, ...] = ()
    expires_s: int = 0
    leaf: Leaf = Leaf.TELE
    template: str = ""
    diagnostic: bool = False
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Nameplate:
    """What a device says it is. ``area`` is the room it suggests, in words."""

    site: str
    device: str
    name: str
    model: str
    software: str
    area: str = ""


ONLINE = Entity(
    key="online",
    name="Online",
    component=Component.BINARY_SENSOR,
    device_class="connectivity",
    leaf=Leaf.STATE,
    template="{{ 'on' if value_json.status == 'online' else 'off' }}",
    diagnostic=True,
    always=True,
)
"""Whether a device of ours is there at all; each has this one."""


def announce(
    plate: Nameplate, entities: Sequence[Entity], *, gone: Mapping[str, str] | None = None, prefix: str = DISCOVERY
) -> tuple[str, bytes]:
    """Return the topic and the payload, to be published retained.

    ``gone`` are keys that an earlier announcement had, with their component: naming them with nothing else removes
    them. Raises TooLarge above 16 KiB, and ValueError for a key that stands twice.
    """
    keys = [entity.key for entity in entities]
    if len(set(keys)) < len(keys):
        raise ValueError(f"{plate.device}: a point stands twice among {', '.join(sorted(keys))}")
    components: dict[str, object] = {entity.key: _component(plate, entity) for entity in entities}
    components |= {key: {"p": component} for key, component in (gone or {}).items() if key not in components}
    device = {"ids": [plate.device], "name": plate.name, "mf": "Yingbin", "mdl": plate.model, "sw": plate.software}
    message = {
        "dev": device | ({"sa": plate.area} if plate.area else {}),
        "o": {"name": ORIGIN, "sw": plate.software},
        "avty": [_there(hub_state(plate.site)), _there(topic(plate.site, plate.device, Leaf.STATE))],
        "avty_mode": "all",
        "cmps": components,
    }
    payload = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    if len(payload) > MAX_BYTES:
        raise TooLarge(f"{plate.device} announces {len(payload)} bytes, at most {MAX_BYTES} go: give it fewer points")
    return announcement(plate.device, prefix), payload


def no_longer(before: bytes, entities: Sequence[Entity]) -> dict[str, str]:
    """Return what an earlier announcement of ours had and these are not: key and component, for ``announce``.

    What cannot be read was no announcement of ours, and gives nothing.
    """
    try:
        found: Any = json.loads(before)
        components = found["cmps"].items()
        earlier = {str(key): Component(config["p"]).value for key, config in components}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    keys = {entity.key for entity in entities}
    return {key: component for key, component in earlier.items() if key not in keys}


def _there(where: str) -> dict[str, str]:
    return {"t": where, "val_tpl": _THERE}


def _component(plate: Nameplate, entity: Entity) -> dict[str, object]:
    found: dict[str, object] = {
        "p": entity.component.value,
        "uniq_id": f"{plate.device}_{entity.key}",
        "name": entity.name,
        "stat_t": topic(plate.site, plate.device, entity.leaf),
        "val_tpl": entity.template or f"{{{{ value_json.readings['{entity.key}'] }}}}",
    }
    optional = {
        "dev_cla": entity.device_class,
        "unit_of_meas": entity.unit,
        "stat_cla": entity.state_class,
        "exp_aft": entity.expires_s,
        "ent_cat": "diagnostic" if entity.diagnostic else "",
    }
    found |= {name: value for name, value in optional.items() if value}
    if entity.component is Component.BINARY_SENSOR:
        found |= {"pl_on": "on", "pl_off": "off"}
    if entity.options:
        found["evt_typ" if entity.component is Component.EVENT else "ops"] = list(entity.options)
    if entity.always:
        found["avty"] = []  # its own word, which says away: not the device's, which would hide it
    return found
