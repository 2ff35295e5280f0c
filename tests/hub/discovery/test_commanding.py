"""What a device is sent so that it becomes what is wanted."""

from typing import Any

import pytest

from hub.discovery import Order, Unusable, write_order

SWITCH: dict[str, Any] = {"command_topic": "plug/set"}
CLIMATE: dict[str, Any] = {"temperature_command_topic": "ac/set"}


@pytest.mark.parametrize(
    ("component", "config", "value", "order"),
    [
        ("switch", SWITCH, "on", Order("plug/set", b"ON")),
        ("switch", SWITCH, "off", Order("plug/set", b"OFF")),
        (
            "switch",
            SWITCH | {"payload_off": "0", "qos": 1, "retain": True},
            "off",
            Order("plug/set", b"0", 1, retain=True),
        ),
        (
            "switch",
            SWITCH | {"command_template": '{"state":"{{ value }}"}'},
            "on",
            Order("plug/set", b'{"state":"ON"}'),
        ),
        ("number", SWITCH, 24.0, Order("plug/set", b"24")),
        ("number", SWITCH, 23.5, Order("plug/set", b"23.5")),
        ("climate", CLIMATE, 75.2, Order("ac/set", b"75.2")),
        (
            "climate",
            CLIMATE | {"temperature_command_template": "{{ (value * 10) | int }}"},
            24.5,
            Order("ac/set", b"245"),
        ),
    ],
)
def test_an_order_is_written_as_the_announcement_says(
    component: str, config: dict[str, Any], value: float | str, order: Order
) -> None:
    """Home Assistant's default words, its templates with the value as a number, retained only where asked for."""
    assert write_order(component, config, value) == order


@pytest.mark.parametrize(
    ("component", "config", "value", "reason"),
    [
        ("switch", {}, "on", "no_command"),
        ("switch", SWITCH, "toggle", "no_command"),
        ("number", SWITCH, "on", "no_command"),
        ("sensor", SWITCH, 1.0, "no_command"),
        ("climate", SWITCH, 24.0, "no_command"),
        ("number", SWITCH | {"command_template": "{{ value.x.y.z() }}"}, 1.0, "template"),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_reason(
    component: str, config: dict[str, Any], value: float | str, reason: str
) -> None:
    """And nothing is sent."""
    with pytest.raises(Unusable) as refused:
        write_order(component, config, value)
    assert refused.value.reason == reason
