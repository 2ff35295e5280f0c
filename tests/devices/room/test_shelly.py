import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.ports import Untranslatable
from devices.room.shelly import ShellyTranslator
from hub.discovery import PointReader, read_announcement
from hub.domain.field_devices import Quantity, Supply
from tests.devices.room.translated import PREFIX, House

MAC = "aabbccddeeff"
ID = f"shellyplugsg3-{MAC}"
HOME = f"homeassistant/device/shelly-{MAC}/config"
SWITCH = {
    "id": 0, "source": "init", "output": True, "apower": 61.2, "voltage": 231.4, "freq": 50.0, "current": 0.271,
    "aenergy": {"total": 1234.5, "by_minute": [1000.1, 980.0, 0.0], "minute_ts": 1772442000},
    "ret_aenergy": {"total": 0.0, "by_minute": [0.0, 0.0, 0.0], "minute_ts": 1772442000},
    "temperature": {"tC": 38.1, "tF": 100.6},
}  # fmt: skip
SYS = {
    "mac": MAC.upper(), "restart_required": False, "time": "09:00", "unixtime": 1772442000, "uptime": 77,
    "ram_size": 260000, "ram_free": 120000, "fs_size": 1048576, "fs_free": 700000, "cfg_rev": 12, "kvs_rev": 0,
    "schedule_rev": 0, "webhook_rev": 0, "available_updates": {}, "reset_reason": 3,
}  # fmt: skip


def heard(component: str, status: object, prefix: str = ID) -> House:
    """Return a house in which a device has told the whole status of one component."""
    house = House(ShellyTranslator())
    house.hear(f"{prefix}/status/{component}", json.dumps(status))
    return house


def notified(params: dict[str, object], method: str = "NotifyStatus", src: str = ID) -> str:
    """Write a notification as a device sends it."""
    return json.dumps({"src": src, "dst": f"{src}/events", "method": method, "params": {"ts": 1772442000.1} | params})


VALUES = [
    # component, its status, the point, its value, quantity, unit
    ("switch:0", SWITCH, "switch_0", "on", "state", ""),
    ("switch:0", SWITCH, "switch_0_apower", 61.2, "power", "W"),
    ("switch:0", SWITCH, "switch_0_voltage", 231.4, "voltage", "V"),
    ("switch:0", SWITCH, "switch_0_current", 0.271, "current", "A"),
    ("switch:0", SWITCH, "switch_0_aenergy_total", 1234.5, "energy", "Wh"),
    ("switch:0", SWITCH, "switch_0_temperature_tc", 38.1, "temperature", "°C"),
    ("switch:0", SWITCH, "switch_0_errors", "off", "state", ""),
    ("switch:0", SWITCH | {"errors": ["overtemp"]}, "switch_0_errors", "on", "state", ""),
    ("switch:0", {"id": 0, "source": "init", "output": False, "temperature": {"tC": 57.7, "tF": 135.9}},
     "switch_0", "off", "state", ""),
    ("pm1:0", {"id": 0, "voltage": 230.1, "current": 0.5, "apower": 115.0, "freq": 50.0,
               "ret_aenergy": {"total": 1.5}}, "pm1_0_ret_aenergy_total", 1.5, "energy", "Wh"),
    ("em:0", {"id": 0, "a_current": 4.0, "a_voltage": 236.1, "a_act_power": 951.2, "a_aprt_power": 952.1, "a_pf": 1,
              "a_freq": 50, "b_act_power": 12.5, "n_current": None, "total_act_power": 963.7}, "em_0_b_act_power", 12.5,
     "power", "W"),
    ("em:0", {"id": 0, "a_act_power": 951.2, "total_act_power": 963.7}, "em_0_total_act_power", 963.7, "power", "W"),
    ("em:0", {"id": 0, "n_current": None}, "em_0_n_current", "", "current", "A"),
    ("em1:1", {"id": 1, "current": 2.598, "voltage": 234.9, "act_power": 501.8, "aprt_power": 612.4, "pf": 0.84,
               "freq": 50, "calibration": "factory"}, "em1_1_act_power", 501.8, "power", "W"),
    ("em1data:1", {"id": 1, "total_act_energy": 6644.9, "total_act_ret_energy": 2595.26}, "em1data_1_total_act_energy",
     6644.9, "energy", "Wh"),
    ("emdata:0", {"id": 0, "total_act": 11.2, "total_act_ret": 0}, "emdata_0_total_act", 11.2, "energy", "Wh"),
    ("temperature:0", {"id": 0, "tC": 22.6, "tF": 72.7}, "temperature_0_tc", 22.6, "temperature", "°C"),
    ("temperature:100", {"id": 100, "tC": None, "tF": None, "errors": ["read"]}, "temperature_100_tc", "",
     "temperature", "°C"),
    ("temperature:100", {"id": 100, "tC": None, "tF": None, "errors": ["read"]}, "temperature_100_errors", "on",
     "state", ""),
    ("humidity:0", {"id": 0, "rh": 43.9}, "humidity_0_rh", 43.9, "humidity", "%"),
    ("illuminance:0", {"id": 0, "lux": 71, "illumination": "dark"}, "illuminance_0_lux", 71.0, "illuminance", "lx"),
    ("input:0", {"id": 0, "state": True}, "input_0_state", "on", "state", ""),
    ("input:1", {"id": 1, "percent": 40}, "input_1_percent", 40.0, "other", "%"),
    ("devicepower:0", {"id": 0, "battery": {"V": 5.8, "percent": 91}, "external": {"present": False}},
     "devicepower_0_battery_percent", 91.0, "battery", "%"),
    ("cover:0", {"id": 0, "state": "stopped", "apower": 0.0, "current_pos": 60, "pos_control": True},
     "cover_0_current_pos", 60.0, "other", "%"),
    ("smoke:0", {"id": 0, "alarm": True, "mute": False}, "smoke_0_alarm", "on", "state", ""),
    ("presencezone:200", {"id": 200, "value": True, "num_objects": 2}, "presencezone_200_value", "on", "state", ""),
    ("presencezone:200", {"id": 200, "value": True, "num_objects": 2}, "presencezone_200_num_objects", 2.0,
     "other", ""),
    ("wifi", {"sta_ip": "10.0.0.9", "status": "got ip", "ssid": "hall", "rssi": -61}, "wifi_rssi", -61.0,
     "signal_strength", "dBm"),
    ("sys", SYS, "sys_uptime", 77.0, "duration", "s"),
    ("sys", SYS, "firmware", "off", "state", ""),
    ("sys", SYS | {"available_updates": {"beta": {"version": "1.8.0-beta1"}}}, "firmware", "off", "state", ""),
    ("sys", SYS | {"available_updates": {"stable": {"version": "1.7.4"}}}, "firmware", "on", "state", ""),
]  # fmt: skip


@pytest.mark.parametrize(("component", "status", "key", "value", "quantity", "unit"), VALUES)
def test_every_value_in_a_status_becomes_a_point_with_its_value(
    component: str, status: dict[str, object], key: str, value: float | str, quantity: str, unit: str
) -> None:
    """From the native status message to the value; the message that shows a component already gives its values."""
    house = heard(component, status)

    assert house.values[key] == value
    point = house.point(key)
    assert (point.unit, point.quantity) == (unit, Quantity(quantity))


def test_a_device_says_what_it_is() -> None:
    """The MAC address is its identity for ever, whichever message showed it first."""
    (found,) = heard("switch:0", SWITCH).announcements.values()
    assert found.device is not None
    assert found.topic == HOME
    assert (found.device.identity, found.device.name) == (f"shelly-{MAC}", ID)
    assert (found.device.maker, found.device.model, found.device.supply) == ("Shelly", "shellyplugsg3", Supply.MAINS)


def test_it_is_there_while_it_says_so_and_away_by_its_will() -> None:
    """``online`` is kept by the broker, and false is its will."""
    house = heard("switch:0", SWITCH)
    assert house.available == {None}
    house.hear(f"{ID}/online", "true", retained=True)
    assert house.available == {True}
    house.hear(f"{ID}/online", "false", retained=True)
    assert house.available == {False}


def test_a_switch_is_told_on_and_off_in_words() -> None:
    """The device's own control topic, which needs no answer to be matched with a question."""
    point = heard("switch:0", SWITCH).point("switch_0")
    assert point.command_topics == {f"{ID}/command/switch:0"}
    assert (point.config["payload_on"], point.config["payload_off"]) == ("on", "off")


def test_without_whole_statuses_the_changes_tell_what_there_is() -> None:
    """``status_ntf`` is off from the factory; a change names only what changed, and what it names not stays."""
    house = House(ShellyTranslator())
    house.hear(f"{ID}/events/rpc", notified({"switch:0": {"id": 0, "output": True, "apower": 60.5}}))
    house.hear(f"{ID}/events/rpc", notified({"switch:0": {"id": 0, "apower": 3.5}}))
    house.hear(f"{ID}/events/rpc", notified({"cloud": {"connected": False}}))
    assert house.values == {"switch_0": "on", "switch_0_apower": 3.5}
    house.hear(f"{ID}/events/rpc", notified({"switch:0": {"id": 0, "output": False}}))
    assert house.values == {"switch_0": "off", "switch_0_apower": 3.5}


def test_a_whole_status_is_believed_more_than_changes() -> None:
    """Both are sent; each value must come once, from the topic that has all of it."""
    house = House(ShellyTranslator())
    house.hear(f"{ID}/events/rpc", notified({"switch:0": {"id": 0, "output": True}}))
    house.hear(f"{ID}/status/switch:0", json.dumps(SWITCH))
    house.hear(f"{ID}/events/rpc", notified({"switch:0": {"id": 0, "apower": 1.0}}))
    assert house.values["switch_0_apower"] == 61.2
    assert house.readers["switch_0_apower"].state_topics == {f"{ID}/status/switch:0"}


def test_a_button_says_how_it_was_pressed_and_nothing_that_the_broker_kept() -> None:
    """The events of one notification may be about another component."""
    house = heard("input:0", {"id": 0, "state": None})
    press = {"component": "input:0", "id": 0, "event": "single_push", "ts": 1772442000.1}
    house.hear(f"{ID}/events/rpc", notified({"events": [press]}, "NotifyEvent"), retained=True)
    assert house.values == {}
    house.hear(f"{ID}/events/rpc", notified({"events": [{"component": "sys", "event": "x"}, press]}, "NotifyEvent"))
    assert house.values == {"input_0_event": "single_push"}
    other = {"component": "input:1", "id": 1, "event": "long_push"}
    house.hear(f"{ID}/events/rpc", notified({"events": [other]}, "NotifyEvent"))
    assert house.values == {"input_0_event": "single_push", "input_1_event": "long_push"}


def test_a_sleeper_on_a_battery_is_not_offline_while_it_sleeps() -> None:
    """It disconnects after each report; three missed ones make its values old."""
    house = heard("temperature:0", {"id": 0, "tC": 21.0}, "shellyhtg3-001122334455")
    own = "shellyhtg3-001122334455"
    house.hear(f"{own}/status/sys", json.dumps(SYS | {"mac": "001122334455", "wakeup_period": 3600}))
    battery = {"id": 0, "battery": {"V": 5.8, "percent": 91}, "external": {"present": False}}
    house.hear(f"{own}/status/devicepower:0", json.dumps(battery))
    house.hear(f"{own}/online", "false", retained=True)
    assert house.available == {True}
    assert house.readers["temperature_0_tc"].expires_s == 3 * 3600
    (found,) = house.announcements.values()
    assert found.device is not None
    assert found.device.supply is Supply.BATTERY


def test_a_prefix_of_the_houses_own_is_a_shelly_once_its_sys_or_its_notifications_show_one() -> None:
    """What it said before is not lost: components come in the order of the alphabet, sys near the end."""
    for message in [("status/sys", json.dumps(SYS)), ("events/rpc", notified({"sys": {"uptime": 4}}))]:
        house = House(ShellyTranslator())
        assert house.hear("beamer-plug/status/switch:0", json.dumps(SWITCH)) == {}
        house.hear(f"beamer-plug/{message[0]}", message[1])
        house.hear("beamer-plug/status/switch:0", json.dumps(SWITCH))
        assert house.values["switch_0_apower"] == 61.2
        (found,) = house.announcements.values()
        assert found.device is not None
        assert (found.device.identity, found.device.name) == (f"shelly-{MAC}", "beamer-plug")


def test_below_a_level_of_its_own_the_filters_read_nothing_else() -> None:
    """A house that gives its Shellys a common level reads that level alone."""
    translator = ShellyTranslator("venue/shelly")
    assert translator.filters == (
        "venue/shelly/+/online", "venue/shelly/+/status/+", "venue/shelly/+/events/rpc",
    )  # fmt: skip
    assert translator.hear(f"venue/shelly/{ID}/status/switch:0", json.dumps(SWITCH).encode())
    assert translator.hear(f"{ID}/status/switch:0", json.dumps(SWITCH).encode()) == {}
    with pytest.raises(Untranslatable):
        ShellyTranslator("venue/#")


FOREIGN = [
    ("printer/online", "true"),
    ("printer/online", "yes"),
    ("printer/status/switch:0", json.dumps(SWITCH)),
    ("printer/status/sys", json.dumps({"mac": MAC, "uptime": 3})),
    ("printer/status/sys", json.dumps({"mac": "no", "cfg_rev": 1, "ram_size": 1})),
    ("printer/status/paper", "empty"),
    ("printer/events/rpc", json.dumps({"src": "printer", "method": "NotifyStatus", "params": {"switch:0": {"id": 0}}})),
    ("printer/events/rpc", json.dumps({"src": ID, "method": "Other", "params": {"switch:0": {"id": 0, "apower": 1}}})),
    ("printer/events/rpc", "[" * 9000),
    (f"{ID}/status/printer", json.dumps({"id": 0, "apower": 3})),
    (f"{ID}/status/switch:0", json.dumps({"id": 1, "apower": 3})),
    (f"{ID}/status/switch:0", "on"),
    (f"{ID}/status/humidity:0", '{"id":0,"rh":1e999}'),
    (f"{ID}/status/switch:0/more", json.dumps(SWITCH)),
    (f"{ID}/status/switch:{'9' * 5000}", json.dumps(SWITCH)),
]


@pytest.mark.parametrize(("topic", "payload"), FOREIGN)
def test_what_only_looks_like_a_shelly_becomes_no_device(topic: str, payload: str) -> None:
    """Many things say ``online``; only a Shelly's content makes a Shelly."""
    assert ShellyTranslator().hear(topic, payload.encode()) == {}


def test_nothing_is_announced_again_while_nothing_new_is_seen() -> None:
    """A status comes each second; the hub must not read an announcement with each."""
    house = heard("switch:0", SWITCH)
    assert house.hear(f"{ID}/status/switch:0", json.dumps(SWITCH | {"apower": 9.9})) == {}
    assert house.values["switch_0_apower"] == 9.9
    assert house.hear(f"{ID}/status/humidity:0", '{"id":0,"rh":40}')


def test_clearing_its_kept_online_message_withdraws_it() -> None:
    """That is how a technician takes a device away that will not come back."""
    house = heard("switch:0", SWITCH)
    assert house.hear(f"{ID}/online", b"") == {HOME: b""}
    assert house.announcements[HOME].device is None
    assert house.hear(f"{ID}/online", b"") == {}


def test_two_devices_with_one_prefix_are_told_to_the_technician() -> None:
    """A copied configuration: their values would be mixed."""
    house = heard("switch:0", SWITCH)
    with pytest.raises(Untranslatable, match="topic prefix of its own") as refused:
        house.hear(f"{ID}/events/rpc", notified({"humidity:0": {"id": 0, "rh": 4}}, src="shellyhtg3-001122334455"))
    assert refused.value.code == "shared_prefix"
    house.hear(f"{ID}/status/sys", json.dumps(SYS))
    assert "sys_uptime" in house.keys
    assert "humidity_0_rh" not in house.keys


def test_a_device_keeps_its_identity_under_a_new_prefix_but_nobody_takes_that_of_one_online() -> None:
    """Renaming a device goes: it leaves first. Calling oneself like a device that is there does not."""
    house = heard("switch:0", SWITCH)
    with pytest.raises(Untranslatable) as refused:
        house.hear("other/status/sys", json.dumps(SYS))
    assert refused.value.code == "already_there"
    house.hear(f"{ID}/online", "false")
    house.hear("other/status/sys", json.dumps(SYS))
    assert house.point("sys_uptime").topics >= {"other/status/sys"}


def test_a_known_device_that_speaks_rubbish_is_reported() -> None:
    """From a stranger it is no business of ours; from a Shelly it is a fault."""
    house = heard("switch:0", SWITCH)
    with pytest.raises(Untranslatable):
        house.hear(f"{ID}/status/switch:0", "{")
    with pytest.raises(Untranslatable):
        house.hear(f"{ID}/online", "maybe")


def test_no_more_devices_and_strangers_are_remembered_than_agreed() -> None:
    """A flood of topics must not fill the memory (I13)."""
    translator = ShellyTranslator(most=2)
    for number in range(50):
        translator.hear(f"stranger{number}/status/switch:0", json.dumps(SWITCH).encode())
    assert len(translator._strangers) <= 2
    for number in range(2):
        assert translator.hear(f"shelly1-{number:012x}/status/switch:0", json.dumps(SWITCH).encode())
    with pytest.raises(Untranslatable, match="2 Shelly devices"):
        translator.hear(f"{ID}/status/switch:0", json.dumps(SWITCH).encode())


def test_one_device_has_no_more_components_than_a_real_one() -> None:
    """The largest have some thirty (I13)."""
    house = heard("switch:0", SWITCH)
    for number in range(39):
        house.hear(f"{ID}/status/humidity:{number}", json.dumps({"id": number, "rh": 4}))
    with pytest.raises(Untranslatable) as refused:
        house.hear(f"{ID}/status/humidity:40", b'{"id":40,"rh":4}')
    assert refused.value.code == "too_many"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=12) | st.just(ID),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["id", "src", "params", "method", "events", "component", "event", "switch:0",
                                       "input:0", "mac", "output", "apower", "aenergy", "total", "errors"]),
                      inner, max_size=6),
    max_leaves=30,
)  # fmt: skip
LEAVES = ["online", "events/rpc", "status/switch:0", "status/sys", "status/input:0", "status/devicepower:0"]


@given(
    st.lists(st.tuples(st.sampled_from(LEAVES), st.binary(max_size=200) | JSON.map(lambda j: json.dumps(j).encode())))
)
def test_any_messages_give_announcements_that_the_hub_can_read_or_a_reason(messages: list[tuple[str, bytes]]) -> None:
    """Nothing else may be raised into the door, and no announcement of ours may be refused by our own hub."""
    translator = ShellyTranslator()
    translator.hear(f"{ID}/status/switch:0", json.dumps(SWITCH).encode())
    for leaf, payload in messages:
        try:
            said = translator.hear(f"{ID}/{leaf}", payload)
        except Untranslatable:
            continue
        for topic, announced in said.items():
            for point in read_announcement(topic, announced, PREFIX).points:
                reader = PointReader(point.component, point.config)
                for listens in reader.state_topics:
                    reader.hear_state(listens, payload, retained=False, now=datetime.now(UTC))


@pytest.mark.parametrize("method", [{"ts": 1.0}, ["NotifyStatus"], 5, None])
def test_a_notification_whose_method_is_no_text_is_nobodys(method: object) -> None:
    """A fuzzer found that an object there was an error that nobody had documented."""
    said = {"src": "shellyplus1pm-0123456789ab", "method": method, "params": {"switch:0": {"id": 0}}}
    assert ShellyTranslator().hear("shelly-1/events/rpc", json.dumps(said).encode()) == {}
