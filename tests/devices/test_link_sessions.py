import os
import signal
import threading
from collections.abc import Callable

import pytest

from devices.contract.topics import HUB, Leaf, every_device, topic
from devices.link import MqttLink
from devices.ports import NotDelivered, Received
from hub.broker import Broker

pytestmark = pytest.mark.broker

UP = topic("hall", "kiosk-1", Leaf.UP_CHECKIN)
EVENTS = ((every_device("hall", Leaf.UP_CHECKIN), 1),)
KEPT = {"clean_start": False, "session_expiry_s": 3600, "subscriptions": EVENTS}
Connect = Callable[..., MqttLink]
WaitUntil = Callable[[Callable[[], object]], None]


def test_what_comes_while_the_hub_is_away_waits_for_it_even_over_a_restart_of_the_broker(
    broker: Broker, connect: Connect, wait_until: WaitUntil
) -> None:
    """Mosquitto saves only sessions begun with clean_start false; with paho's default the queue would be lost."""
    heard: list[Received] = []
    connect(HUB, **KEPT).stop()
    kiosk = connect("kiosk-1")
    kiosk.publish(UP, b"while the hub was away")
    kiosk.stop()
    broker.stop()
    broker.start()
    connect(HUB, heard.append, **KEPT)
    wait_until(lambda: heard)
    assert [received.payload for received in heard] == [b"while the hub was away"]


def test_a_message_that_was_not_acknowledged_comes_again_and_one_that_was_does_not(
    connect: Connect, wait_until: WaitUntil
) -> None:
    """The hub acknowledges after its commit; what it had not stored when it died must come back."""
    heard: list[Received] = []
    first = connect(HUB, heard.append, manual_ack=True, **KEPT)
    kiosk = connect("kiosk-1")
    kiosk.publish(UP, b"stored")
    kiosk.publish(UP, b"not stored")
    wait_until(lambda: len(heard) == 2)
    first.acknowledge(heard[0])
    first.stop()
    again: list[Received] = []
    connect(HUB, again.append, manual_ack=True, **KEPT)
    wait_until(lambda: again)
    kiosk.publish(UP, b"later")
    wait_until(lambda: len(again) == 2)
    assert [(received.payload, received.again) for received in again] == [(b"not stored", True), (b"later", False)]


def test_whoever_hears_what_had_waited_can_answer_it_at_once(connect: Connect, wait_until: WaitUntil) -> None:
    """The broker hands over what it kept before it has granted the subscriptions: who answered then spoke to nobody."""
    heard: list[Received] = []
    told: list[NotDelivered | None] = []
    reply = topic("hall", "kiosk-1", Leaf.DOWN_REPLY)
    connect(HUB, **KEPT).stop()
    kiosk = connect("kiosk-1", heard.append, subscriptions=((reply, 1),))
    for number in range(3):
        kiosk.publish(UP, b"%d" % number)
    hubs: list[MqttLink] = []
    there = threading.Event()

    def answer(question: Received) -> None:
        there.wait(10)
        hubs[0].publish_soon(reply, question.payload, told.append)

    hubs.append(connect(HUB, answer, **KEPT))
    there.set()
    wait_until(lambda: told == [None] * 3)
    wait_until(lambda: [received.payload for received in heard] == [b"0", b"1", b"2"])


def test_an_acknowledgement_for_an_earlier_connection_confirms_nothing_of_this_one(
    broker: Broker, connect: Connect, wait_until: WaitUntil
) -> None:
    """Message ids begin again with each connection: the old 1 must not confirm the new 1, which would be lost."""
    heard: list[Received] = []
    hub = connect(HUB, heard.append, manual_ack=True, receive_maximum=1, **KEPT)
    kiosk = connect("kiosk-1")
    kiosk.publish(UP, b"before the crash")
    wait_until(lambda: heard)
    os.kill(broker.pid or 0, signal.SIGKILL)
    wait_until(lambda: not hub.connected)
    wait_until(lambda: hub.connected and kiosk.connected)
    kiosk.publish(UP, b"after")
    wait_until(lambda: len(heard) == 2)
    assert heard[0].token % 65_536 == heard[1].token % 65_536
    hub.acknowledge(heard[0])
    kiosk.publish(UP, b"kept back: the hub takes one at a time")
    hub.publish(topic("hall", HUB, Leaf.UP_REQUEST), b"by now a wrongly confirmed one would have made room")
    assert len(heard) == 2
    hub.acknowledge(heard[1])
    wait_until(lambda: len(heard) == 3)


def test_a_poison_message_does_not_fill_the_window_of_a_hub_that_acknowledges_by_hand(
    connect: Connect, wait_until: WaitUntil
) -> None:
    """With manual acknowledgement and none given, paho went deaf after 20 messages."""
    heard: list[Received] = []

    def on_message(received: Received) -> None:
        if received.payload == b"poison":
            raise ValueError("cannot read this")
        heard.append(received)

    hub = connect(HUB, on_message, manual_ack=True, receive_maximum=2, subscriptions=EVENTS)
    kiosk = connect("kiosk-1")
    for _ in range(5):
        kiosk.publish(UP, b"poison")
    kiosk.publish(UP, b"bread")
    wait_until(lambda: heard)
    assert heard[0].payload == b"bread"
    assert hub.callback_errors == 5
    assert hub.connected


def test_a_link_that_does_not_acknowledge_by_hand_confirms_what_its_owner_took(
    connect: Connect, wait_until: WaitUntil
) -> None:
    """More messages than the window come through, one after the other."""
    heard: list[Received] = []
    connect(HUB, heard.append, receive_maximum=3, subscriptions=EVENTS)
    kiosk = connect("kiosk-1")
    for _ in range(30):
        kiosk.publish_soon(UP, b"x", lambda _: None)
    wait_until(lambda: len(heard) == 30)
