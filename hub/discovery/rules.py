"""What options of one entity must be together (Home Assistant's ``validate_…``); changes spellings in place."""

from collections.abc import Callable, Mapping
from typing import Any

from hub.discovery.device_classes import SPELLINGS, UNITS
from hub.discovery.errors import Unusable


def check_together(component: str, config: dict[str, Any]) -> None:
    """Refuse what cannot stand together. Raises Unusable."""
    rule = _RULES.get(component)
    if rule is not None:
        rule(config)


def _sensor(config: dict[str, Any]) -> None:
    kind, state_class = config.get("device_class"), config.get("state_class")
    if "last_reset_value_template" in config and state_class != "total":
        raise Unusable("value", "it goes with state_class total only", "last_reset_value_template")
    _spell_unit(config)
    unit = config.get("unit_of_measurement")
    if "options" in config:
        if not config["options"]:
            raise Unusable("value", "an empty list is not allowed", "options")
        if kind != "enum" or state_class or unit:
            raise Unusable("value", "options go with device_class enum, without state_class and unit", "options")
    if state_class == "measurement_angle" and unit != "°":
        raise Unusable("value", "state_class measurement_angle goes with the unit ° only", "unit_of_measurement")
    if unit is not None and kind in UNITS and unit not in UNITS[kind]:
        allowed = ", ".join(sorted(map(str, UNITS[kind])))
        raise Unusable("value", f"{unit!r} is no unit of device_class {kind}; use {allowed}", "unit_of_measurement")


def _number(config: dict[str, Any]) -> None:
    _spell_unit(config)
    if config.get("min", 0.0) > config.get("max", 100.0):
        raise Unusable("value", "it must not be less than min", "max")
    if config.get("step", 1.0) < _SMALLEST_STEP:
        raise Unusable("value", f"it must be {_SMALLEST_STEP} or more", "step")


def _spell_unit(config: dict[str, Any]) -> None:
    unit = config.get("unit_of_measurement")
    if unit is None or not unit.strip():
        config.pop("unit_of_measurement", None)
    else:
        config["unit_of_measurement"] = SPELLINGS.get(unit, unit)


_SMALLEST_STEP = 1e-3
_RULES: Mapping[str, Callable[[dict[str, Any]], None]] = {"sensor": _sensor, "number": _number}
