"""The ESPHome files, looked at by ESPHome itself, without a network; and what devices made from them will say."""

import json
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.announcing import Entity, Nameplate, announce
from devices.contract import codec
from devices.contract.alerts import AlertAnswer, Did
from devices.contract.commands import CommandResult
from devices.contract.messages import ACKNOWLEDGEMENTS, DEVICE_MESSAGES, Clock, Heartbeat
from devices.contract.topics import ROOT, Leaf, is_id, parse
from hub.discovery import PointReader, read_announcement
from hub.domain.field_devices import Quantity
from tests.firmware_config.access import may
from tests.firmware_config.esphome_tool import FILES, Generate, esphome, substitution
from tests.firmware_config.generated import Generated, unquoted

DEVICES = ["room-node", "plug", "plug-esp8266", "pager"]
PLUGS = ["plug", "plug-esp8266"]
SENSORS = ["room-node", *PLUGS]
MAC, ANOTHER_MAC = "a0b1c2d3e4f5", "a0b1c2d3e4f6"


@pytest.mark.parametrize("device", DEVICES)
def test_esphome_takes_the_file_as_it_stands(generate: Generate, device: str) -> None:
    """With the example's secrets, offline, and without a warning."""
    made = generate(device)
    assert made.name == substitution(device, "name")
    assert is_id(made.name)


@pytest.mark.parametrize(
    ("device", "line", "value", "complaint"),
    [
        ("room-node", "scale_empty", "much", "calibrate_linear"),
        ("room-node", "name", "Room 1", "invalid character for names"),
        ("plug", "at_power_on", "PERHAPS", "Unknown value 'PERHAPS'"),
        ("plug", "most_amps", "ten", "ten"),
    ],
)
def test_a_slip_of_the_technician_is_named(bench: Path, device: str, line: str, value: str, complaint: str) -> None:
    """ESPHome refuses it before anything is loaded; were these silent, nothing here would be checked at all."""
    refused = esphome(bench, "config", f"{device}.yaml", changes={line: value})
    assert refused.returncode != 0
    assert complaint in refused.stdout + refused.stderr


def test_the_other_air_sensor_fits_in_its_place(bench: Path) -> None:
    """A BME280 instead of an SHT4x is one word in the room's file."""
    text = (bench / "room-node.yaml").read_text(encoding="utf-8")
    changed = text.replace("parts/air-sht4x.yaml", "parts/air-bme280.yaml")
    assert changed != text
    (bench / "with-bme280.yaml").write_text(changed, encoding="utf-8")
    done = esphome(bench, "config", "with-bme280.yaml")
    assert (done.returncode, "bme280_i2c" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize("device", DEVICES)
def test_a_device_is_called_the_same_everywhere(generate: Generate, device: str) -> None:
    """Its name is its user at the broker, its client id and its topic."""
    made = generate(device)
    assert made.call("set_topic_prefix") == f'{made.name}", "{made.name}'
    assert {made.call("set_username"), made.call("set_client_id")} == {made.name}


@pytest.mark.parametrize("device", DEVICES)
def test_a_silent_device_is_missed_and_an_old_word_forgotten(generate: Generate, device: str) -> None:
    """Called offline within 30 s, values that are none said plainly, no command from before, no logs over MQTT.

    Only what is said to a pager waits for it at the broker: alerts carry the time until which they count.
    """
    made = generate(device)
    assert int(made.call("set_keep_alive")) * 1.5 <= 30
    assert made.call("set_publish_nan_as_none") == "true"
    assert made.call("set_clean_session") == ("false" if device == "pager" else "true")
    assert len(made.calls("disable_log_message")) == 1
    assert re.search(r"set_last_will\(mqtt::MQTTMessage\{\s*\.topic = [^}]*\.retain = true", made.code)


@pytest.mark.parametrize("device", ["room-node", "plug", "pager"])
def test_an_esp32_speaks_tls_to_the_broker_it_means(generate: Generate, device: str) -> None:
    """The authority is given, and the name in the certificate is checked."""
    made = generate(device)
    assert made.call("set_broker_port") == "8883"
    assert "BEGIN CERTIFICATE" in made.call("set_ca_certificate")
    assert made.call("set_skip_cert_cn_check") == "false"


def test_the_plug_that_cannot_do_tls_says_so(generate: Generate) -> None:
    """It uses the plain port, and its file names the condition."""
    assert generate("plug-esp8266").call("set_broker_port") == "1883"
    assert "Without TLS" in (FILES / "plug-esp8266.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("device", SENSORS)
def test_two_rooms_from_one_file_never_collide(generate: Generate, device: str) -> None:
    """Neither a topic nor a unique id is shared; with ESPHome's default they were, and the second room vanished."""
    one, two = generate(device), generate(device, name="another-room")
    assert one.entities
    said, also = one.announcements(MAC), two.announcements(ANOTHER_MAC)
    assert topics_and_ids(said).isdisjoint(topics_and_ids(also))
    default = "mqtt::MQTT_LEGACY_UNIQUE_ID_GENERATOR"
    old = [
        Generated(made.code.replace("mqtt::MQTT_MAC_ADDRESS_UNIQUE_ID_GENERATOR", default)).announcements(mac)
        for made, mac in ((one, MAC), (two, ANOTHER_MAC))
    ]
    assert not topics_and_ids(old[0]).isdisjoint(topics_and_ids(old[1])), "this test would see a collision"


def topics_and_ids(said: dict[str, dict[str, object]]) -> set[object]:
    """Return everything that must be one's own; fails if two entities of one device share something."""
    mine = [
        *said,
        *(config[key] for config in said.values() for key in ("uniq_id", "obj_id", "stat_t", "cmd_t") if key in config),
    ]
    assert len(mine) == len(set(mine))
    return set(mine)


@pytest.mark.parametrize("device", SENSORS)
def test_the_broker_lets_a_device_say_and_hear_what_it_needs(generate: Generate, device: str) -> None:
    """Every topic of its announcements is within the access list, for its own user and for no other."""
    made = generate(device)
    for announced, config in made.announcements(MAC).items():
        assert may(made.name, "write", announced, sensors=[made.name])
        for key in ("stat_t", "avty_t"):
            assert key not in config or may(made.name, "write", str(config[key]), sensors=[made.name])
            assert key not in config or not may("another-room", "write", str(config[key]), sensors=["another-room"])
        assert "cmd_t" not in config or may(made.name, "read", str(config["cmd_t"]), sensors=[made.name])


@pytest.mark.parametrize(
    ("device", "name", "quantity", "said", "value"),
    [
        ("room-node", "Temperature", Quantity.TEMPERATURE, b"21.35", 21.35),
        ("room-node", "Humidity", Quantity.HUMIDITY, b"45.1", 45.1),
        ("room-node", "Carbon dioxide", Quantity.CARBON_DIOXIDE, b"612", 612),
        ("room-node", "Tea pot weight", Quantity.WEIGHT, b"0.830", 0.83),
        ("room-node", "Tea pot weight", Quantity.WEIGHT, b"None", None),
        ("plug", "Power", Quantity.POWER, b"48.3", 48.3),
        ("plug", "Voltage", Quantity.VOLTAGE, b"229.8", 229.8),
        ("plug-esp8266", "Current", Quantity.CURRENT, b"0.21", 0.21),
    ],
)
def test_the_hub_reads_what_a_device_announces_and_says(
    generate: Generate, device: str, name: str, quantity: Quantity, said: bytes, value: float | None
) -> None:
    """Each value arrives as what it measures, in a room that the device suggests; "None" is no value and no zero."""
    made = generate(device)
    (announced,) = [one for one in made.announcements(MAC).items() if one[1]["name"] == name]
    found = read_announcement(announced[0], json.dumps(announced[1]).encode(), "homeassistant")
    assert found.device
    assert (found.device.area, found.device.maker) == (substitution(device, "room"), "yingbin")
    (point,) = found.points
    assert point.quantity is quantity
    reader = PointReader(point.component, point.config)
    reader.hear_availability(f"{made.name}/status", b"online")
    assert reader.available
    (topic_of_state,) = reader.state_topics
    heard = reader.hear_state(topic_of_state, said, retained=False, now=datetime.now(UTC))
    assert heard
    assert heard.value == value


@pytest.mark.parametrize("device", SENSORS)
def test_the_hub_takes_every_announcement(generate: Generate, device: str) -> None:
    """Lights and buttons too: known, whether or not anything is done with them."""
    for where, config in generate(device).announcements(MAC).items():
        assert read_announcement(where, json.dumps(config).encode(), "homeassistant").points


@pytest.mark.parametrize("device", DEVICES)
def test_names_are_plain_ascii(generate: Generate, device: str) -> None:
    """ESPHome writes "_" for every other sign, so that 温度 and 湿度 would be one topic."""
    assert all(entity.name.isascii() for entity in generate(device).entities)


def test_a_room_may_have_a_chinese_name(generate: Generate) -> None:
    """Only the names of values may not: the room is suggested as it is written."""
    made = generate("room-node", room="一号会议室")
    assert {config["dev"]["sa"] for config in made.announcements(MAC).values()} == {"一号会议室"}  # type: ignore[index]


def test_the_service_button_is_never_retained(generate: Generate) -> None:
    """A press of yesterday must not come again when the hub starts; ESPHome retains unless told otherwise."""
    code = generate("room-node").code
    event = re.search(r"(\w+) ?= reinterpret_cast<mqtt::MQTTEventComponent|new\((\w+)\) mqtt::MQTTEventComponent", code)
    assert event
    assert f"{event[1] or event[2]}->set_retain(false);" in code


def test_the_scale_says_kilograms_from_its_two_points(generate: Generate) -> None:
    """The two raw values of the calibration become 0 and 1 kg: slope and offset are in the firmware."""
    found = re.search(r"CalibrateLinearFilter<1>\(\{\{([-\d.e]+)f, ([-\d.e]+)f,", generate("room-node").code)
    assert found
    slope, offset = float(found[1]), float(found[2])
    empty, full = (float(substitution("room-node", name)) for name in ("scale_empty", "scale_1_kg"))
    assert slope * empty + offset == pytest.approx(0, abs=1e-4)
    assert slope * full + offset == pytest.approx(1, abs=1e-4)


def relay_at_power_on(made: Generated) -> str:
    """Return what the relay does after a power cut, in ESPHome's words."""
    (mode,) = re.findall(r"relay->set_restore_mode\(switch_::SWITCH_(\w+)\);", made.code)
    return str(mode)


@pytest.mark.parametrize("device", PLUGS)
def test_a_plug_comes_back_safely(generate: Generate, device: str) -> None:
    """After a power cut it is off, or as it was; and neither the broker nor Wi-Fi makes it restart."""
    made = generate(device)
    assert relay_at_power_on(made) in {"ALWAYS_OFF", "RESTORE_DEFAULT_OFF"}
    assert set(made.calls("set_reboot_timeout")) == {"0"}


def test_a_plug_for_hot_things_stays_off(generate: Generate) -> None:
    """The example for a heater does not start it by itself."""
    assert relay_at_power_on(generate("plug-esp8266")) == "ALWAYS_OFF"


def test_the_pager_speaks_on_the_contracts_topics(generate: Generate) -> None:
    """Every topic of ours in it belongs to the contract, to this pager, and is allowed to it."""
    made = generate("pager")
    site = substitution("pager", "site")
    topics = set(re.findall(rf'"({ROOT}/[^"\\]+)"', made.code))
    assert {parse(each).leaf for each in topics} == {
        *(Leaf.STATE, Leaf.INFO, Leaf.TELE, Leaf.UP_ACK),
        *(Leaf.DOWN_ALERT, Leaf.DOWN_COMMAND),
    }
    for each in topics:
        address = parse(each)
        assert (address.site, address.device) == (site, made.name)
        way = "read" if address.leaf in {Leaf.DOWN_ALERT, Leaf.DOWN_COMMAND} else "write"
        assert may(made.name, way, each, site=site)
    assert not made.entities, "nothing is said on ESPHome's own topics, which the broker would refuse"


def test_the_pager_announces_itself_as_our_other_devices_do(generate: Generate) -> None:
    """Word for word what ``devices.announcing`` would write for it, on the topic that it may write."""
    made = generate("pager")
    found = re.search(r'ESPHOME_F\("(\{\\042dev.*\})"\)\);$', made.code, re.MULTILINE)
    assert found
    said = json.loads(unquoted(found[1]))
    plate = Nameplate(
        site=substitution("pager", "site"),
        device=made.name,
        name=made.name,
        model="ESP32 pager",
        software="1.0",
        area=substitution("pager", "room"),
    )
    battery = Entity(key="battery", name="Battery", device_class="battery", unit="%", expires_s=200, diagnostic=True)
    signal = replace(battery, key="signal", name="Signal", device_class="signal_strength", unit="dBm")
    where, payload = announce(plate, [battery, signal])
    assert said == json.loads(payload)
    assert f'"{where}"' in made.code
    assert may(made.name, "write", where)


PROGRAM = r"""
#include <cmath>
#include <iostream>
#include "pager.h"
int main() {
  auto &voice = pager::voice();
  voice.clock = [] { return uint64_t{1795000000123}; };
  voice.start([](uint8_t *to, size_t bytes) { while (bytes--) *to++ = static_cast<uint8_t>(0xFF - 20 * bytes); });
  const std::string about = voice.id();
  std::cout << voice.state("offline") << "\n" << voice.info("1.0") << "\n" << voice.pulse(4000, 87.4f, -61) << "\n";
  std::cout << voice.pulse(4000, NAN, NAN) << "\n" << voice.result(about, "") << "\n";
  std::cout << voice.result(about, "unknown_command") << "\n" << voice.answer(about, "shown") << "\n";
  std::cout << voice.answer(about, "pass_on") << "\n";
  voice.clock = [] { return uint64_t{5}; };
  std::cout << voice.pulse(4000, NAN, -61) << "\n";
}
"""


def test_what_the_pager_writes_is_in_the_contract(tmp_path: Path) -> None:
    """Its C++ is run here; the strict codec reads presence, description, pulses and answers."""
    (tmp_path / "say.cpp").write_text(PROGRAM, encoding="utf-8")
    build = ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", f"-I{FILES / 'parts'}", "say.cpp", "-o", "say"]
    subprocess.run(build, cwd=tmp_path, check=True)
    lines = subprocess.run([tmp_path / "say"], capture_output=True, check=True).stdout.splitlines()
    leaves = (Leaf.STATE, Leaf.INFO, Leaf.TELE, Leaf.TELE, *[Leaf.UP_ACK] * 4, Leaf.TELE)
    read = [
        codec.decode_one_of(line, ACKNOWLEDGEMENTS)
        if leaf is Leaf.UP_ACK
        else codec.decode(line, DEVICE_MESSAGES[leaf][0])
        for leaf, line in zip(leaves, lines, strict=True)
    ]
    assert [message.seq for message in read] == list(range(9))
    assert read[0].ts.isoformat() == "2026-11-18T11:06:40.123000+00:00"
    assert len({message.boot for message in read}) == 1
    pulses = [message for message in read if isinstance(message, Heartbeat)]
    assert [pulse.readings for pulse in pulses] == [{"battery": 87, "signal": -61}, {}, {"signal": -61}]
    assert [pulse.clock for pulse in pulses] == [Clock.SYNCED, Clock.SYNCED, Clock.UNSYNCED]
    results = [message for message in read if isinstance(message, CommandResult)]
    assert [(result.ok, result.reason) for result in results] == [(True, None), (False, "unknown_command")]
    answers = [message for message in read if isinstance(message, AlertAnswer)]
    assert [answer.did for answer in answers] == [Did.SHOWN, Did.PASS_ON]
    assert {answer.alert for answer in answers} == {result.command for result in results}


AROUND = r"""
#include <cmath>
#include "alerts.h"
// As far as the pager's lambdas use them: ESPHome 2026.6.5, mqtt_client.h, display.h; ArduinoJson 7.
namespace ArduinoJson {
struct Variant {
  template<class T> bool is() const;
  template<class T> T as() const;
  Variant operator[](const char *key) const;
  Variant operator[](size_t index) const;
  size_t size() const;
};
struct JsonObjectConst { Variant operator[](const char *key) const; };
}
namespace mqtt {
struct MQTTMessage { std::string topic; std::string payload; uint8_t qos; bool retain; };
struct MQTTClientComponent {
  void set_last_will(MQTTMessage &&message);
  bool publish(const std::string &topic, const std::string &payload, uint8_t qos = 0, bool retain = false);
  bool is_connected();
};
}
namespace display {
struct BaseFont {};
struct Display { void print(int x, int y, BaseFont *font, const char *text); void update(); };
}
struct Script { void execute(); };
struct Sensor { float state; };
uint32_t millis();
bool random_bytes(uint8_t *data, size_t len);
extern mqtt::MQTTClientComponent *broker;
extern Script *buzz, *tune, *urgent;
extern display::Display *screen;
extern Sensor *battery_level, *radio_level;
extern display::BaseFont *text_font;
"""


def test_the_pagers_lambdas_are_good_cpp(generate: Generate, tmp_path: Path) -> None:
    """ESPHome copies them unread. A compiler reads them here, with the few declarations that they use around them."""
    lambdas = re.findall(
        r'(\[\]\([^)]*\) -> [\w:]+ \{)\n +#line \d+ "parts/pager.yaml"\n(.*?)\n  \}', generate("pager").code, re.DOTALL
    )
    assert len(lambdas) == FILES.joinpath("parts/pager.yaml").read_text(encoding="utf-8").count("lambda")
    written = "".join(f"auto part_{number} = {head}\n{body}\n}};\n" for number, (head, body) in enumerate(lambdas))
    (tmp_path / "lambdas.cpp").write_text(AROUND + written, encoding="utf-8")
    checks = ["g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter"]
    done = subprocess.run(
        [*checks, f"-I{FILES / 'parts'}", "lambdas.cpp"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
