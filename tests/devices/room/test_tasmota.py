import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.ports import Untranslatable
from devices.room.tasmota import TasmotaTranslator
from hub.discovery import PointReader, read_announcement
from hub.domain.field_devices import Quantity, Supply
from tests.devices.room.translated import PREFIX, House

MAC = "C44F33A1B2C3"
ROOT = f"tasmota/discovery/{MAC}"
HOME = "homeassistant/device/tasmota-c44f33a1b2c3/config"


def config(**changes: object) -> dict[str, object]:
    """Return what a plug with one relay says of itself (Tasmota 13, names of our own)."""
    return {
        "ip": "10.0.0.7", "dn": "Beamer plug", "fn": ["Beamer", None], "hn": "plug-7-0956", "mac": MAC,
        "md": "Athom Plug V2", "ty": 0, "if": 0, "ofln": "Offline", "onln": "Online",
        "state": ["OFF", "ON", "TOGGLE", "HOLD"], "sw": "13.4.0", "t": "plug_7", "ft": "%prefix%/%topic%/",
        "tp": ["cmnd", "stat", "tele"], "rl": [1, 0, 0, 0], "swc": [-1, -1, -1], "swn": [None, None, None],
        "btn": [0, 0], "so": {"4": 0, "11": 0, "13": 0, "73": 0, "114": 0}, "lk": 0, "lt_st": 0, "bat": 0, "dslp": 0,
        "sho": [], "sht": [], "ver": 1,
    } | changes  # fmt: skip


def announced(sn: Mapping[str, object] | None = None, **changes: object) -> House:
    """Return a house that has heard both messages of a device, and that it is online."""
    house = House(TasmotaTranslator())
    house.hear(f"{ROOT}/config", json.dumps(config(**changes)), retained=True)
    if sn is not None:
        house.hear(f"{ROOT}/sensors", json.dumps({"sn": sn, "ver": 1}), retained=True)
    return house


ENERGY = {"ENERGY": {"TotalStartTime": "2024-05-06T07:08:09", "Total": 3.2, "Today": 0.1, "Power": 7,
                     "ReactivePower": 6, "Factor": 0.7, "Voltage": 229, "Current": 0.04}}  # fmt: skip
PHASES: dict[str, object] = {"ENERGY": {"Power": [1, 2, 3]}}

SENSORS = [
    # what it announces, what it says later, the point, its value, quantity and unit
    (ENERGY, '{"Time":"2026-03-02T08:00:00","ENERGY":{"Power":231}}', "energy_power", 231.0, "power", "W"),
    (ENERGY, '{"ENERGY":{"Voltage":228.5}}', "energy_voltage", 228.5, "voltage", "V"),
    (ENERGY, '{"ENERGY":{"Current":1.02}}', "energy_current", 1.02, "current", "A"),
    (ENERGY, '{"ENERGY":{"Total":3.25}}', "energy_total", 3.25, "energy", "kWh"),
    (ENERGY, '{"ENERGY":{"Factor":0.93}}', "energy_factor", 0.93, "other", ""),
    (ENERGY, '{"ENERGY":{"ReactivePower":12}}', "energy_reactivepower", 12.0, "other", "var"),
    (PHASES, '{"ENERGY":{"Power":[5,6,7]}}', "energy_power_1", 6.0, "power", "W"),
    (PHASES, '{"ENERGY":{"Power":[5,6,7]}}', "energy_power_0", 5.0, "power", "W"),
    (PHASES, '{"ENERGY":{"Power":8}}', "energy_power_0", 8.0, "power", "W"),
    (PHASES, '{"ENERGY":{"Power":8}}', "energy_power_1", "nothing", "power", "W"),
    (PHASES, '{"ENERGY":{"Power":[5,6]}}', "energy_power_2", "nothing", "power", "W"),
    ({"ENERGY": {"Total": {"A": 1, "B": 2}}}, '{"ENERGY":{"Total":{"B":4}}}', "energy_total_b", 4.0, "energy", "kWh"),
    ({"DS18B20-1": {"Id": "AA", "Temperature": 1}, "DS18B20-2": {"Id": "BB", "Temperature": 2}, "TempUnit": "C"},
     '{"DS18B20-1":{"Id":"AA","Temperature":21.5},"DS18B20-2":{"Id":"BB","Temperature":64.1}}',
     "ds18b20_2_temperature", 64.1, "temperature", "°C"),
    ({"DS18B20": {"Id": "AA", "Temperature": 1}, "TempUnit": "F"}, '{"DS18B20":{"Temperature":70.2}}',
     "ds18b20_temperature", 70.2, "temperature", "°F"),
    ({"DS18B20": {"Id": "AA", "Temperature": None}, "TempUnit": "C"}, '{"DS18B20":{"Temperature":null}}',
     "ds18b20_temperature", "", "temperature", "°C"),
    ({"SHT3X-0x44": {"Temperature": 1, "Humidity": 2, "DewPoint": 3}, "TempUnit": "C"},
     '{"SHT3X-0x44":{"Temperature":22.1,"Humidity":41.2}}', "sht3x_0x44_humidity", 41.2, "humidity", "%"),
    ({"SHT3X-0x44": {"DewPoint": 3}, "TempUnit": "C"}, '{"SHT3X-0x44":{"DewPoint":8.2}}',
     "sht3x_0x44_dewpoint", 8.2, "temperature", "°C"),
    ({"BME280": {"Pressure": 1}, "PressureUnit": "hPa"}, '{"BME280":{"Pressure":1012.1}}',
     "bme280_pressure", 1012.1, "other", "hPa"),
    ({"SCD40": {"CarbonDioxide": 1, "eCO2": 2}}, '{"SCD40":{"CarbonDioxide":803}}',
     "scd40_carbondioxide", 803.0, "carbon_dioxide", "ppm"),
    ({"AM2301": {"Temperature": 1, "Humidity": 2}, "TempUnit": "C"}, '{"AM2301":{"Temperature":-3.5,"Humidity":90}}',
     "am2301_temperature", -3.5, "temperature", "°C"),
    ({"BH1750": {"Illuminance": 1}}, '{"BH1750":{"Illuminance":412}}',
     "bh1750_illuminance", 412.0, "illuminance", "lx"),
    ({"HX711": {"Weight": 0}}, '{"HX711":{"Weight":1.204}}', "hx711_weight", 1.204, "weight", "kg"),
    ({"ANALOG": {"CTEnergy1": {"Energy": 1, "Power": 2, "Voltage": 3, "Current": 4}}},
     '{"ANALOG":{"CTEnergy1":{"Energy":1,"Power":2100,"Voltage":230,"Current":9}}}',
     "analog_ctenergy1_power", 2100.0, "power", "W"),
    ({"ANALOG": {"Temperature1": 1, "Illuminance3": 2}, "TempUnit": "C"}, '{"ANALOG":{"Temperature1":20.2}}',
     "analog_temperature1", 20.2, "temperature", "°C"),
    ({"TX23": {"Speed": {"Act": 1, "Avg": 2}, "Dir": {"Card": "W"}}, "SpeedUnit": "km/h"},
     '{"TX23":{"Speed":{"Act":"12.3"}}}', "tx23_speed_act", 12.3, "other", "km/h"),
    ({"TX23": {"Dir": {"Card": "W"}}}, '{"TX23":{"Dir":{"Card":"ESE"}}}', "tx23_dir_card", "ESE", "state", ""),
    ({"LD2410": {"Energy": 3}}, '{"LD2410":{"Energy":55}}', "ld2410_energy", 55.0, "other", ""),
    ({'Odd"}} name': {"Temperature": 3}, "TempUnit": "C"}, '{"Odd\\"}} name":{"Temperature":9}}',
     "odd_name_temperature", 9.0, "temperature", "°C"),
    (ENERGY, "not even JSON", "energy_power", "nothing", "power", "W"),
    (ENERGY, '{"ENERGY":{}}', "energy_power", "nothing", "power", "W"),
    (ENERGY, '{"Time":"2026-03-02T08:00:00"}', "energy_power", "nothing", "power", "W"),
    (ENERGY, '{"Time":"2026-03-02T08:00:00"}', "energy_totalstarttime", "nothing", "state", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sn", "says", "key", "value", "quantity", "unit"), SENSORS)
def test_every_sensor_that_is_announced_gives_its_value(
    sn: dict[str, object], says: str, key: str, value: float | str, quantity: str, unit: str
) -> None:
    """From the native announcement to the value: payloads in the shapes Tasmota and its users publish."""
    house = announced({"Time": "2026-03-02T07:00:00"} | sn)

    house.hear("tele/plug_7/SENSOR", says)

    assert house.values.get(key, "nothing") == value
    point = house.point(key)
    assert (point.unit, point.quantity) == (unit, Quantity(quantity))


def test_a_device_says_what_it_is() -> None:
    """The MAC address is its identity for ever; names may change."""
    (found,) = announced(ENERGY).announcements.values()

    assert found.device is not None
    assert found.topic == HOME
    assert (found.device.identity, found.device.name) == ("tasmota-c44f33a1b2c3", "Beamer plug")
    assert (found.device.maker, found.device.model, found.device.software) == ("Tasmota", "Athom Plug V2", "13.4.0")
    assert found.device.supply is Supply.MAINS


def test_its_own_words_say_whether_it_is_there() -> None:
    """The will's words are in the announcement: translated firmware says others."""
    house = announced(ENERGY, onln="Da", ofln="Weg")
    assert house.available == {None}
    house.hear("tele/plug_7/LWT", "Da", retained=True)
    assert house.available == {True}
    house.hear("tele/plug_7/LWT", "Offline", retained=True)
    assert house.available == {True}
    house.hear("tele/plug_7/LWT", "Weg", retained=True)
    assert house.available == {False}


RELAYS = [
    ("stat/plug_7/RESULT", '{"POWER":"ON"}', "relay_1", "on"),
    ("stat/plug_7/RESULT", '{"POWER1":"OFF"}', "relay_1", "off"),
    ("stat/plug_7/RESULT", '{"POWER2":"ON"}', "relay_1", "nothing"),
    ("stat/plug_7/RESULT", '{"Dimmer":20}', "relay_1", "nothing"),
    ("stat/plug_7/RESULT", '{"POWER":"TOGGLE"}', "relay_1", "nothing"),
    ("tele/plug_7/STATE", '{"POWER":"ON","Wifi":{"RSSI":70}}', "relay_1_report", "on"),
    ("tele/plug_7/STATE", '{"Wifi":{"RSSI":70,"Signal":-65}}', "wifi_signal", -65.0),
    ("tele/plug_7/STATE", '{"UptimeSec":1234}', "uptime", 1234.0),
]


@pytest.mark.parametrize(("topic", "says", "key", "value"), RELAYS)
def test_a_relay_is_on_or_off_as_it_says(topic: str, says: str, key: str, value: float | str) -> None:
    """RESULT comes with each change, STATE every TelePeriod; one relay is POWER or POWER1."""
    house = announced()
    house.hear(topic, says)
    assert house.values.get(key, "nothing") == value


def test_a_relay_is_told_on_its_own_topic_in_its_own_words() -> None:
    """Shutters have relays too, which nobody may switch one by one."""
    house = announced(rl=[1, 1, 3, 3, 2], state=["AUS", "AN", "TOGGLE", "HOLD"])

    assert {key for key in house.keys if key.startswith("relay") and "report" not in key} == {
        "relay_1",
        "relay_2",
        "relay_5",
    }
    second = house.point("relay_2")
    assert second.command_topics == {"cmnd/plug_7/POWER2"}
    assert (second.config["payload_on"], second.config["payload_off"]) == ("AN", "AUS")
    house.hear("stat/plug_7/RESULT", '{"POWER2":"AN"}')
    assert house.values == {"relay_2": "on"}


def test_with_set_option_4_a_relay_answers_on_its_own_topic() -> None:
    """SetOption4 takes RESULT away."""
    house = announced(so={"4": 1})
    house.hear("stat/plug_7/POWER", '{"POWER":"ON"}')
    assert house.values == {"relay_1": "on"}


FULL_TOPICS = [
    ("%prefix%/%topic%/", "tele/plug_7/SENSOR", "cmnd/plug_7/POWER1"),
    ("%topic%/%prefix%/", "plug_7/tele/SENSOR", "plug_7/cmnd/POWER1"),
    ("house//%prefix%/%topic%", "house/tele/plug_7/SENSOR", "house/cmnd/plug_7/POWER1"),
    ("%hostname%/%id%", f"plug-7-0956/{MAC}/SENSOR", f"plug-7-0956/{MAC}/cmnd/POWER1"),
]


@pytest.mark.parametrize(("full", "sensor", "command"), FULL_TOPICS)
def test_topics_are_built_as_the_device_builds_them(full: str, sensor: str, command: str) -> None:
    """As Tasmota's GetTopic_P: commands always have a prefix, doubled slashes and # go."""
    house = announced(ENERGY, ft=full)
    assert house.readers["energy_power"].state_topics == {sensor}
    assert house.point("relay_1").command_topics == {command}


def test_prefixes_may_be_the_houses_own() -> None:
    """Prefix1 to Prefix3 are settings."""
    house = announced(ENERGY, tp=["do", "did", "says"])
    house.hear("says/plug_7/SENSOR", '{"ENERGY":{"Power":4}}')
    assert house.values == {"energy_power": 4.0}


def test_switches_and_buttons_say_what_happened_and_nothing_that_the_broker_kept() -> None:
    """A kept press would call a waiter again after each restart."""
    house = announced(swc=[1, 0, 5, 13], swn=["Switch1", "Switch2", "Klingel", "PIR"], btn=[1, 0], so={"73": 1})

    house.hear("stat/plug_7/RESULT", '{"Switch1":{"Action":"ON"}}')
    house.hear("stat/plug_7/RESULT", '{"Klingel":{"Action":"HOLD"}}')
    house.hear("stat/plug_7/RESULT", '{"Button1":{"Action":"DOUBLE"}}')
    house.hear("stat/plug_7/RESULT", '{"Button1":{"Action":"SINGLE"}}', retained=True)
    house.hear("stat/plug_7/RESULT", '{"Switch2":{"Action":"OFF"}}')
    house.hear("stat/plug_7/RESULT", '{"PIR":{"Action":"ON"}}')
    house.hear("tele/plug_7/SENSOR", '{"Time":"2026-03-02T08:00:00","Switch1":"OFF"}')

    assert house.values == {
        "switch_1": "on", "switch_1_report": "off", "switch_3_event": "HOLD", "switch_4": "on", "button_1": "DOUBLE",
    }  # fmt: skip
    assert house.readers["switch_4"].off_delay_s == 1


def test_a_button_that_acts_at_once_says_single_alone() -> None:
    """SetOption13; and without SetOption73 buttons say nothing at all."""
    house = announced(btn=[1], so={"73": 1, "13": 1})
    assert house.point("button_1").config["event_types"] == ["SINGLE"]
    assert not {key for key in announced(btn=[1], so={"73": 0}).keys if key.startswith("button")}


def test_the_two_messages_may_come_in_any_order() -> None:
    """A broker sends kept messages in any order."""
    house = House(TasmotaTranslator())
    assert house.hear(f"{ROOT}/sensors", json.dumps({"sn": ENERGY})) == {}
    house.hear(f"{ROOT}/config", json.dumps(config()))
    assert house.announcements == announced(ENERGY).announcements


def test_a_withdrawn_device_is_gone_and_comes_back_whole() -> None:
    """An empty config withdraws; the sensors of before do not come back with it."""
    house = announced(ENERGY)
    assert house.hear(f"{ROOT}/config", b"") == {HOME: b""}
    assert house.announcements[HOME].device is None
    assert house.hear(f"{ROOT}/sensors", b"") == {}
    house.hear(f"{ROOT}/config", json.dumps(config()))
    assert "energy_power" not in house.keys
    assert "relay_1" in house.keys


def test_withdrawn_sensors_leave_the_relays() -> None:
    """An empty sensors message is about the sensors."""
    house = announced(ENERGY)
    house.hear(f"{ROOT}/sensors", b"")
    assert "energy_power" not in house.keys
    assert "relay_1" in house.keys


def test_a_sleeping_battery_device_is_not_offline_and_lives_on_a_battery() -> None:
    """Deep sleep: the will goes off at each nap, so only long silence counts."""
    house = announced({"BME280": {"Temperature": 1}, "TempUnit": "C"}, bat=1, dslp=1, rl=[])
    house.hear("tele/plug_7/LWT", "Offline", retained=True)
    house.hear("tele/plug_7/STATE", '{"BatteryPercentage":71}')
    assert house.available == {True}
    assert house.values == {"battery": 71.0}
    assert house.readers["bme280_temperature"].expires_s == 90_000
    (found,) = house.announcements.values()
    assert found.device is not None
    assert found.device.supply is Supply.BATTERY


BAD = [
    ("config", "{", "not_json", ""),
    ("config", "[1]", "not_an_object", ""),
    ("config", '{"mac":NaN}', "not_json", ""),
    ("config", "[" * 20_000, "too_large", ""),
    ("config", "[" * 9_000, "not_json", ""),
    ("config", json.dumps(config(mac="001122334455")), "wrong_mac", "mac"),
    ("config", json.dumps(config(mac=7)), "wrong_value", "mac"),
    ("config", json.dumps(config(ft="%prefix%/plugs/")), "shared_topic", "ft"),
    ("config", json.dumps(config(ft="+/%prefix%/%topic%/")), "wrong_topic", "ft"),
    ("config", json.dumps(config(ft="$SYS/%prefix%/%id%")), "wrong_topic", "ft"),
    ("config", json.dumps(config(t="a/+/b")), "wrong_topic", "ft"),
    ("config", json.dumps(config(tp=["cmnd"])), "wrong_value", "%prefix%"),
    ("config", json.dumps(config(rl=[[1]])), "wrong_value", "rl"),
    ("config", json.dumps(config(rl=7)), "wrong_value", "rl"),
    ("config", json.dumps(config(state=["OFF"])), "wrong_value", "state"),
    ("config", json.dumps(config(onln=3)), "wrong_value", "onln"),
    ("config", json.dumps(config(swc=[0] * 65)), "wrong_value", "swc"),
    ("sensors", '{"sn":4}', "wrong_value", "sn"),
    ("sensors", json.dumps({"sn": {"X": {f"v{n}": n for n in range(200)}}}), "too_many", ""),
]


@pytest.mark.parametrize(("kind", "payload", "code", "field"), BAD)
def test_what_cannot_be_understood_is_refused_with_its_field_and_changes_nothing(
    kind: str, payload: str, code: str, field: str
) -> None:
    """The technician sees which field; what was announced before stands."""
    house = announced(ENERGY)
    with pytest.raises(Untranslatable) as refused:
        house.translator.hear(f"{ROOT}/{kind}", payload.encode())
    assert (refused.value.code, refused.value.field) == (code, field)
    house.hear("tele/plug_7/SENSOR", '{"ENERGY":{"Power":3}}')
    assert house.values == {"energy_power": 3.0}


def test_no_more_devices_are_remembered_than_agreed_and_the_known_ones_stay() -> None:
    """A flood of invented devices must not push the real ones out (I13)."""
    translator = TasmotaTranslator(most=2)
    for number in range(2):
        mac = f"{number:012X}"
        assert translator.hear(f"tasmota/discovery/{mac}/config", json.dumps(config(mac=mac)).encode())
    with pytest.raises(Untranslatable, match="2 Tasmota devices"):
        translator.hear(f"{ROOT}/config", json.dumps(config()).encode())
    translator.hear("tasmota/discovery/000000000001/config", b"")
    assert translator.hear(f"{ROOT}/config", json.dumps(config()).encode())


@pytest.mark.parametrize(
    "topic", ["tasmota/discovery/x/config", f"{ROOT}/other", f"a/{ROOT}/config", "tele/plug_7/LWT"]
)
def test_other_topics_are_none_of_its_business(topic: str) -> None:
    """The door gives every message that its filters match, and perhaps more."""
    assert TasmotaTranslator().hear(topic, b"{") == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(
    st.binary(max_size=300) | JSON.map(lambda found: json.dumps(found).encode()), st.sampled_from(["config", "sensors"])
)
def test_any_bytes_give_announcements_or_a_reason(payload: bytes, kind: str) -> None:
    """Nothing else may be raised into the door."""
    translator = TasmotaTranslator()
    translator.hear(f"{ROOT}/config", json.dumps(config()).encode())
    try:
        translator.hear(f"{ROOT}/{kind}", payload)
    except Untranslatable as refused:
        assert refused.code  # noqa: PT017 - either outcome is right


@given(st.dictionaries(st.sampled_from(sorted(config())), JSON, max_size=3), st.dictionaries(st.text(max_size=9), JSON))
def test_whatever_a_device_announces_of_itself_the_hub_can_read_the_translation(
    changes: dict[str, object], sn: dict[str, object]
) -> None:
    """Any keys and names: no template may break out of its quotes."""
    translator = TasmotaTranslator()
    try:
        translator.hear(f"{ROOT}/sensors", json.dumps({"sn": sn}).encode())
        said = translator.hear(f"{ROOT}/config", json.dumps(config(**changes)).encode())
    except Untranslatable:
        return
    for topic, payload in said.items():
        found = read_announcement(topic, payload, PREFIX)
        assert found.points
        for point in found.points:
            reader = PointReader(point.component, point.config)
            for listens in reader.state_topics:
                reader.hear_state(listens, json.dumps(sn).encode(), retained=False, now=datetime.now(UTC))
