"""Who announces itself: ``device`` and ``origin`` (``reference/iot-conventions.md`` 1.2, step 7)."""

from collections.abc import Mapping
from typing import Any

from hub.discovery import checks
from hub.discovery.errors import Unusable
from hub.domain.announcements import AnnouncedDevice

_PAIR = 2


def _connection(said: object) -> list[str]:
    if not isinstance(said, list) or len(said) < _PAIR:
        raise Unusable("value", 'a connection is a pair, as in ["mac", "b8:27:eb:00:00:07"]')
    return [checks.identity(part) for part in said]


DEVICE: Mapping[str, checks.Check] = {
    "identifiers": checks.list_of(checks.identity),
    "connections": checks.list_of(_connection),
    "manufacturer": checks.name,
    "model": checks.name,
    "model_id": checks.name,
    "name": checks.name,
    "hw_version": checks.name,
    "serial_number": checks.name,
    "sw_version": checks.name,
    "via_device": checks.identity,
    "via_hub": checks.identity,
    "suggested_area": checks.name,
    "configuration_url": checks.configuration_address,
}
ORIGIN: Mapping[str, checks.Check] = {
    "name": checks.name,
    "sw_version": checks.name,
    "support_url": checks.configuration_address,
}


def read_device(said: object) -> dict[str, Any]:
    """Return the options of ``device``. Raises Unusable."""
    device = _read_all(said, DEVICE)
    device["identifiers"] = [identifier for identifier in device.get("identifiers", ()) if identifier.strip()]
    if not device.get("identifiers") and not device.get("connections"):
        raise Unusable("required", "a device needs at least one of identifiers and connections")
    return device


def read_origin(said: object) -> dict[str, Any]:
    """Return the options of ``origin``. Raises Unusable."""
    origin = _read_all(said, ORIGIN)
    if "name" not in origin:
        raise Unusable("required", "the software that announces must give its name", "name")
    return origin


def described(device: Mapping[str, Any]) -> AnnouncedDevice:
    """Return what a checked ``device`` says, in our words."""
    identifiers = device.get("identifiers") or [":".join(device["connections"][0]).lower()]
    return AnnouncedDevice(
        identity=identifiers[0],
        name=device.get("name", ""),
        maker=device.get("manufacturer", ""),
        model=device.get("model", "") or device.get("model_id", ""),
        software=device.get("sw_version", ""),
        area=device.get("suggested_area", ""),
        via=device.get("via_device", "") or device.get("via_hub", ""),
    )


def _read_all(said: object, known: Mapping[str, checks.Check]) -> dict[str, Any]:
    """Return the known options, checked. Raises Unusable.

    Home Assistant refuses unknown ones here; the hub leaves them out, since each of its releases knows some more.
    """
    if not isinstance(said, dict):
        raise Unusable("value", "an object was expected")
    read: dict[str, Any] = {}
    for key, value in said.items():
        try:
            if key in known:
                read[key] = known[key](value)
        except Unusable as unusable:
            raise unusable.within(key) from unusable
    return read
