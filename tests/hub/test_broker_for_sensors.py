import stat
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.contract.topics import HUB, ROOMS, Leaf, hub_state, topic
from devices.link import MqttLink
from devices.ports import LinkSettings, NotDelivered, Received
from hub.broker import HOST, Broker, BrokerSettings
from hub.broker_files import SENSORS, Users, read_password, sensor_file
from tests.conftest import SITE

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]
Join = Callable[..., MqttLink]
NAMES = ("hall-node", "zigbee2mqtt", "plug-7")


@pytest.fixture
def strangers(tmp_path: Path) -> Iterator[Broker]:
    """Run a broker that knows other makers' devices."""
    made = Broker(BrokerSettings(tmp_path / "broker", SITE, ("kiosk-1",), Users(sensors=NAMES)))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def join(strangers: Broker, tmp_path: Path, wait_until: Wait) -> Iterator[Join]:
    """Give a function that connects somebody under their own name."""
    links: list[MqttLink] = []

    def start(name: str, heard: list[Received], *filters: str, **changes: str) -> MqttLink:
        password = (
            read_password(sensor_file(tmp_path / "broker", name)) if name in NAMES else strangers.secrets(name).password
        )
        settings = LinkSettings(
            HOST, strangers.port, name, changes.get("state", ""), lambda _: b"online", name, password
        )
        links.append(MqttLink(settings, heard.append))
        links[-1].listen(dict.fromkeys(filters, 1))
        links[-1].start()
        wait_until(lambda: links[-1].connected)
        return links[-1]

    yield start
    for link in links:
        link.stop()


def test_a_sensor_gets_a_password_of_its_own_and_no_key_of_the_venue(strangers: Broker, tmp_path: Path) -> None:
    """The file is copied to a device of another maker: what is in it is given away."""
    assert strangers.pid
    files = sorted((tmp_path / "broker" / SENSORS).iterdir())
    found = [tomllib.loads(path.read_text()) for path in files]
    assert [one["username"] for one in found] == sorted(NAMES)
    assert {key for one in found for key in one} == {"username", "password"}
    assert len({one["password"] for one in found}) == len(NAMES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_the_password_of_a_sensor_stays_the_same_when_the_broker_starts_again(
    strangers: Broker, tmp_path: Path
) -> None:
    """It is in the device's flash; nobody climbs a ladder for a restart."""
    before = read_password(sensor_file(tmp_path / "broker", "plug-7"))
    strangers.stop()
    strangers.start()
    assert read_password(sensor_file(tmp_path / "broker", "plug-7")) == before


@pytest.mark.parametrize(
    ("sensor", "name"),
    [
        ("hall-node", "homeassistant/sensor/hall-node/config"),
        ("hall-node", "homeassistant/sensor/hall-node/temperature/config"),
        ("zigbee2mqtt", "homeassistant/device/0x00158d00/config"),
        ("plug-7", "tasmota/discovery/DC4F220848A2/config"),
        ("hall-node", "hall-node/sensor/temperature/state"),
        ("zigbee2mqtt", "zigbee2mqtt/bridge/state"),
        ("plug-7", "tele/plug-7/SENSOR"),
        ("plug-7", "stat/plug-7/RESULT"),
        ("hall-node", "homeassistant/sensor/hall-node/state"),
    ],
)
def test_what_a_sensor_says_of_itself_reaches_the_hub(join: Join, wait_until: Wait, sensor: str, name: str) -> None:
    """Announcements, and all below its own name, in the forms that makers have."""
    heard: list[Received] = []
    join(ROOMS, heard, "#")
    join(sensor, []).publish(name, b"said")
    wait_until(lambda: heard)
    assert (heard[0].topic, heard[0].payload) == (name, b"said")


@pytest.mark.parametrize(
    "name",
    [
        *(topic(SITE, "kiosk-1", leaf) for leaf in Leaf),
        *(topic(SITE, "plug-7", leaf) for leaf in Leaf),
        hub_state(SITE),
        "yingbin/v1/other/x/state",
        "hall-node/sensor/temperature/state",
        "tele/hall-node/SENSOR",
        "cmnd/plug-7/POWER",
        "homeassistant/status",
        "homeassistant/sensor/hall-node/state",
        "homeassistant/sensor/hall-node/config",
        "homeassistant/sensor/hall-node/temperature/config",
        "homeassistant/device/kiosk-1/config",
        "zigbee2mqtt/bridge/state",
        "$SYS/broker/uptime",
    ],
)
def test_a_sensor_cannot_speak_for_anybody_else(join: Join, name: str) -> None:
    """Not for us, not for the hub, not for another sensor, and not on our topics in its own name."""
    link = join("plug-7", [])
    with pytest.raises(NotDelivered, match="Not authorized"):
        link.publish(name, b"forged")


def test_a_sensor_reads_its_own_commands_and_nothing_of_ours(join: Join, wait_until: Wait) -> None:
    """Mosquitto grants every subscription and withholds; so everything is sent, and what comes is looked at."""
    heard: list[Received] = []
    hub = join(HUB, [])
    kiosk = join("kiosk-1", [])
    rooms = join(ROOMS, [])
    node = join("hall-node", [])
    plug = join("plug-7", heard, "#", "yingbin/#", "tele/#", "plug-7/done")
    for leaf in (Leaf.STATE, Leaf.TELE, Leaf.UP_CHECKIN):
        kiosk.publish(topic(SITE, "kiosk-1", leaf), b"secret", retain=leaf is Leaf.STATE)
    hub.publish(topic(SITE, "plug-7", Leaf.DOWN_COMMAND), b"secret")
    hub.publish(hub_state(SITE), b"secret", retain=True)
    node.publish("hall-node/sensor/x/state", b"secret")
    node.publish("tele/hall-node/SENSOR", b"secret")
    rooms.publish("homeassistant/status", b"online")
    plug.publish("plug-7/done", b"done")
    wait_until(lambda: any(one.topic == "plug-7/done" for one in heard))
    assert {one.topic for one in heard} == {"homeassistant/status", "plug-7/done"}


def test_the_door_for_sensors_reads_no_guest_and_tells_sensors_alone(join: Join, wait_until: Wait) -> None:
    """A user with rights of its own: what it has no business with, it does not see."""
    heard: list[Received] = []
    kiosk = join("kiosk-1", [])
    rooms = join(ROOMS, heard, "#")
    kiosk.publish(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), b"a guest")
    kiosk.publish(topic(SITE, "kiosk-1", Leaf.TELE), b"a temperature")
    wait_until(lambda: heard)
    assert [one.payload for one in heard] == [b"a temperature"]
    for name in (topic(SITE, "kiosk-1", Leaf.DOWN_COMMAND), hub_state(SITE), "nobody/x/command"):
        with pytest.raises(NotDelivered, match="Not authorized"):
            rooms.publish(name, b"order")
    for name in ("hall-node/x/command", "cmnd/hall-node/POWER"):
        rooms.publish(name, b"order")


def test_a_sensor_that_is_no_longer_named_cannot_connect(strangers: Broker, tmp_path: Path, wait_until: Wait) -> None:
    """Its file stays, for a typing mistake must not cost a ladder; its right does not."""
    password = read_password(sensor_file(tmp_path / "broker", "plug-7"))
    strangers.stop()
    again = Broker(BrokerSettings(tmp_path / "broker", SITE, ("kiosk-1",), Users(sensors=("hall-node",))))
    again.start()
    link = MqttLink(LinkSettings(HOST, again.port, "plug-7", "", lambda _: b"", "plug-7", password), lambda _: None)
    link.start()
    try:
        wait_until(lambda: "Not authorized" in link.problem)
    finally:
        link.stop()
        again.stop()
