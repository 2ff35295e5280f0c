from typing import Any

import pytest

from hub.discovery import PointReader, Unusable, can_read, filters, read_announcement
from hub.discovery.limits import ANNOUNCEMENT_BYTES, ENTITIES, JSON_DEPTH
from hub.domain.field_devices import Quantity, Supply
from tests.hub.discovery.said import announce, point


def whole(**components: dict[str, Any]) -> dict[str, Any]:
    """Return a message for a whole device."""
    return {"dev": {"ids": "d"}, "o": {"name": "o"}, "cmps": components}


def refused(place: str, said: dict[str, Any] | bytes) -> Unusable:
    """Return why an announcement is unusable."""
    with pytest.raises(Unusable) as caught:
        announce(place, said)
    return caught.value


def test_two_filters_hear_every_form_below_any_prefix() -> None:
    """A component's topic has one or two ids before ``config``; so has a whole device's."""
    assert filters("homeassistant") == ("homeassistant/+/+/config", "homeassistant/+/+/+/config")
    assert read_announcement("venue/ha/sensor/x/config", b'{"state_topic":"s"}', "venue/ha").points


@pytest.mark.parametrize(
    "topic",
    [
        "homeassistant/sensor/config",
        "homeassistant/sensor/a/b/c/config",
        "homeassistant/sensor/a b/config",
        "homeassistant/sensor/a/b/state",
        "homeassistant/sen-sor/a/config",
        "homeassistant/sensor/温度/config",
        "homeassistant/sensor//config",
        "other/sensor/a/config",
        "homeassistant/sensor/a/config/",
        "homeassistant/sensor/a/config\n",
        "homeassistant/sensor/" + "a" * 600 + "/config",
        "",
    ],
)
def test_an_illegal_announcing_topic_is_unusable(topic: str) -> None:
    """Ids are of letters, digits, underscore and hyphen; Home Assistant drops the rest too."""
    with pytest.raises(Unusable) as caught:
        read_announcement(topic, b"{}", "homeassistant")
    assert caught.value.reason == "discovery_topic"


@pytest.mark.parametrize("option", ["migrate_discovery", "migr_discvry"])
@pytest.mark.parametrize("place", ["sensor/x/y", "device/x"])
def test_a_hand_over_withdraws_nothing(option: str, place: str) -> None:
    """``migrate_discovery`` says that the same things will be announced on another topic."""
    assert announce(place, {option: True}).hands_over
    assert refused(place, {option: "yes"}).field == "migrate_discovery"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"o": {"name": "o"}, "cmps": {}}, "device"),
        ({"dev": {"ids": "d"}, "cmps": {}}, "origin"),
        ({"dev": {"ids": "d"}, "o": {"name": "o"}}, "components"),
        ({"dev": {"ids": []}, "o": {"name": "o"}, "cmps": {}}, "device"),
        ({"dev": {"cns": ["mac", "b8"]}, "o": {"name": "o"}, "cmps": {}}, "device.connections"),
        ({"dev": "d", "o": {"name": "o"}, "cmps": {}}, "device"),
        ({"dev": {"ids": "d"}, "o": {}, "cmps": {}}, "origin.name"),
        ({"dev": {"ids": "d", "cu": "no address"}, "o": {"name": "o"}, "cmps": {}}, "device.configuration_url"),
        (whole() | {"cmps": []}, "components"),
        (whole(a={}), "components.a.platform"),
        (whole(**{"a\0": {"p": "sensor"}}), "components"),
        (whole(**{"a" * 201: {"p": "sensor"}}), "components"),
        (whole(a={"p": 3, "uniq_id": "u"}), "components.a.platform"),
        (whole(a={"p": "sensor", "stat_t": "s"}), "components.a.unique_id"),
        (whole(a={"p": "sensor", "uniq_id": "u"}), "components.a.state_topic"),
        (whole(a={"p": "sensor", "uniq_id": "u", "stat_t": "s"}) | {"avty_t": "#"}, "availability_topic"),
        (whole(a={"p": "sensor", "uniq_id": "u", "stat_t": "s"}) | {"qos": 7}, "qos"),
    ],
)
def test_a_message_for_a_whole_device_names_what_is_missing(said: dict[str, Any], field: str) -> None:
    """The technician reads the path of the option, not a stack trace."""
    assert refused("device/d", said).field == field


def test_one_bad_entity_does_not_spoil_the_others() -> None:
    """As in Home Assistant; here the fault is told with its reason."""
    good = {"p": "sensor", "uniq_id": "u1", "stat_t": "s"}
    announced = announce("device/d", whole(good=good, bad={"p": "sensor", "uniq_id": "u2", "stat_t": "#"}))
    assert [each.unique_id for each in announced.points] == ["u1"]
    assert [(fault.reason, fault.field) for fault in announced.faults] == [
        ("topic_wildcard", "components.bad.state_topic")
    ]


def test_a_component_that_only_names_its_platform_is_removed() -> None:
    """It is not among the points any more."""
    announced = announce("device/d", whole(gone={"p": "sensor"}))
    assert announced.device is not None
    assert announced.points == ()


def test_a_base_topic_at_the_top_serves_what_is_shared_and_each_component_without_its_own() -> None:
    """Home Assistant takes ``~`` inside components only; here it may stand above them."""
    said = whole(
        a={"p": "sensor", "uniq_id": "a", "stat_t": "~/a"},
        b={"p": "sensor", "uniq_id": "b", "stat_t": "~/b", "~": "own"},
    )
    first, second = announce("device/d", said | {"~": "base", "avty_t": "~/up"}).points
    assert first.topics == {"base/a", "base/up"}
    assert second.topics == {"own/b", "base/up"}


def test_a_single_entity_without_a_device_is_known_by_its_topic() -> None:
    """Its node id groups it with others; no real device's identifier looks like that."""
    said = {"state_topic": "s"}
    grouped = announce("sensor/kitchen/temperature", said)
    assert grouped.device is not None
    assert grouped.device.identity == "node:kitchen"
    alone = announce("sensor/temperature", said)
    assert alone.device is not None
    assert alone.device.identity == "entity:sensor/temperature"


def test_origin_may_be_abbreviated_too() -> None:
    """``url`` and ``sw`` are checked by their long names."""
    said = {"state_topic": "s", "o": {"name": "o", "sw": 1, "url": "https://example.org"}}
    assert announce("sensor/x", said).points
    assert refused("sensor/x", said | {"o": {"name": "o", "url": "no address"}}).field == "origin.support_url"


def test_a_device_is_known_by_its_first_identifier_else_by_a_connection() -> None:
    """Numbers become text; the case of a MAC address does not matter."""
    by_mac = announce("sensor/x", {"state_topic": "s", "dev": {"cns": [["mac", "B8:27:EB:00:00:07"]]}}).device
    assert by_mac is not None
    assert by_mac.identity == "mac:b8:27:eb:00:00:07"
    by_number = announce("sensor/x", {"state_topic": "s", "dev": {"ids": [4711, "b"]}}).device
    assert by_number is not None
    assert by_number.identity == "4711"


def test_what_runs_on_a_battery_says_so() -> None:
    """Silence of a battery is judged otherwise than silence of the mains."""
    said = {"state_topic": "s", "device": {"identifiers": "d"}}
    battery = announce("sensor/x/battery", said | {"device_class": "battery", "unit_of_measurement": "%"}).device
    low = announce("binary_sensor/x/low", said | {"device_class": "battery"}).device
    mains = announce("sensor/x/power", said | {"device_class": "power", "unit_of_measurement": "W"}).device
    assert [each and each.supply for each in (battery, low, mains)] == [Supply.BATTERY, Supply.BATTERY, Supply.MAINS]


@pytest.mark.parametrize(
    ("component", "options", "quantity", "unit"),
    [
        ("sensor", {"device_class": "temperature", "unit_of_measurement": "°F"}, Quantity.TEMPERATURE, "°F"),
        ("sensor", {"device_class": "carbon_dioxide", "unit_of_measurement": "ppm"}, Quantity.CARBON_DIOXIDE, "ppm"),
        ("sensor", {"device_class": "Humidity", "unit_of_measurement": "%"}, Quantity.HUMIDITY, "%"),
        ("sensor", {"device_class": "pressure", "unit_of_measurement": "hPa"}, Quantity.OTHER, "hPa"),
        ("sensor", {"unit_of_measurement": "µg/m³"}, Quantity.OTHER, "μg/m³"),
        ("sensor", {"unit_of_measurement": " "}, Quantity.STATE, ""),
        ("sensor", {"state_class": "measurement"}, Quantity.OTHER, ""),
        ("sensor", {"device_class": "timestamp"}, Quantity.TIMESTAMP, ""),
        ("sensor", {"device_class": "enum", "options": ["a"]}, Quantity.STATE, ""),
        ("sensor", {}, Quantity.STATE, ""),
        ("sensor", {"device_class": None, "unit_of_measurement": None, "name": None}, Quantity.STATE, ""),
        ("binary_sensor", {"device_class": "motion"}, Quantity.STATE, ""),
        ("event", {"event_types": ["press"]}, Quantity.EVENT, ""),
    ],
)
def test_quantity_and_unit_of_a_point(component: str, options: dict[str, Any], quantity: Quantity, unit: str) -> None:
    """Device class and unit decide; the micro sign becomes the Greek letter, as in Home Assistant."""
    announced = point(f"{component}/x", {"state_topic": "s"} | options)
    assert (announced.quantity, announced.unit) == (quantity, unit)


@pytest.mark.parametrize(
    ("component", "options", "field"),
    [
        ("sensor", {"device_class": "temperature", "unit_of_measurement": "kg"}, "unit_of_measurement"),
        ("sensor", {"device_class": "warmth"}, "device_class"),
        ("sensor", {"device_class": "enum", "options": []}, "options"),
        ("sensor", {"options": ["a"]}, "options"),
        ("sensor", {"device_class": "enum", "options": ["a"], "unit_of_measurement": "x"}, "options"),
        ("sensor", {"state_class": "sometimes"}, "state_class"),
        ("sensor", {"state_class": "measurement_angle", "unit_of_measurement": "m"}, "unit_of_measurement"),
        ("sensor", {"last_reset_value_template": "{{ value }}"}, "last_reset_value_template"),
        ("sensor", {"expire_after": -1}, "expire_after"),
        ("sensor", {"expire_after": "soon"}, "expire_after"),
        ("sensor", {"expire_after": 1e300}, "expire_after"),
        ("sensor", {"entity_category": "secret"}, "entity_category"),
        ("sensor", {"icon": "teapot"}, "icon"),
        ("sensor", {"enabled_by_default": "perhaps"}, "enabled_by_default"),
        ("sensor", {"encoding": "punycode"}, "encoding"),
        ("sensor", {"name": {"zh": "茶"}}, "name"),
        ("sensor", {"name": "x" * 300}, "name"),
        ("sensor", {"unique_id": "x\0"}, "unique_id"),
        ("sensor", {"availability_topic": "a", "availability": [{"topic": "b"}]}, "availability"),
        ("sensor", {"availability": [{"payload_available": "b"}]}, "availability.topic"),
        ("sensor", {"availability": ["b"]}, "availability"),
        ("sensor", {"availability_mode": "some"}, "availability_mode"),
        ("sensor", {"availability_template": "{% for %}"}, "availability_template"),
        ("sensor", {"json_attributes_topic": "$SYS/broker"}, "json_attributes_topic"),
        ("number", {"min": 3, "max": 2}, "max"),
        ("number", {"step": 0}, "step"),
        ("number", {"min": "nan"}, "min"),
        ("number", {"mode": "dial"}, "mode"),
        ("event", {"event_types": [None]}, "event_types"),
        ("event", {"event_types": ["x"] * 101}, "event_types"),
        ("climate", {"temperature_unit": "K"}, "temperature_unit"),
    ],
)
def test_a_wrong_option_is_refused_by_its_name(component: str, options: dict[str, Any], field: str) -> None:
    """Each of these Home Assistant 2026.2.3 refuses as well, apart from our own bounds."""
    assert refused(f"{component}/x", {"state_topic": "s", "command_topic": "c"} | options).field == field


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("", "topic"),
        ("#", "topic_wildcard"),
        ("a/#", "topic_wildcard"),
        ("+/b", "topic_wildcard"),
        ("a+b", "topic_wildcard"),
        ("a\0b", "value"),
        ("a\x07b", "topic"),
        ("a\ufdd0b", "topic"),
        ("a\U0001fffe", "topic"),
        ("$SYS/broker/uptime", "topic_reserved"),
        ("$share/g/t", "topic_reserved"),
        ("x" * 513, "topic_too_long"),
        ("茶" * 171, "topic_too_long"),
        (None, "value"),
        (["a"], "value"),
    ],
)
@pytest.mark.parametrize("option", ["state_topic", "command_topic", "availability_topic"])
def test_topics_that_reach_too_far_are_refused(topic: object, reason: str, option: str) -> None:
    """A wildcard would give one device the words of all others."""
    said = {"state_topic": "s", "command_topic": "c", option: topic}
    assert (refused("switch/x", said).reason, refused("switch/x", said).field) == (reason, option)


@pytest.mark.parametrize(
    ("component", "needed"),
    [
        ("sensor", {"state_topic": "s"}),
        ("binary_sensor", {"state_topic": "s"}),
        ("event", {"state_topic": "s", "event_types": ["a"]}),
        ("update", {"state_topic": "s"}),
        ("switch", {"command_topic": "c"}),
        ("button", {"command_topic": "c"}),
        ("number", {"command_topic": "c"}),
        ("climate", {}),
        ("tag", {"topic": "s"}),
        (
            "device_automation",
            {"automation_type": "trigger", "topic": "s", "type": "t", "subtype": "u", "device": {"identifiers": "d"}},
        ),
    ],
)
def test_each_component_needs_what_it_needs_and_no_more(component: str, needed: dict[str, Any]) -> None:
    """Taking any one of them away makes it unusable."""
    announced = announce(f"{component}/x", needed)
    assert announced.points
    for option in needed:
        assert refused(f"{component}/x", {key: needed[key] for key in needed if key != option}).field == option
    if can_read(component):
        PointReader(component, announced.points[0].config)


@pytest.mark.parametrize("component", ["light", "fan", "select", "cover", "date", "not_yet_invented"])
def test_a_component_the_hub_does_not_use_is_a_point_that_nobody_reads(component: str) -> None:
    """It is shown and not listened to; new kinds appear with each release of Home Assistant."""
    announced = point(f"{component}/x/y", {"command_topic": "c", "unique_id": "u", "name": "Lamp"})
    assert (announced.component, announced.name) == (component, "Lamp")
    assert not can_read(component)
    with pytest.raises(Unusable):
        PointReader(component, announced.config)


def test_a_climate_is_its_set_point_its_temperature_and_its_mode() -> None:
    """Each value is a point of its own, with the availability of the whole."""
    said = {
        "unique_id": "c1",
        "current_temperature_topic": "c/now",
        "current_temperature_template": "{{ value_json.t }}",
        "temperature_state_topic": "c/set",
        "temperature_command_topic": "c/set/cmd",
        "mode_state_topic": "c/mode",
        "min_temp": 16,
        "max_temp": 28,
        "temperature_unit": "C",
        "availability_topic": "c/up",
    }
    target, current, mode = announce("climate/room", said).points
    assert (target.quantity, target.unit) == (Quantity.TEMPERATURE, "°C")
    assert target.topics == {"c/set", "c/up"}
    assert target.command_topics == {"c/set/cmd"}
    assert (target.config["min_temp"], target.config["max_temp"]) == (16, 28)
    assert (current.component, current.quantity) == ("sensor", Quantity.TEMPERATURE)
    assert current.topics == {"c/now", "c/up"}
    assert mode.quantity is Quantity.STATE
    assert mode.topics == {"c/mode", "c/up"}
    assert len({each.key for each in (target, current, mode)}) == 3
    assert len({each.unique_id for each in (target, current, mode)}) == 3


def test_keys_are_short_stable_and_differ_within_a_device() -> None:
    """Whatever the topic, node or component, and however long."""
    places = [
        "sensor/n/battery",
        "binary_sensor/n/battery",
        "sensor/m/battery",
        "sensor/n/Battery_2",
        "sensor/n/" + "b" * 99,
    ]
    keys = [point(place, {"state_topic": "s"}).key for place in places]
    assert len(set(keys)) == len(keys)
    assert all(len(key) <= 32 and set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-") for key in keys)
    assert keys == [point(place, {"state_topic": "other"}).key for place in places]


def test_ten_thousand_entities_are_refused_and_two_hundred_are_read() -> None:
    """The bound is told, not met by running out of memory."""

    def many(count: int) -> dict[str, Any]:
        return whole(**{f"e{n}": {"p": "sensor", "uniq_id": f"u{n}", "stat_t": f"s/{n}"} for n in range(count)})

    assert len(announce("device/d", many(ENTITIES)).points) == ENTITIES
    assert refused("device/d", many(ENTITIES + 1)).reason == "too_many"
    assert refused("device/d", many(10_000)).reason == "too_long"


def test_a_megabyte_is_refused_before_it_is_read() -> None:
    """By its size alone."""
    assert refused("sensor/x", b'{"state_topic":"' + b"a" * 1_000_000 + b'"}').reason == "too_long"
    assert refused("sensor/x", b"[" * ANNOUNCEMENT_BYTES).reason == "json"


def test_templates_are_bounded_together() -> None:
    """Each is short enough; to compile them all would keep the hub busy for seconds."""
    long = "{{ value }}" * 300
    said = whole(
        **{f"e{n}": {"p": "sensor", "uniq_id": f"u{n}", "stat_t": "s", "val_tpl": long + str(n)} for n in range(20)}
    )
    assert refused("device/d", said).reason == "too_long"


def test_deep_json_is_refused() -> None:
    """Neither Python's stack nor ours is tried."""
    deep: Any = 1
    for _ in range(JSON_DEPTH + 1):
        deep = {"x": deep}
    assert refused("sensor/x", {"state_topic": "s", "x": deep}).reason == "json"
    assert refused("sensor/x", b'{"state_topic":"s","x":' + b"[" * 90_000 + b"]" * 90_000 + b"}").reason == "json"


@pytest.mark.parametrize("text", ['{"state_topic":"s","x":NaN}', '{"state_topic":"s","name":"\\ud800"}', '{"x":1e999}'])
def test_what_is_no_json_for_home_assistant_is_none_here(text: str) -> None:
    """NaN, half a surrogate pair, and a number past all floats."""
    assert refused("sensor/x", text.encode()).reason == "json"
