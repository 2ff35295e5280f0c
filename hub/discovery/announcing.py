"""One announcing message read as Home Assistant reads it (``reference/iot-conventions.md`` 1.2)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hub.discovery import checks
from hub.discovery.device import described, read_device, read_origin
from hub.discovery.errors import Unusable
from hub.discovery.expanding import BASE, expand, fill_in_base
from hub.discovery.json_text import read_object
from hub.discovery.limits import ANNOUNCEMENT_BYTES, ENTITIES, TEMPLATES_CHARACTERS
from hub.discovery.options import AVAILABILITY, BASE_OPTIONS, COMPONENTS, ENTITY, NO_ENTITIES, SHARED, read_options
from hub.discovery.points import points_of
from hub.discovery.rules import check_together
from hub.discovery.topics import DEVICE, Place, read_place
from hub.domain.announcements import AnnouncedDevice, AnnouncedPoint, Announcement, EntityFault
from hub.domain.field_devices import Quantity, Supply


def read_announcement(topic: str, payload: bytes, prefix: str) -> Announcement:
    """Return what a message on an announcing topic says; ``prefix`` is where all announcing topics begin.

    Without device and points it is withdrawn. Raises Unusable.
    """
    place = read_place(topic, prefix)
    if not payload:
        return Announcement(topic=topic)
    if len(payload) > ANNOUNCEMENT_BYTES:
        raise Unusable("too_long", f"an announcement may have {ANNOUNCEMENT_BYTES} bytes, this one has {len(payload)}")
    try:
        said = read_object(payload.decode())
    except ValueError as error:
        raise Unusable("json", f"it must be a JSON object in UTF-8: {str(error)[:200]}") from error
    if _hands_over(said):
        return Announcement(topic=topic, hands_over=True)
    expand(said)
    if _template_characters(said) > TEMPLATES_CHARACTERS:
        raise Unusable("too_long", f"all templates together may have {TEMPLATES_CHARACTERS} characters")
    return _whole_device(place, said) if place.component == DEVICE else _one_entity(place, said)


def _template_characters(said: object) -> int:
    """Return how long all templates are together: to compile them takes its time."""
    if isinstance(said, list):
        return sum(map(_template_characters, said))
    if not isinstance(said, dict):
        return 0
    own = sum(len(text) for key, text in said.items() if key.endswith("template") and isinstance(text, str))
    return own + sum(map(_template_characters, said.values()))


def _hands_over(said: Mapping[str, Any]) -> bool:
    for option in ("migr_discvry", "migrate_discovery"):
        if option in said:
            if said[option] is not True or len(said) > 1:
                raise Unusable("value", "migrate_discovery stands alone and is true", "migrate_discovery")
            return True
    return False


def _one_entity(place: Place, said: dict[str, Any]) -> Announcement:
    _within("origin", read_origin, said)
    config = _entity(place.component, said)
    points = tuple(points_of(place.component, place.path, config))
    if "device" in config:
        return _announced(place, described(config["device"]), points)
    identity = f"node:{place.node}" if place.node else f"entity:{place.component}/{place.object}"
    return _announced(place, AnnouncedDevice(identity=identity, name=place.node or points[0].name), points)


def _whole_device(place: Place, said: dict[str, Any]) -> Announcement:
    for option in ("device", "origin", "components"):
        if option not in said:
            raise Unusable("required", "a message for a whole device must have it", option)
    device = _within("device", read_device, said)
    _within("origin", read_origin, said)
    base = {BASE: said[BASE]} if BASE in said else {}
    fill_in_base(said)
    shared = {option: said[option] for option in SHARED if option in said}
    read_options(said, _FOR_ALL)
    points: list[AnnouncedPoint] = []
    faults: list[Unusable] = []
    for key, component, options in _components(said):
        if not options:
            continue
        try:
            points += points_of(component, f"{place.path}/{key}", _entity(component, base | shared | options))
        except Unusable as unusable:
            faults.append(unusable.within(f"components.{key}"))
    if faults and not points:
        raise faults[0]
    told = tuple(EntityFault(reason=one.reason, detail=one.detail, field=one.field) for one in faults)
    return replace(_announced(place, described(device), tuple(points)), faults=told)


def _components(said: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return key, component and options of each entity; no options: it is removed. Raises Unusable."""
    components = said["components"]
    if not isinstance(components, dict):
        raise Unusable("value", "an object was expected", "components")
    if len(components) > ENTITIES:
        raise Unusable("too_many", f"a device may have {ENTITIES} entities, here are {len(components)}", "components")
    read = []
    for key, options in components.items():
        _within("components", checks.identity, {"components": key})
        field = f"components.{key}"
        if not isinstance(options, dict):
            raise Unusable("value", "an object was expected", field)
        component = options.pop("platform", None)
        if not isinstance(component, str) or not _COMPONENT.fullmatch(component):
            raise Unusable("required", "each component must name its platform, as in sensor", f"{field}.platform")
        if options and component not in NO_ENTITIES and "unique_id" not in options:
            raise Unusable("required", "each entity of a device must have it", f"{field}.unique_id")
        read.append((key, component, options))
    return read


def _entity(component: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return the checked options of one entity. Raises Unusable."""
    fill_in_base(said)
    known, needed = COMPONENTS.get(component, (ENTITY, ()))
    config = read_options(said, known, needed)
    check_together(component, config)
    return config


def _announced(place: Place, device: AnnouncedDevice, points: tuple[AnnouncedPoint, ...]) -> Announcement:
    battery = any(point.quantity is Quantity.BATTERY or _tells_low(point) for point in points)
    supply = Supply.BATTERY if battery else Supply.MAINS
    return Announcement(topic=place.topic, device=replace(device, supply=supply), points=points)


def _tells_low(point: AnnouncedPoint) -> bool:
    return point.component == "binary_sensor" and point.config.get("device_class") == "battery"


def _within(option: str, read: Callable[[object], Any], said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what it reads
    """Return an option, checked; empty where it is not there. Raises Unusable."""
    try:
        return read(said[option]) if option in said else {}
    except Unusable as unusable:
        raise unusable.within(option) from unusable


_COMPONENT = re.compile(r"\w{1,32}", re.ASCII)
_FOR_ALL = BASE_OPTIONS | AVAILABILITY | {"state_topic": checks.topic, "command_topic": checks.topic}
