"""Who may say and hear what at a real Mosquitto on our files, with sensors of other makers among the devices."""

import os
import signal
import socket
from collections.abc import Callable

import pytest
from paho.mqtt import publish

from devices.contract.topics import ROOMS, Leaf, announcement, hub_state, topic
from devices.link import MqttLink
from devices.ports import NotDelivered, Received
from hub.broker_files import password_line
from tests.firmware_config.access import SITE, matches, may, operators_list
from tests.firmware_config.conftest import PASSWORDS, SENSORS, Operator

pytestmark = pytest.mark.broker

WaitUntil = Callable[[Callable[[], object]], None]
Join = Callable[..., MqttLink]

KIOSK, NODE, PLUG, ZIGBEE = "kiosk-1", *SENSORS
TOPICS = [
    *(topic(SITE, device, leaf) for device in (KIOSK, "kiosk-2", NODE) for leaf in Leaf),
    hub_state(SITE),
    topic("other", KIOSK, Leaf.STATE),
    announcement(KIOSK),
    announcement("kiosk-2"),
    "homeassistant/status",
    "homeassistant/sensor/room-1-node/temperature/config",
    "homeassistant/sensor/temperature/config",
    "homeassistant/device/0x00158d0001020304/config",
    "homeassistant/sensor/room-1-node/temperature/state",
    "tasmota/discovery/DC4F220848A2/config",
    "tasmota/discovery/DC4F220848A2/sensors",
    "tasmota/discovery/config",
    *(
        f"{sensor}/{below}"
        for sensor in SENSORS
        for below in ("status", "sensor/temperature/state", "switch/x/command")
    ),
    "zigbee2mqtt/bridge/state",
    "zigbee2mqtt/bridge/request/permit_join",
    *(f"{way}/{sensor}/POWER" for way in ("cmnd", "stat", "tele") for sensor in (NODE, PLUG)),
    "plug-7/rpc",
    "plug-7/events/rpc",
    "elsewhere",
    "$SYS/broker/uptime",
]


def refusal(link: MqttLink, name: str) -> str | None:
    """Publish on a topic; return why the broker refuses it, or None."""
    try:
        link.publish(name, b"said")
    except NotDelivered as refused:
        return str(refused)
    return None


@pytest.mark.parametrize("user", sorted(PASSWORDS))
def test_each_may_write_what_the_list_says_and_nothing_else(join: Join, wait_until: WaitUntil, user: str) -> None:
    """Every topic is tried; what is refused is answered with "Not authorized", and what is allowed is taken."""
    link = join(user)
    wait_until(lambda: link.connected)
    taken = set()
    for name in TOPICS:
        if (problem := refusal(link, name)) is None:
            taken.add(name)
        else:
            assert "Not authorized" in problem
    assert taken == {name for name in TOPICS if may(user, "write", name, sensors=SENSORS)}
    assert taken, "nobody is here for nothing"


@pytest.mark.parametrize("user", sorted(PASSWORDS))
def test_each_hears_what_the_list_says_and_nothing_else(join: Join, wait_until: WaitUntil, user: str) -> None:
    """Mosquitto grants every subscription and withholds; so everybody says what they may, and all is listened to."""
    heard: list[Received] = []
    listener = join(user, heard.append, subscriptions=(("#", 1),))
    wait_until(lambda: listener.connected)
    said = set()
    for writer in sorted(PASSWORDS):
        speaker = listener if writer == user else join(writer)
        wait_until(lambda speaker=speaker: speaker.connected)  # type: ignore[misc]
        for name in TOPICS:
            if name not in said and may(writer, "write", name, sensors=SENSORS):
                speaker.publish(name, b"said")
                said.add(name)
    expected = {name for name in said if may(user, "read", name, sensors=SENSORS)}
    wait_until(lambda: expected <= {one.topic for one in heard if one.payload == b"said"})
    assert {one.topic for one in heard if one.payload == b"said"} == expected


@pytest.mark.parametrize(
    ("user", "way", "name", "allowed"),
    [
        (NODE, "write", "homeassistant/sensor/room-1-node/temperature/config", True),
        (NODE, "write", "tele/room-1-node/SENSOR", True),
        (NODE, "write", "tele/plug-7/SENSOR", False),
        (NODE, "write", "cmnd/room-1-node/POWER", False),
        (NODE, "write", topic(SITE, NODE, Leaf.UP_CHECKIN), False),
        (NODE, "write", "homeassistant/status", False),
        (NODE, "read", "homeassistant/status", True),
        (NODE, "read", "room-1-node/switch/relay/command", True),
        (NODE, "read", "plug-7/switch/relay/command", False),
        (NODE, "read", topic(SITE, KIOSK, Leaf.STATE), False),
        (KIOSK, "write", announcement(KIOSK), True),
        (KIOSK, "write", announcement("kiosk-2"), False),
        (KIOSK, "write", "kiosk-1/status", False),
        (ROOMS, "read", "room-1-node/status", True),
        (ROOMS, "read", topic(SITE, KIOSK, Leaf.TELE), True),
        (ROOMS, "read", topic(SITE, KIOSK, Leaf.UP_CHECKIN), False),
        (ROOMS, "write", "homeassistant/status", True),
    ],
)
def test_the_list_says_what_it_is_for(user: str, way: str, name: str, allowed: bool) -> None:  # noqa: FBT001 - a table
    """The same table in words, so that a rule that lets too much through is not simply believed."""
    assert may(user, way, name, sensors=SENSORS) is allowed


def test_the_list_of_a_bridge_with_many_devices_passes(operator: Operator, join: Join, wait_until: WaitUntil) -> None:
    """Zigbee2MQTT retains the list of its devices, 3.5 KB for each; cut off for it, it would come back for ever."""
    heard: list[Received] = []
    hub = join(ROOMS, heard.append, subscriptions=(("zigbee2mqtt/#", 1),))
    wait_until(lambda: hub.connected)
    told = {
        "zigbee2mqtt/bridge/devices": b"[" + b" " * (250 * 3500) + b"]",
        "zigbee2mqtt/bridge/state": b'{"state":"online"}',
    }
    publish.multiple(
        [(name, payload, 1, True) for name, payload in told.items()],
        hostname="127.0.0.1",
        port=operator.port,
        client_id=ZIGBEE,
        auth={"username": ZIGBEE, "password": PASSWORDS[ZIGBEE]},
        tls={"ca_certs": str(operator.ca)},
    )
    wait_until(lambda: len(heard) == len(told))
    assert {one.topic: one.payload for one in heard} == told
    assert hub.connected


def test_a_sensor_without_tls_has_a_port_of_its_own_with_the_same_rules(
    operator: Operator, join: Join, wait_until: WaitUntil
) -> None:
    """The extra file opens it after the TLS port, so neither loses an option; a password is needed all the same."""
    plain = join(PLUG, port=operator.plain_port, tls_ca=None)
    wait_until(lambda: plain.connected)
    plain.publish("tele/plug-7/SENSOR", b"{}")
    with pytest.raises(NotDelivered, match="Not authorized"):
        plain.publish("tele/room-1-node/SENSOR", b"{}")
    stranger = join(NODE, port=operator.plain_port, tls_ca=None, username=None, password=None)
    wait_until(lambda: "Not authorized" in stranger.problem)
    with socket.create_connection(("127.0.0.1", operator.plain_port)) as nobody:
        nobody.sendall(b"\x10\x0f\x00\x04MQTT\x04\x02\x00\x3c\x00\x03abc")
        assert nobody.recv(4) == b"\x20\x02\x00\x05", "CONNACK, not authorized (3.1.1)"


def test_a_new_sensor_needs_a_reload_and_disturbs_nobody(operator: Operator, join: Join, wait_until: WaitUntil) -> None:
    """The three lines of README.md: a password, its part of the list, a reload. Who is connected stays so."""
    heard: list[Received] = []
    rooms = join(ROOMS, heard.append, subscriptions=(("#", 1),))
    wait_until(lambda: rooms.connected)
    before = rooms._connection
    with (operator.folder / "passwords").open("a", encoding="utf-8") as passwords:
        passwords.write(password_line("room-2-node", "room-2-node", b"twelve bytes") + "\n")
    with (operator.folder / "acl").open("a", encoding="utf-8") as rules:
        rules.write("\n" + operators_list("room-2-node").removeprefix(operators_list()))
    os.kill(operator.pid, signal.SIGHUP)
    node = join("room-2-node")
    wait_until(lambda: node.connected)
    node.publish("room-2-node/status", b"online")
    wait_until(lambda: heard)
    assert heard[0].topic == "room-2-node/status"
    assert rooms._connection is before


def test_filters_are_matched_as_mqtt_does() -> None:
    """The reader of the list is itself right about wildcards."""
    assert matches("a/#", "a")
    assert matches("a/+/c", "a/b/c")
    assert not matches("a/+", "a/b/c")
    assert not matches("#", "$SYS/x")
