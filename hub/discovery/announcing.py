"""One announcing message read as Home Assistant reads it (``reference/iot-conventions.md`` 1.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hub.discovery.device import described, read_device, read_origin
from hub.discovery.errors import Unusable
from hub.discovery.expanding import expand, fill_in_base
from hub.discovery.json_text import read_object
from hub.discovery.limits import ANNOUNCEMENT_BYTES, ENTITIES
from hub.discovery.options import AVAILABILITY, COMPONENTS, ENTITY, SHARED, read_options
from hub.discovery.points import points_of
from hub.discovery.rules import check_together
from hub.discovery.topics import DEVICE, Place, read_place
from hub.domain.announcements import AnnouncedDevice, AnnouncedPoint, Announcement
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
    device, points = (_whole_device if place.component == DEVICE else _one_entity)(place, said)
    if any(point.quantity is Quantity.BATTERY or _runs_low(point) for point in points):
        device = replace(device, supply=Supply.BATTERY)
    return Announcement(topic=topic, device=device, points=points)


def _hands_over(said: Mapping[str, Any]) -> bool:
    for option in ("migr_discvry", "migrate_discovery"):
        if option in said:
            if said[option] is not True or len(said) > 1:
                raise Unusable("value", "migrate_discovery stands alone and is true", "migrate_discovery")
            return True
    return False


def _one_entity(place: Place, said: dict[str, Any]) -> tuple[AnnouncedDevice, tuple[AnnouncedPoint, ...]]:
    if "origin" in said:
        try:
            read_origin(said["origin"])
        except Unusable as unusable:
            raise unusable.within("origin") from unusable
    config = _entity(place.component, said)
    points = tuple(points_of(place.component, place.path, config))
    if "device" in config:
        return described(config["device"]), points
    identity = f"node:{place.node}" if place.node else f"entity:{place.component}/{place.object}"
    return AnnouncedDevice(identity=identity, name=place.node or points[0].name), points


def _whole_device(place: Place, said: dict[str, Any]) -> tuple[AnnouncedDevice, tuple[AnnouncedPoint, ...]]:
    for option in ("device", "origin", "components"):
        if option not in said:
            raise Unusable("required", "a message for a whole device must have it", option)
    try:
        device = read_device(said["device"])
    except Unusable as unusable:
        raise unusable.within("device") from unusable
    try:
        read_origin(said["origin"])
    except Unusable as unusable:
        raise unusable.within("origin") from unusable
    read_options({option: said[option] for option in said if option in SHARED}, AVAILABILITY)
    points = tuple(_components(place, said))
    return described(device), points


def _components(place: Place, said: dict[str, Any]) -> Iterator[AnnouncedPoint]:
    components = said["components"]
    if not isinstance(components, dict):
        raise Unusable("value", "an object was expected", "components")
    if len(components) > ENTITIES:
        raise Unusable("too_many", f"a device may have {ENTITIES} entities, here are {len(components)}", "components")
    shared = {option: said[option] for option in SHARED if option in said}
    for key, component in components.items():
        if not isinstance(component, dict) or not isinstance(component.get("platform"), str):
            raise Unusable("required", "each component must name its platform", f"components.{key}.platform")
        kind = component.pop("platform")
        if not component:
            continue
        try:
            config = _entity(kind, shared | component)
        except Unusable as unusable:
            raise unusable.within(f"components.{key}") from unusable
        yield from points_of(kind, f"{place.path}/{key}", config)


def _entity(component: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return the checked options of one entity. Raises Unusable."""
    fill_in_base(said)
    known, needed = COMPONENTS.get(component, (ENTITY, ()))
    config = read_options(said, known, needed)
    check_together(component, config)
    return config


def _runs_low(point: AnnouncedPoint) -> bool:
    return point.component == "binary_sensor" and point.config.get("device_class") == "battery"
