"""Home Assistant's own answers, row by row (``reference/iot-conventions.md`` 1.6).

Two rows are not here: that a second announcement of one ``unique_id`` is left out, and that a value expires, are its
keeper's to see to; what it needs for that (``unique_id``, ``expires_s``) is.
"""

from typing import Any

import pytest

from hub.discovery import PointReader, Said, Unusable
from tests.hub.discovery.said import announce, hear, point, reader

ESPHOME = {
    "dev_cla": "weight",
    "unit_of_meas": "kg",
    "stat_cla": "measurement",
    "name": "Weight",
    "stat_t": "tea_pot_3/sensor/weight/state",
    "avty_t": "tea_pot_3/status",
    "uniq_id": "ESPsensortea_pot_weight",
    "dev": {
        "ids": "b827eb000007",
        "name": "tea-pot-3",
        "sw": "esphome v2026.6.5",
        "mdl": "esp32dev",
        "mf": "espressif",
    },
}
Z2M: dict[str, Any] = {
    "availability": [
        {"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"},
        {"topic": "zigbee2mqtt/window/availability", "value_template": "{{ value_json.state }}"},
    ],
    "availability_mode": "all",
    "device": {"identifiers": ["zigbee2mqtt_0x00158d00018255df"], "name": "window", "via_device": "zigbee2mqtt_bridge"},
    "device_class": "temperature",
    "state_class": "measurement",
    "state_topic": "zigbee2mqtt/window",
    "unique_id": "0x00158d00018255df_temperature_zigbee2mqtt",
    "unit_of_measurement": "°C",
    "value_template": "{{ value_json.temperature }}",
    "origin": {"name": "Zigbee2MQTT", "sw": "2.1.0", "url": "https://www.zigbee2mqtt.io"},
}


def test_esphome_is_unavailable_then_unknown_then_says_0_83_and_goes_offline() -> None:
    """Abbreviated, ``ids`` a plain text."""
    weight = reader("sensor/tea-pot-3/weight", ESPHOME)
    assert weight.available is None
    weight.hear_availability("tea_pot_3/status", b"online")
    assert weight.available is True
    assert hear(weight, "0.83") == Said(0.83, "")
    weight.hear_availability("tea_pot_3/status", b"offline")
    assert weight.available is False


def test_a_second_node_of_the_same_yaml_has_the_same_unique_id_on_another_device() -> None:
    """ESPHome's legacy ids: the keeper of points sees that they collide."""
    first = announce("sensor/tea-pot-3/weight", ESPHOME)
    second = announce("sensor/tea-pot-4/weight", ESPHOME | {"dev": {"ids": "b827eb000008"}})
    assert [each.unique_id for each in first.points] == [each.unique_id for each in second.points]
    assert first.device != second.device


@pytest.mark.parametrize("place", ["sensor/tea-pot-3/weight", "device/tea-pot-3", "device/tea-pot/3"])
def test_an_empty_payload_withdraws(place: str) -> None:
    """The entity, or the whole device."""
    withdrawn = announce(place, b"")
    assert withdrawn.device is None
    assert withdrawn.points == ()
    assert withdrawn.hands_over is False


def test_zigbee2mqtt_is_there_only_once_bridge_and_device_say_so() -> None:
    """Mode ``all``, each by a template."""
    window = reader("sensor/0x00158d00018255df/temperature", Z2M)
    window.hear_availability("zigbee2mqtt/bridge/state", b'{"state":"online"}')
    assert window.available is False
    window.hear_availability("zigbee2mqtt/window/availability", b'{"state":"online"}')
    assert window.available is True
    assert hear(window, '{"temperature":21.35,"linkquality":120}') == Said(21.35, "")


@pytest.mark.parametrize("payload", ['{"linkquality":120}', "no json", '{"temperature":', ""])
def test_zigbee2mqtt_keeps_the_value_that_a_message_does_not_give(payload: str) -> None:
    """The template gives nothing, which is no number."""
    assert hear(reader("sensor/0x00158d00018255df/temperature", Z2M), payload) is None


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("latest", [True, False, True, True]),
        ("all", [False, False, True, True]),
        ("any", [True, True, True, True]),
        (None, [True, False, True, True]),
    ],
)
def test_availability_by_mode(mode: str | None, expected: list[bool]) -> None:
    """a1 online, a2 offline, a2 online, a1 "weird"."""
    said: dict[str, Any] = {"state_topic": "s", "availability": [{"topic": "a1"}, {"topic": "a2"}]}
    entity = reader("sensor/x", said | ({"availability_mode": mode} if mode else {}))
    seen = []
    for topic, word in (("a1", b"online"), ("a2", b"offline"), ("a2", b"online"), ("a1", b"weird")):
        entity.hear_availability(topic, word)
        seen.append(entity.available)
    assert seen == expected


def test_a_second_message_on_the_topic_changes_name_and_topic_and_keeps_the_key() -> None:
    """History stays with its point."""
    before = point("sensor/x/y", {"name": "A", "state_topic": "s1", "unique_id": "u"})
    after = point("sensor/x/y", {"name": "B", "state_topic": "s2", "unique_id": "u"})
    assert (before.name, after.name) == ("A", "B")
    assert before.topics == {"s1"}
    assert after.topics == {"s2"}
    assert before.key == after.key


@pytest.mark.parametrize(
    ("said", "reason", "field"),
    [
        (b"{bad", "json", ""),
        (b"[]", "json", ""),
        (b"\xff\xfe", "json", ""),
        ({"name": "x"}, "required", "state_topic"),
        ({"state_topic": "s", "dev": {"name": "x"}}, "required", "device"),
        ({"state_topic": "s", "val_tpl": "{{ value_json."}, "template", "value_template"),
        ({"state_topic": "s", "qos": 3}, "value", "qos"),
        ({"state_topic": "a/+/b"}, "topic_wildcard", "state_topic"),
        ({"state_topic": "s", "o": {"sw": "1"}}, "required", "origin.name"),
    ],
)
def test_what_home_assistant_rejects_is_unusable_with_reason_and_field(said: Any, reason: str, field: str) -> None:  # noqa: ANN401
    """And a wildcard, which it accepts and we do not."""
    with pytest.raises(Unusable) as refused:
        announce("sensor/x/y", said)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_unknown_keys_are_left_out() -> None:
    """They are accepted, not kept."""
    assert "colour" not in point("sensor/x/y", {"state_topic": "s", "colour": "red"}).config


def test_the_base_topic_stands_at_the_start_and_at_the_end() -> None:
    """In single topics and in a list of availability alike."""
    said = {"~": "venue/pot", "stat_t": "~/state", "avty": {"t": "status/~"}, "cmd_t": "~"}
    switch = point("switch/x", said)
    assert switch.topics == {"venue/pot/state", "status/venue/pot"}
    assert switch.command_topics == {"venue/pot"}


def test_binary_sensor_on_junk_off_none() -> None:
    """``off_delay`` is told to whoever keeps the time."""
    door = reader("binary_sensor/door", {"stat_t": "s", "off_dly": 5})
    said = [hear(door, word) for word in ("ON", "junk", "OFF", "None", "on", "")]
    assert said == [Said(None, "on"), None, Said(None, "off"), Said(None, ""), None, None]
    assert door.off_delay_s == 5


def test_numeric_sensor_keeps_its_value_on_junk_and_forgets_it_on_none() -> None:
    """None is a device that says it does not know."""
    number = reader("sensor/n", {"stat_t": "s", "unit_of_meas": "kg"})
    assert [hear(number, word) for word in ("abc", "", "None")] == [None, None, Said(None, "")]


def test_json_null_is_unknown() -> None:
    """Jinja writes it None."""
    assert hear(reader("sensor/n", {"stat_t": "s", "val_tpl": "{{ value_json.x }}"}), '{"x":null}') == Said(None, "")


def test_an_event_fires_live_and_not_when_the_broker_had_kept_it() -> None:
    """And only for types that were announced."""
    button = reader("event/b", {"stat_t": "s", "evt_typ": ["pressed", "held"]})
    assert hear(button, '{"event_type":"pressed","at":3}') == Said(None, "pressed")
    assert hear(button, '{"event_type":"pressed"}', retained=True) is None
    assert [hear(button, p) for p in ('{"event_type":"thrown"}', "pressed", "{}", "", "None", '{"type":"held"}')] == [
        None
    ] * 6


def test_expire_after_is_told() -> None:
    """In seconds; 0 is no expiry."""
    assert point("sensor/n", {"stat_t": "s", "exp_aft": 120}).expires_s == 120
    assert reader("sensor/n", {"stat_t": "s", "exp_aft": 120}).expires_s == 120
    assert reader("sensor/n", {"stat_t": "s", "exp_aft": 0}).expires_s is None


def test_a_whole_device_is_announced_at_once() -> None:
    """Shared options are inherited unless the component has its own."""
    said: dict[str, Any] = {
        "dev": {"ids": ["kiosk-7"], "name": "Kiosk 7", "sa": "Hall 1", "via_device": "venue-hub"},
        "o": {"name": "venue-kiosk"},
        "stat_t": "v/tele",
        "avty_t": "v/state",
        "cmps": {
            "cpu": {"p": "sensor", "uniq_id": "k7_cpu", "val_tpl": "{{ value_json.cpu }}", "unit_of_meas": "°C"},
            "help": {
                "p": "event",
                "uniq_id": "k7_help",
                "stat_t": "v/help",
                "evt_typ": ["pressed"],
                "avty_t": "v/other",
            },
            "old": {"p": "sensor"},
        },
    }
    announced = announce("device/kiosk-7", said)
    assert announced.device is not None
    assert (announced.device.identity, announced.device.area, announced.device.via) == (
        "kiosk-7",
        "Hall 1",
        "venue-hub",
    )
    cpu, pressed = announced.points
    assert cpu.topics == {"v/tele", "v/state"}
    assert pressed.topics == {"v/help", "v/other"}
    assert isinstance(PointReader(cpu.component, cpu.config), PointReader)
