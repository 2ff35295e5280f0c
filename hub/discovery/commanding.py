"""What to send so that an entity becomes what is wanted, as its announcement says; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.discovery.errors import Unusable
from hub.discovery.templates import Unrendered, compiled


@dataclass(frozen=True, slots=True)
class Order:
    """One message to a device: where, what, how surely, and whether the broker is to keep it for the device."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


def write_order(component: str, config: Mapping[str, Any], value: float | str) -> Order:
    """Write the command that makes an entity ``value``: ``on`` or ``off`` for a switch, else a number in its own unit.

    Retained only where the announcement asks for it: ghosts of old commands switch things (Tasmota's own warning).
    Raises Unusable where it takes no such command, or its template gives none.
    """
    stem = "temperature_command" if component == "climate" else "command"
    topic = config.get(f"{stem}_topic")
    if not isinstance(topic, str) or component not in {"switch", "number", "climate"}:
        raise Unusable("no_command", f"a {component} without a command topic cannot be told anything", f"{stem}_topic")
    made = _word(config, value) if component == "switch" else _number(value)
    text = str(made)
    if template := config.get(f"{stem}_template"):
        try:
            text = compiled(template).render_value(made)
        except Unrendered as failed:
            raise Unusable("template", "this template makes nothing of a command", f"{stem}_template") from failed
    qos = config.get("qos", 0)
    return Order(topic, text.encode(), qos if qos in {0, 1, 2} else 0, config.get("retain") is True)


def _word(config: Mapping[str, Any], value: float | str) -> str:
    words = {"on": config.get("payload_on", "ON"), "off": config.get("payload_off", "OFF")}
    if value not in words:
        raise Unusable("no_command", f"a switch can be on or off, not {value!r}", "value")
    return str(words[value])


def _number(value: float | str) -> float | int:
    if isinstance(value, str):
        raise Unusable("no_command", f"{value!r} is no number", "value")
    return int(value) if value == int(value) else round(value, 3)
