"""Zigbee2MQTT's settings, held against the schema that it publishes and itself checks them with."""

import copy
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.firmware_config.access import may
from tests.firmware_config.conftest import SENSORS

FOLDER = Path(__file__).parents[2] / "firmware_config" / "zigbee2mqtt"
RELEASE = "2.14.1"
Json = dict[str, Any]


@pytest.fixture
def settings() -> Json:
    """Read the file as it stands."""
    read: Json = yaml.safe_load((FOLDER / "configuration.yaml").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def schema(request: pytest.FixtureRequest) -> Json:
    """Give the schema of Zigbee2MQTT, fetched from the npm registry once and kept in pytest's cache."""
    folder = request.config.cache.mkdir(f"zigbee2mqtt-{RELEASE}")
    found = folder / "settings.schema.json"
    if not found.exists():
        if shutil.which("npm") is None:
            pytest.skip("no npm here to fetch Zigbee2MQTT's schema with: apt-get install npm")
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"zigbee2mqtt@{RELEASE}"]
        fetched = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if fetched.returncode:
            pytest.skip(f"the npm registry does not give zigbee2mqtt@{RELEASE}: {fetched.stderr.strip()[-200:]}")
        package = folder / f"zigbee2mqtt-{RELEASE}.tgz"
        with tarfile.open(package) as archive:
            member = archive.extractfile("package/dist/util/settings.schema.json")
            assert member
            found.write_bytes(member.read())
        package.unlink()
    read: Json = json.loads(found.read_text(encoding="utf-8"))
    return read


def unknown(settings: Json, schema: Json, at: str = "") -> Iterator[str]:
    """List keys that the schema does not name: it would take them in silence, and they would do nothing."""
    known = schema.get("properties", {})
    for key, value in settings.items():
        if key not in known:
            yield f"{at}{key}"
        elif isinstance(value, dict):
            yield from unknown(value, known[key], f"{at}{key}.")


def test_zigbee2mqtts_own_schema_takes_every_setting(settings: Json, schema: Json) -> None:
    """Types, bounds and words are right, and no key is misspelled; ``version`` is the form of the file itself."""
    assert [problem.message for problem in Draft7Validator(schema).iter_errors(settings)] == []
    assert list(unknown(settings, schema)) == ["version"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("availability.active.timeout", 0.5),
        ("advanced.channel", 6),
        ("advanced.last_seen", "always"),
        ("mqtt.keepalive", "15s"),
        ("serial.adapter", "ti"),
    ],
)
def test_a_wrong_setting_would_be_seen(settings: Json, schema: Json, path: str, value: object) -> None:
    """A check that takes everything would be none."""
    changed = copy.deepcopy(settings)
    *tables, name = path.split(".")
    table = changed
    for step in tables:
        table = table[step]
    table[name] = value
    assert list(Draft7Validator(schema).iter_errors(changed))
    table["no_such_key"] = 1
    assert f"{'.'.join(tables)}.no_such_key" in list(unknown(changed, schema))


def test_it_announces_itself_and_says_who_is_there(settings: Json) -> None:
    """Discovery and availability are on; mains devices are missed in minutes, batteries after three reports."""
    assert settings["homeassistant"] == {
        "enabled": True,
        "discovery_topic": "homeassistant",
        "status_topic": "homeassistant/status",
    }
    availability = settings["availability"]
    assert availability["enabled"]
    assert availability["active"]["timeout"] <= 5
    assert 180 <= availability["passive"]["timeout"] <= 240
    assert settings["mqtt"]["keepalive"] * 1.5 <= 30


def test_its_network_is_closed_and_its_page_is_its_own(settings: Json) -> None:
    """Nobody joins unasked, nothing is made up for everybody alike, and no page is open to the network."""
    assert "permit_join" not in settings
    advanced = settings["advanced"]
    assert {advanced[key] for key in ("network_key", "pan_id", "ext_pan_id")} == {"GENERATE"}
    assert settings["frontend"]["host"] == "127.0.0.1"
    assert advanced["enable_external_js"] is False
    assert not advanced["cache_state_persistent"]
    assert not advanced["cache_state_send_on_startup"]


def test_its_user_and_password_stand_in_a_file_of_their_own(settings: Json) -> None:
    """Over TLS, with the authority named; the names in the secret file are those that are asked for."""
    mqtt = settings["mqtt"]
    assert mqtt["server"].startswith("mqtts://")
    assert mqtt["reject_unauthorized"]
    assert mqtt["ca"].endswith("ca.crt")
    secret = yaml.safe_load((FOLDER / "secret.yaml.example").read_text(encoding="utf-8"))
    assert {mqtt["user"], mqtt["password"]} == {f"!secret.yaml {name}" for name in secret}


def test_the_broker_lets_it_write_where_it_writes(settings: Json) -> None:
    """Its base topic is its user's name; it hears its own requests, and that the hub is there."""
    base = settings["mqtt"]["base_topic"]
    secret = yaml.safe_load((FOLDER / "secret.yaml.example").read_text(encoding="utf-8"))
    assert base == secret["user"]
    assert base in SENSORS, "the one that is tried at a real broker"
    prefix = settings["homeassistant"]["discovery_topic"]
    for written in (
        f"{base}/bridge/state",
        f"{base}/lamp",
        f"{base}/lamp/availability",
        f"{prefix}/sensor/0x01/t/config",
    ):
        assert may(base, "write", written, sensors=[base])
    for read in (f"{base}/lamp/set", f"{base}/bridge/request/restart", settings["homeassistant"]["status_topic"]):
        assert may(base, "read", read, sensors=[base])
