"""An operator's broker on our files, with links to it; and a technician's bench with ESPHome.

``operator``  a real Mosquitto that reads firmware_config/mosquitto as Debian's would, with test certificates.
``join``      ``join("kiosk-1", on_message, subscriptions=(...), ...)``: a link to it under that name, over TLS.
``bench``     the ESPHome files as a technician copies them, with secrets.yaml made from the example.
``generate``  ``generate("room-node", name="hall-node")``: what ESPHome makes of a device's file, lines changed.
"""

import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from devices.contract.topics import HUB, ROOMS, Leaf, topic
from devices.link import MqttLink
from devices.ports import LinkSettings, Received
from hub.broker_files import password_line
from tests.firmware_config.access import GIVEN, SITE, operators_list
from tests.firmware_config.certificates import make_authority, make_server
from tests.firmware_config.esphome_tool import FILES, Generate, esphome, substitution
from tests.firmware_config.generated import Generated

WaitUntil = Callable[[Callable[[], object]], None]
Join = Callable[..., MqttLink]
SENSORS = ("room-1-node", "plug-7", "zigbee2mqtt")
PASSWORDS = {HUB: "the hub's own", ROOMS: "its second", "kiosk-1": "one", "kiosk-2": "two"} | {
    sensor: f"the {sensor}'s" for sensor in SENSORS
}

DEBIANS_OWN = """
persistence true
persistence_location {folder}/
log_dest stderr
include_dir {folder}/conf.d
user root
"""


@dataclass(frozen=True)
class Operator:
    """An operator's broker: where it listens (``plain_port``: without TLS), whom it trusts, and another authority."""

    port: int
    plain_port: int
    ca: Path
    another_ca: Path
    folder: Path
    pid: int


@pytest.fixture
def operator(tmp_path: Path, wait_until: WaitUntil) -> Iterator[Operator]:
    """Load the given files as Debian would, with test certificates, on a free port."""
    ca, key, name = make_authority(tmp_path, "ca")
    another, _, _ = make_authority(tmp_path, "another")
    make_server(tmp_path, key, name)
    lines = [password_line(user, password, b"twelve bytes") for user, password in PASSWORDS.items()]
    (tmp_path / "passwords").write_text("\n".join(lines) + "\n")
    (tmp_path / "acl").write_text(operators_list(*SENSORS), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        port, plain = int(one.getsockname()[1]), int(other.getsockname()[1])
    text = (GIVEN / "mosquitto.conf").read_text(encoding="utf-8")
    assert text.count("/etc/mosquitto/yingbin/") == 5
    assert "listener 8883\n" in text
    text = text.replace("/etc/mosquitto/yingbin/", f"{tmp_path}/").replace(
        "listener 8883", f"listener {port} 127.0.0.1"
    )
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "yingbin.conf").write_text(text, encoding="utf-8")
    text = (GIVEN / "yingbin_without_tls.conf").read_text(encoding="utf-8")
    assert "listener 1883 192.0.2.10\n" in text
    text = text.replace("listener 1883 192.0.2.10", f"listener {plain} 127.0.0.1")
    (tmp_path / "conf.d" / "yingbin_without_tls.conf").write_text(text, encoding="utf-8")
    (tmp_path / "mosquitto.conf").write_text(DEBIANS_OWN.format(folder=tmp_path))
    with subprocess.Popen(
        ["/usr/sbin/mosquitto", "-c", str(tmp_path / "mosquitto.conf")], stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            wait_until(lambda: process.poll() is not None or (_accepts(port) and _accepts(plain)))
            assert process.poll() is None, process.stderr and process.stderr.read()
            yield Operator(port, plain, ca, another, tmp_path, process.pid)
        finally:
            process.terminate()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def join(operator: Operator) -> Iterator[Join]:
    """Give a function that starts a link to the operator's broker under a name, stopped after the test."""
    links: list[MqttLink] = []

    def start(client: str, on_message: Callable[[Received], None] = lambda _: None, **changes: object) -> MqttLink:
        settings = LinkSettings(
            host="127.0.0.1",
            port=operator.port,
            client_id=client,
            state_topic="" if client in {ROOMS, *SENSORS, "room-2-node"} else topic(SITE, client, Leaf.STATE),
            presence=lambda status: status.encode(),
            username=client,
            password=PASSWORDS.get(client, client),
            tls_ca=operator.ca,
        )
        links.append(MqttLink(replace(settings, **changes), on_message))  # type: ignore[arg-type]
        links[-1].start()
        return links[-1]

    yield start
    for link in links:
        link.stop()


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the folder as a technician would, with secrets.yaml made from the example."""
    folder = tmp_path_factory.mktemp("technician") / "esphome"
    shutil.copytree(FILES, folder, ignore=shutil.ignore_patterns(".esphome", "secrets.yaml"))
    shutil.copy(folder / "secrets.yaml.example", folder / "secrets.yaml")
    return folder


@pytest.fixture(scope="session")
def generate(bench: Path) -> Generate:
    """Give a function that returns the C++ made from a device's file, made once for each set of changes."""

    @cache
    def made(device: str, **changes: str) -> Generated:
        done = esphome(bench, "compile", "--only-generate", f"{device}.yaml", changes=changes)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "WARNING" not in done.stdout + done.stderr
        name = changes.get("name") or substitution(device, "name")
        code = (bench / ".esphome" / "build" / name / "src" / "main.cpp").read_text(encoding="utf-8")
        return Generated(re.sub(r"^ *//.*\n", "", code, flags=re.MULTILINE))

    return made
