"""Announcements in the forms that makers publish; the payloads are ours, written after their documents."""

from typing import Any

import pytest

from hub.discovery import PointReader, Said
from hub.domain.field_devices import Quantity, Supply
from tests.hub.discovery.said import NOW, announce, hear, point, reader


def test_esphome_button_switch_and_text() -> None:
    """Object ids in the topic, ``cmd_t`` and ``stat_t`` by the node's prefix, retained status."""
    device = {"ids": "a4cf12f03d10", "name": "room-node", "sw": "esphome v2026.6.5", "mdl": "esp32dev", "sa": "Hall 2"}
    common = {"avty_t": "hall2/status", "dev": device}
    relay = {
        "name": "Relay",
        "stat_t": "hall2/switch/relay/state",
        "cmd_t": "hall2/switch/relay/command",
        "ic": "mdi:x",
    }
    switch = reader("switch/room-node/relay", common | relay | {"uniq_id": "a4cf12f03d10-switch-7d2b"})
    assert [hear(switch, word) for word in ("ON", "OFF")] == [Said(None, "on"), Said(None, "off")]
    restart = point(
        "button/room-node/restart", common | {"cmd_t": "hall2/button/restart/command", "dev_cla": "restart"}
    )
    assert restart.quantity is Quantity.EVENT
    assert restart.command_topics == {"hall2/button/restart/command"}
    text = reader("sensor/room-node/ip", common | {"stat_t": "hall2/sensor/ip/state", "ent_cat": "diagnostic"})
    assert hear(text, "10.0.3.17") == Said(None, "10.0.3.17")
    weight = reader(
        "sensor/room-node/w", common | {"stat_t": "hall2/w", "unit_of_meas": "kg", "stat_cla": "measurement"}
    )
    assert hear(weight, "nan") is None


def test_zigbee2mqtt_device_with_trigger_event_and_update() -> None:
    """One retained message an entity; the trigger has neither ``unique_id`` nor availability."""
    device = {"identifiers": ["zigbee2mqtt_0x00124b0024c1"], "name": "Tea button", "manufacturer": "SONOFF"}
    base: dict[str, Any] = {"device": device, "origin": {"name": "Zigbee2MQTT", "sw": "2.14.1"}}
    trigger = {"automation_type": "trigger", "type": "action", "subtype": "single", "payload": "single"}
    pressed = reader("device_automation/0x00124b0024c1/action_single", base | trigger | {"topic": "z/button/action"})
    assert hear(pressed, "single") == Said(None, "action single")
    battery = {"device_class": "battery", "unit_of_measurement": "%", "state_topic": "z/button", "unique_id": "b"}
    announced = announce(
        "sensor/0x00124b0024c1/battery", base | battery | {"value_template": "{{ value_json.battery }}"}
    )
    assert announced.device is not None
    assert announced.device.supply is Supply.BATTERY
    (only,) = announced.points
    assert hear(PointReader(only.component, only.config), '{"battery":97,"action":""}') == Said(97.0, "")
    firmware = {
        "state_topic": "z/button",
        "value_template": "{{ value_json['update'] | to_json }}",
        "latest_version_topic": "z/button",
        "latest_version_template": "{{ value_json['update']['latest_version'] }}",
        "device_class": "firmware",
        "payload_install": '{"id": "0x00124b0024c1"}',
        "command_topic": "z/bridge/request/device/ota_update/update",
    }
    update = reader("update/0x00124b0024c1/update", base | firmware)
    assert hear(update, '{"update":{"installed_version":8192,"latest_version":8448}}') == Said(None, "8192")


def test_zwave_js_ui_availability_of_three() -> None:
    """Node, gateway and driver must all be there; the node's words are true and false."""
    said = {
        "state_topic": "zwave/Hall/49/0/Air_temperature",
        "value_template": "{{ value_json.value }}",
        "unit_of_measurement": "°C",
        "device_class": "temperature",
        "unique_id": "zwavejs2mqtt_0xe6cb_3-49-0-Air_temperature",
        "availability_mode": "all",
        "availability": [
            {
                "payload_available": "true",
                "payload_not_available": "false",
                "topic": "zwave/Hall/status",
                "value_template": "{{ 'true' if value_json.value else 'false' }}",
            },
            {
                "topic": "zwave/_CLIENTS/ZWAVE_GATEWAY-x/status",
                "value_template": "{{ 'online' if value_json.value else 'offline' }}",
            },
        ],
    }
    temperature = reader("sensor/Hall/air_temperature", said)
    temperature.hear_availability("zwave/Hall/status", b'{"time":1790000000000,"value":true,"status":"Alive"}')
    assert temperature.available is False
    temperature.hear_availability("zwave/_CLIENTS/ZWAVE_GATEWAY-x/status", b'{"value":true}')
    assert temperature.available is True
    assert hear(temperature, '{"time":1606779999000,"value":22.4}') == Said(22.4, "")


@pytest.mark.parametrize(
    ("template", "payload", "value"),
    [
        ("{{ value|float|round(1) }}", "21.456", 21.5),
        ("{{ ((float(value) * 99)|round(0)) + 1 }}", "1", 100.0),
        ("{{ (float(value|float) * 3.6) | round(2) }}", "2.5", 9.0),
        ("{{ value_json.tempc | is_defined }}", '{"id":"A4:C1:38:00:00:01","tempc":21.7,"rssi":-67}', 21.7),
        ("{{ value_json.hum | is_defined }}", '{"id":"A4:C1:38:00:00:01","tempc":21.7}', None),
        (
            "{{ value_json['SCD40']['CarbonDioxide'] }}",
            '{"Time":"2026-11-22T09:00:00","SCD40":{"CarbonDioxide":812}}',
            812.0,
        ),
        (
            "{{ (value_json.apower / 1000) | round(3) if value_json.apower is defined else '' }}",
            '{"apower":1250}',
            1.25,
        ),
        (
            "{{ (value_json.apower / 1000) | round(3) if value_json.apower is defined else '' }}",
            '{"voltage":230}',
            None,
        ),
        ("{% if value_json.id == 7 %}{{ value_json.t }}{% endif %}", '{"id":7,"t":19.5}', 19.5),
        ("{% if value_json.id == 7 %}{{ value_json.t }}{% endif %}", '{"id":8,"t":19.5}', None),
        ("{{ value_json.data[4:6] | int(base=16) }}", '{"data":"0b641f"}', 31.0),
        ("{{ value.split(';')[1] | float * 2 }}", "a;10.5", 21.0),
    ],
)
def test_templates_of_rtl_433_theengs_tasmota_and_shelly(template: str, payload: str, value: float | None) -> None:
    """What gives no number leaves the old one."""
    said = hear(reader("sensor/x/y", {"stat_t": "s", "val_tpl": template, "stat_cla": "measurement"}), payload)
    assert said == (None if value is None else Said(value, ""))


def test_openmqttgateway_abbreviated_with_connections_and_numbers_as_text() -> None:
    """``off_dly`` and ``frc_upd`` as text, the gateway as ``via_device``, no origin."""
    said = {
        "stat_t": "+/+/BTtoMQTT/A4C138000001".replace("+/+", "home/omg"),
        "name": "Motion",
        "uniq_id": "A4C138000001-motion",
        "dev_cla": "motion",
        "val_tpl": "{{ value_json.motion }}",
        "pl_on": "True",
        "pl_off": "False",
        "off_dly": "30",
        "frc_upd": "true",
        "device": {"connections": [["mac", "A4C138000001"]], "via_device": "OMG-1", "mdl": "PIR"},
    }
    announced = announce("binary_sensor/A4C138000001-motion", said)
    assert announced.device is not None
    assert (announced.device.identity, announced.device.via, announced.device.model) == (
        "mac:a4c138000001",
        "OMG-1",
        "PIR",
    )
    motion = reader("binary_sensor/A4C138000001-motion", said)
    assert hear(motion, '{"motion":true}') == Said(None, "on")
    assert motion.off_delay_s == 30


def test_a_shelly_script_with_a_base_topic_that_ends_in_a_slash() -> None:
    """``~status/…`` with a base of ``shellypro-1/``; online is true or false."""
    said = {
        "dev": {"ids": ["shellypro-1"], "name": "Plug"},
        "o": {"name": "script"},
        "cmps": {
            "power": {
                "p": "sensor",
                "uniq_id": "shellypro-1_power",
                "~": "shellypro-1/",
                "stat_t": "~status/switch:0",
                "avty": {"t": "~online", "pl_avail": "true", "pl_not_avail": "false"},
                "val_tpl": "{{ value_json.apower }}",
                "unit_of_meas": "W",
                "dev_cla": "power",
            }
        },
    }
    (power,) = announce("device/shellypro-1", said).points
    assert power.topics == {"shellypro-1/status/switch:0", "shellypro-1/online"}
    plug = PointReader(power.component, power.config)
    plug.hear_availability("shellypro-1/online", b"true")
    assert plug.available is True
    assert plug.hear_state("shellypro-1/status/switch:0", b'{"id":0,"apower":41.3}', retained=False, now=NOW) == Said(
        41.3, ""
    )
