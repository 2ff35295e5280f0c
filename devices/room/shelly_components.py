"""The components of a Shelly Gen2+ device, and what each field of their status is in Home Assistant's words.

Source: shelly-api-docs (components' status), and real status messages as owners quote them in issues.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from devices.room.foreign import is_number, is_object

_NUMBER = re.compile("[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Field:
    """One value in a component's status: its place, its name and what it is.

    ``binary`` fields are true or false. ``inner`` says that it is about the device and not about its room.
    """

    place: tuple[str, ...]
    name: str
    device_class: str = ""
    unit: str = ""
    state_class: str = "measurement"
    binary: bool = False
    inner: bool = False


def _number(place: str, name: str, device_class: str, unit: str = "", *, inner: bool = False) -> Field:
    return Field(tuple(place.split(".")), name, device_class, unit, inner=inner)


def _total(place: str, name: str) -> Field:
    return Field(tuple(place.split(".")), name, "energy", "Wh", "total_increasing")


def _truth(place: str, name: str, device_class: str, *, inner: bool = False) -> Field:
    return Field(tuple(place.split(".")), name, device_class, binary=True, inner=inner)


_METER = (
    _number("apower", "power", "power", "W"),
    _number("voltage", "voltage", "voltage", "V"),
    _number("current", "current", "current", "A"),
    _number("freq", "frequency", "frequency", "Hz"),
    _number("pf", "power factor", "power_factor"),
    _total("aenergy.total", "energy"),
    _total("ret_aenergy.total", "energy returned"),
    _number("temperature.tC", "device temperature", "temperature", "°C", inner=True),
)
_PHASE = (
    ("voltage", "voltage", "voltage", "V"),
    ("current", "current", "current", "A"),
    ("act_power", "power", "power", "W"),
    ("aprt_power", "apparent power", "apparent_power", "VA"),
    ("pf", "power factor", "power_factor", ""),
    ("freq", "frequency", "frequency", "Hz"),
)
KINDS: Mapping[str, tuple[Field, ...]] = {
    "switch": _METER,
    "light": (*_METER, _number("brightness", "brightness", "", "%")),
    "cover": (*_METER, _number("current_pos", "position", "", "%")),
    "pm1": _METER,
    "em": (
        *(_number(f"{p}_{key}", f"phase {p} {name}", cls, unit) for p in "abc" for key, name, cls, unit in _PHASE),
        _number("n_current", "neutral current", "current", "A"),
        _number("total_current", "total current", "current", "A"),
        _number("total_act_power", "total power", "power", "W"),
        _number("total_aprt_power", "total apparent power", "apparent_power", "VA"),
    ),
    "em1": tuple(_number(*phase) for phase in _PHASE),
    "emdata": (_total("total_act", "total energy"), _total("total_act_ret", "total energy returned")),
    "em1data": (_total("total_act_energy", "energy"), _total("total_act_ret_energy", "energy returned")),
    "temperature": (_number("tC", "", "temperature", "°C"),),
    "humidity": (_number("rh", "", "humidity", "%"),),
    "illuminance": (_number("lux", "", "illuminance", "lx"),),
    "voltmeter": (_number("voltage", "", "voltage", "V"),),
    "input": (_truth("state", "", ""), _number("percent", "share", "", "%"), _number("counts.total", "count", "")),
    "smoke": (_truth("alarm", "", "smoke"),),
    "flood": (_truth("alarm", "", "moisture"),),
    "presencezone": (_truth("value", "", "occupancy"), _number("num_objects", "people", "")),
    "devicepower": (
        _number("battery.percent", "battery", "battery", "%", inner=True),
        _number("battery.V", "battery voltage", "voltage", "V", inner=True),
        _truth("external.present", "external power", "plug", inner=True),
    ),
    "wifi": (_number("rssi", "signal", "signal_strength", "dBm", inner=True),),
    "sys": (
        _number("uptime", "uptime", "duration", "s", inner=True),
        _truth("restart_required", "restart required", "problem", inner=True),
    ),
}
"""What is made of each kind of component; other kinds (``ble``, ``cloud``, ``script``…) are not about a room."""
SWITCHED = frozenset({"switch", "light"})
"""Kinds with an ``output`` that ``command/<component>`` turns ``on`` and ``off``."""
FAILING = frozenset({"switch", "light", "cover", "pm1", "em", "em1", "temperature", "humidity", "devicepower"})
"""Kinds whose whole status lists ``errors`` while there are any."""
PRESSES = ("btn_down", "btn_up", "single_push", "double_push", "triple_push", "long_push")
"""What a button at an input may say."""


def kind_of(component: str) -> str:
    """Return the kind of a component: ``switch`` for ``switch:0``."""
    return component.partition(":")[0]


def is_status(component: str, body: Mapping[str, object]) -> bool:
    """Say whether this can be the status of that component: one with a number repeats it as its ``id``."""
    kind, _, number = component.partition(":")
    return kind in KINDS and (not number or (_NUMBER.fullmatch(number) is not None and body.get("id") == int(number)))


def fields_in(component: str, body: Mapping[str, object]) -> Iterator[Field]:
    """Return the known fields that a status has; one that is null is there, it does not know its value."""
    for field in KINDS.get(kind_of(component), ()):
        found: object = body
        for step in field.place:
            found = found.get(step, Ellipsis) if is_object(found) else Ellipsis
        if isinstance(found, bool) if field.binary else is_number(found) or (found is None and not field.inner):
            yield field
