import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from devices.contract import codec
from devices.contract.envelope import MAX_BYTES
from devices.contract.messages import DeviceState, Status
from devices.contract.topics import HUB, Leaf, every_device, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import NotDelivered, Received
from hub.broker import HOST, Broker

pytestmark = pytest.mark.broker

SITE = "hall"
UP = topic(SITE, "kiosk-1", Leaf.UP_CHECKIN)
STATE = topic(SITE, "kiosk-1", Leaf.STATE)
EVENTS = ((every_device(SITE, Leaf.UP_CHECKIN), 1),)
STATES = ((every_device(SITE, Leaf.STATE), 1),)
Connect = Callable[..., MqttLink]
WaitUntil = Callable[[Callable[[], object]], None]


@dataclass
class Ear:
    """Hears messages and remembers them."""

    heard: list[Received] = field(default_factory=list)

    def __call__(self, received: Received) -> None:
        """Remember one message; with a birth message of our own kind, only its status and boot matter."""
        self.heard.append(received)

    @property
    def payloads(self) -> list[bytes]:
        """Return what was said, in order."""
        return [received.payload for received in self.heard]

    def statuses(self, device: str) -> list[tuple[Status, str]]:
        """Return the presence of one device as it was told, in order."""
        told = [part for part in self.heard if part.topic == topic(SITE, device, Leaf.STATE)]
        states = [codec.decode(part.payload, DeviceState) for part in told]
        return [(state.status, state.boot) for state in states]


def test_a_published_message_arrives_and_one_that_nobody_hears_is_delivered_too(
    connect: Connect, wait_until: WaitUntil
) -> None:
    """The broker took it: "no matching subscribers" is a success."""
    connect("kiosk-2").publish(topic(SITE, "kiosk-2", Leaf.UP_REQUEST), b"to nobody")
    ear = Ear()
    connect(HUB, ear, subscriptions=EVENTS)
    connect("kiosk-1").publish(UP, "到".encode())
    wait_until(lambda: ear.heard)
    assert (ear.heard[0].topic, ear.payloads, ear.heard[0].retained) == (UP, ["到".encode()], False)


def test_a_broker_that_does_not_answer_means_not_delivered_and_a_new_connection(
    broker: Broker, connect: Connect, wait_until: WaitUntil
) -> None:
    """In paho, wait_for_publish returns silently without an answer (DESIGN 10); a frozen broker must show."""
    link = connect("kiosk-1", answer_within_s=1.5)
    os.kill(broker.pid or 0, signal.SIGSTOP)
    try:
        with pytest.raises(NotDelivered, match="does not answer"):
            link.publish(UP, b"lost?")
    finally:
        os.kill(broker.pid or 0, signal.SIGCONT)
    wait_until(lambda: link.connected)
    link.publish(UP, b"again")


def test_a_denied_message_is_reported_and_the_link_stays(connect: Connect) -> None:
    """On MQTT 3.1.1 a denied publish looks published (DESIGN 10); here it is refused by name."""
    link = connect("kiosk-1")
    with pytest.raises(NotDelivered, match="Not authorized"):
        link.publish(topic(SITE, "kiosk-2", Leaf.UP_CHECKIN), b"in another's name")
    assert link.connected
    link.publish(UP, b"in my own")


def test_a_message_refused_while_the_broker_was_away_is_never_sent_later(
    broker: Broker, connect: Connect, wait_until: WaitUntil
) -> None:
    """Whoever was told "not delivered" sends again; a second copy from the link's memory would be a duplicate."""
    ear = Ear()
    hub = connect(HUB, ear, subscriptions=EVENTS)
    link = connect("kiosk-1")
    broker.stop()
    wait_until(lambda: not link.connected)
    with pytest.raises(NotDelivered):
        link.publish(UP, b"while away")
    broker.start()
    wait_until(lambda: link.connected and hub.connected)
    link.publish(UP, b"first after")
    wait_until(lambda: b"first after" in ear.payloads)
    assert b"while away" not in ear.payloads


def test_forty_messages_in_flight_arrive_in_order_and_each_is_confirmed_once(
    connect: Connect, wait_until: WaitUntil
) -> None:
    """The kiosk's outbox keeps a window of forty; nobody waits for one before the next."""
    ear = Ear()
    ends: list[NotDelivered | None] = []
    connect(HUB, ear, subscriptions=EVENTS)
    link = connect("kiosk-1")
    for number in range(40):
        link.publish_soon(UP, str(number).encode(), ends.append)
    wait_until(lambda: len(ends) == 40 and len(ear.heard) == 40)
    assert ends == [None] * 40
    assert ear.payloads == [str(number).encode() for number in range(40)]


def test_a_message_goes_at_once_though_paho_believes_that_we_know(connect: Connect, wait_until: WaitUntil) -> None:
    """Handed over in the moment in which paho finds its queue empty, it must not wait for the loop's next look."""
    ear = Ear()
    connect(HUB, ear, subscriptions=EVENTS)
    link = connect("kiosk-1")
    connection: Any = link._connection
    connection._tick_s = 600
    link.publish(UP, b"so that the loop looks seldom from now on")
    connection._client._registered_write = True
    link.publish_soon(UP, b"now", lambda _: None)
    wait_until(lambda: ear.payloads[-1:] == [b"now"])


def test_a_hub_can_answer_from_within_its_callback(connect: Connect, wait_until: WaitUntil) -> None:
    """publish_soon never waits, so it is allowed where messages arrive."""
    reply = topic(SITE, "kiosk-1", Leaf.DOWN_REPLY)
    ear = Ear()
    hubs: list[MqttLink] = []

    def answer(question: Received) -> None:
        hubs[0].publish_soon(reply, question.payload, lambda _: None)

    hubs.append(connect(HUB, answer, subscriptions=EVENTS))
    connect("kiosk-1", ear, subscriptions=((reply, 1),)).publish(UP, b"?")
    wait_until(lambda: ear.payloads == [b"?"])


def test_after_the_broker_is_killed_a_link_subscribes_and_announces_itself_again(
    broker: Broker, connect: Connect, wait_until: WaitUntil
) -> None:
    """A broker that lost everything knows us again: the filters, the retained birth, and our owner is told."""
    ear, connects = Ear(), Ear()
    hub = connect(HUB, ear, subscriptions=(*EVENTS, *STATES))
    link = connect("kiosk-1", on_connect=lambda: connects(Received("", b"")))
    wait_until(lambda: len(ear.statuses("kiosk-1")) == 1)
    os.kill(broker.pid or 0, signal.SIGKILL)
    wait_until(lambda: len(connects.heard) == 2 and hub.connected)
    link.publish(UP, b"after the crash")
    wait_until(lambda: b"after the crash" in ear.payloads)
    assert ear.statuses("kiosk-1")[-1][0] is Status.ONLINE
    assert broker.restarts == 1


WITNESS = """
import sys, threading
from devices.contract import codec, messages
from devices.link import MqttLink
from devices.ports import LinkSettings
from datetime import datetime, UTC
host, port, client, topic, boot, password = sys.argv[1:5] + [sys.argv[5], sys.stdin.readline().strip()]
def presence(status):
    return codec.encode(messages.DeviceState(id=boot, ts=datetime.now(UTC), boot=boot, seq=0, status=status))
settings = LinkSettings(host, int(port), client, topic, presence, client, password)
MqttLink(settings, print, lambda: print("up", flush=True)).start()
threading.Event().wait()
"""


def test_a_killed_device_is_reported_offline_by_its_will_with_the_boot_of_its_birth(
    broker: Broker, connect: Connect, wait_until: WaitUntil
) -> None:
    """The hub ignores the will of another boot, so the will must carry the one that died."""
    ear, boot = Ear(), uuid7()
    connect(HUB, ear, subscriptions=STATES)
    with subprocess.Popen(
        [sys.executable, "-c", WITNESS, HOST, str(broker.port), "kiosk-1", STATE, boot],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as device:
        assert device.stdin is not None
        assert device.stdout is not None
        device.stdin.write(broker.secrets("kiosk-1").password + "\n")
        device.stdin.close()
        assert device.stdout.readline() == "up\n"
        device.kill()
    wait_until(lambda: len(ear.statuses("kiosk-1")) == 2)
    assert ear.statuses("kiosk-1") == [(Status.ONLINE, boot), (Status.OFFLINE, boot)]


def test_a_clean_stop_says_stopping_and_leaves_no_will(connect: Connect, wait_until: WaitUntil) -> None:
    """A technician who switches a kiosk off is no alarm."""
    ear = Ear()
    connect(HUB, ear, subscriptions=STATES)
    connect("kiosk-1").stop()
    wait_until(lambda: len(ear.statuses("kiosk-1")) == 2)
    connect("kiosk-1")
    wait_until(lambda: len(ear.statuses("kiosk-1")) == 3)
    assert [status for status, _ in ear.statuses("kiosk-1")] == [Status.ONLINE, Status.STOPPING, Status.ONLINE]


def test_who_comes_later_still_learns_who_is_there(connect: Connect, wait_until: WaitUntil) -> None:
    """A hub that starts after its kiosks knows at once which are online and which were switched off (retained)."""
    ear = Ear()
    connect("kiosk-1")
    connect("kiosk-2").stop()
    connect(HUB, ear, subscriptions=STATES)
    wait_until(lambda: ear.statuses("kiosk-1") and ear.statuses("kiosk-2"))
    assert ear.statuses("kiosk-1")[0][0] is Status.ONLINE
    assert ear.statuses("kiosk-2")[0][0] is Status.STOPPING


def test_a_kept_message_is_marked_as_retained(connect: Connect, wait_until: WaitUntil) -> None:
    """An event that arrives retained is an old one and is dropped by the hub (DESIGN 5)."""
    ear = Ear()
    connect("kiosk-1").publish(UP, b"kept by mistake", retain=True)
    connect(HUB, ear, subscriptions=EVENTS)
    wait_until(lambda: ear.heard)
    assert ear.heard[0].retained


def test_a_message_can_be_given_an_expiry(broker: Broker, connect: Connect, wait_until: WaitUntil) -> None:
    """A command for a kiosk that was away is old news after its seconds; the broker counts them down (DESIGN 5)."""
    heard: list[MQTTMessage] = []
    command = topic(SITE, "kiosk-1", Leaf.DOWN_COMMAND)
    kiosk = Client(CallbackAPIVersion.VERSION2, "kiosk-1", protocol=MQTTProtocolVersion.MQTTv5)
    kiosk.username_pw_set("kiosk-1", broker.secrets("kiosk-1").password)
    kiosk.on_message = lambda _c, _u, message: heard.append(message)
    granted = threading.Event()
    kiosk.on_subscribe = lambda *_: granted.set()
    kiosk.connect(HOST, broker.port)
    kiosk.subscribe(command, qos=1)
    kiosk.loop_start()
    assert granted.wait(60)
    hub = connect(HUB)
    hub.publish(command, b"soon", expiry_s=30)
    hub.publish(command, b"always")
    wait_until(lambda: len(heard) == 2)
    kiosk.disconnect()
    kiosk.loop_stop()
    assert [getattr(message.properties, "MessageExpiryInterval", None) for message in heard] == [30, None]


def test_a_message_that_is_too_large_is_refused_before_it_costs_the_connection(
    connect: Connect, wait_until: WaitUntil
) -> None:
    """The broker hangs up on such a packet; an owner who repeats it would then never get anything through."""
    ear = Ear()
    connect(HUB, ear, subscriptions=EVENTS)
    link = connect("kiosk-1")
    with pytest.raises(NotDelivered, match="too large"):
        link.publish(UP, b"x" * (MAX_BYTES + 1))
    link.publish(UP, b"x" * MAX_BYTES)
    wait_until(lambda: ear.heard)
    assert [len(payload) for payload in ear.payloads] == [MAX_BYTES]


def test_two_programs_under_one_id_do_not_storm_and_the_last_one_standing_is_online(
    connect: Connect, wait_until: WaitUntil
) -> None:
    """Each throws the other out; pauses grow, and when one ends the other is there, under its own boot."""
    ear, connects = Ear(), Ear()
    connect(HUB, ear, subscriptions=STATES)
    first = connect("kiosk-1", on_connect=lambda: connects(Received("", b"")))
    second = connect("kiosk-1")
    wait_until(lambda: len(connects.heard) >= 2)
    wait_until(lambda: "same id" in first.problem + second.problem)
    second.stop()
    wait_until(lambda: first.connected)
    boots = {boot for _, boot in ear.statuses("kiosk-1")}
    assert len(boots) == 2
    wait_until(lambda: ear.statuses("kiosk-1")[-1][0] is Status.ONLINE)


def test_both_ends_send_small_packets_at_once(broker: Broker, connect: Connect) -> None:
    """Nagle's algorithm costs 44 ms a message on each end (DESIGN 9)."""
    sock = _client_of(connect("kiosk-1")).socket()
    assert isinstance(sock, socket.socket)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    lines = (broker._folder / "mosquitto.conf").read_text().splitlines()
    assert lines.index("set_tcp_nodelay true") < lines.index(f"listener {broker.port} {HOST}")


def _client_of(link: MqttLink) -> Client:
    client = getattr(link._connection, "_client", None)
    assert isinstance(client, Client)
    return client
