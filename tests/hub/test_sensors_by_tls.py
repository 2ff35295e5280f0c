"""Other makers' devices in the network come in by TLS with a password each, and are out when it is made anew."""

import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.clock import SystemClock
from devices.link import MqttLink
from devices.ports import LinkSettings, NotDelivered
from hub.__main__ import main
from hub.authority import Authority
from hub.broker import HOST, Broker, BrokerSettings
from hub.broker_asking import lets_anybody_in
from hub.broker_files import Users, read_password, sensor_file
from hub.broker_tls import TlsListener
from hub.commands.check_broker import broker_findings
from hub.config import read_config
from hub.demo.ways_in import takes_older_tls
from hub.gatekeeper import Gatekeeper
from hub.ports import Store
from hub.web.watch import FeedWatch
from tests.hub.mosquitto.test_settings import free_port

pytestmark = pytest.mark.broker

WaitUntil = Callable[[Callable[[], object]], None]
SENSORS = ("plug-7", "hall-node")


class Network:
    """A hub's broker with a door for sensors, its settings, and links through that door."""

    def __init__(self, folder: Path, wait_until: WaitUntil) -> None:
        """Start it."""
        self.port, self.folder, self._wait_until = free_port(), folder, wait_until
        self.settings = folder / "hub.toml"
        self.settings.write_text(
            f'site = "hall"\ndata = "data"\nkiosks = ["kiosk-1"]\nsensors = {list(SENSORS)}\n'
            f'[broker]\nport = 1\ntls_host = "{HOST}"\ntls_port = 2\npassword_port = {self.port}\n'
        )
        tls = TlsListener(authority=Authority.open(folder / "data" / "authority"), host=HOST, password_port=self.port)
        self.broker = Broker(
            BrokerSettings(folder / "data" / "broker", "hall", ("kiosk-1",), Users(sensors=SENSORS), tls=tls)
        )
        self.broker.start()
        self.links: list[MqttLink] = []

    def password(self, sensor: str) -> str:
        """Return what a technician copies to a device."""
        return read_password(sensor_file(self.folder / "data" / "broker", sensor))

    def link(self, sensor: str, password: str) -> MqttLink:
        """Start a link as a device on the network has it: it trusts the house's authority."""
        ca = self.folder / "data" / "authority" / "authority.crt"
        settings = LinkSettings(HOST, self.port, sensor, "", lambda _: b"online", sensor, password, tls_ca=ca)
        self.links.append(MqttLink(settings, lambda _: None))
        self.links[-1].start()
        return self.links[-1]

    def connected(self, sensor: str) -> MqttLink:
        """Start a link and wait until it may speak."""
        link = self.link(sensor, self.password(sensor))
        self._wait_until(lambda: link.connected)
        return link

    def close(self) -> None:
        """Stop all."""
        for link in self.links:
            link.stop()
        self.broker.stop()


@pytest.fixture
def network(tmp_path: Path, wait_until: WaitUntil) -> Iterator[Network]:
    """Open the door."""
    made = Network(tmp_path, wait_until)
    yield made
    made.close()


@pytest.fixture
def keeper(network: Network, sqlite_store: Store) -> Iterator[Gatekeeper]:
    """Let somebody keep the broker in step, as in a running hub."""
    watch = FeedWatch(sqlite_store)
    watch.start()
    made = Gatekeeper(sqlite_store, network.broker, clock=SystemClock(), wait=watch.wait)
    made.start()
    yield made
    made.stop()
    watch.stop()


def test_a_sensor_comes_in_by_tls_and_speaks_below_its_own_name_only(network: Network) -> None:
    """The same rights as on the hub's own machine; another's topics, and a guest's, are refused."""
    plug = network.connected("plug-7")
    plug.publish("plug-7/status/switch:0", b"{}")
    for topic in ("hall-node/sensor/state", "yingbin/v1/hall/kiosk-1/up/checkin", "yingbin/v1/hall/plug-7/state"):
        with pytest.raises(NotDelivered):
            plug.publish(topic, b"{}")


def test_the_door_is_shut_to_the_nameless_to_wrong_passwords_and_to_old_tls(
    network: Network, wait_until: WaitUntil
) -> None:
    """TLS 1.2 comes in, since many of these devices can do no more; nothing older, and nothing without TLS."""
    assert not lets_anybody_in(HOST, network.port, tls=True)
    stranger = network.link("plug-7", network.password("hall-node"))
    wait_until(lambda: stranger.problem)
    assert not stranger.connected
    assert takes_older_tls(HOST, network.port)
    with pytest.raises(ssl.SSLError):
        _by_tls_1_1(network.port)


def _by_tls_1_1(port: int) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection((HOST, port)) as plain:
        context.wrap_socket(plain)


@pytest.mark.usefixtures("keeper")
def test_a_new_password_puts_whoever_has_the_old_one_out_at_once(
    network: Network, wait_until: WaitUntil, capsys: pytest.CaptureFixture[str]
) -> None:
    """A technician types one line; the session ends, the old password opens nothing, and nobody else notices."""
    stolen, other = network.connected("plug-7"), network.connected("hall-node")
    old = network.password("plug-7")
    assert main(["sensors", "--config", str(network.settings), "--renew", "plug-7"]) == 0
    wait_until(lambda: not stolen.connected)
    new = network.password("plug-7")
    assert new != old
    said = capsys.readouterr().out
    assert str(network.folder / "data" / "broker" / "sensors" / "plug-7.toml") in said.replace("\n", "")
    assert old not in said
    assert new not in said
    again = network.link("plug-7", old)
    wait_until(lambda: again.problem)
    assert not again.connected
    again.stop()
    stolen.stop()
    network.connected("plug-7")
    assert other.connected


def test_only_a_device_of_the_settings_gets_a_password(network: Network, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the keyboard makes no file."""
    assert main(["sensors", "--config", str(network.settings), "--renew", "plug-8"]) == 2
    assert "name it in hub.toml first" in capsys.readouterr().out
    assert not (network.folder / "data" / "broker" / "sensors" / "plug-8.toml").exists()


def test_the_list_says_where_each_finds_its_password_and_what_it_must_trust(
    network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    """And shows none of them."""
    assert main(["sensors", "--config", str(network.settings)]) == 0
    said = capsys.readouterr().out
    assert f"port {network.port}" in said
    assert "authority.crt" in said
    assert network.password("plug-7") not in said


def test_the_check_of_a_deployment_is_content_with_this_door(network: Network) -> None:
    """TLS 1.2 is for passwords alone; the kiosks' door beside it wants 1.3 and a certificate."""
    found = list(broker_findings(read_config(network.settings)))
    assert [one for one in found if not one.well] == []
    assert sum("refuses whoever gives no name" in one.found for one in found) == 3
