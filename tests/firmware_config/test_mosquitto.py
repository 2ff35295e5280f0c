import socket
import ssl
from collections.abc import Callable

import pytest

from devices.contract.topics import Leaf, hub_state, topic
from devices.link import MqttLink
from devices.ports import NotDelivered, Received
from hub.broker_files import Users, access_list
from tests.firmware_config.access import SITE, operators_list
from tests.firmware_config.conftest import Operator

pytestmark = pytest.mark.broker

WaitUntil = Callable[[Callable[[], object]], None]
Join = Callable[..., MqttLink]


def test_the_access_list_is_the_one_of_the_hubs_own_broker() -> None:
    """The same rules in both places, for sensors too; here a pattern stands for the lines of each device.

    What is denied for the sake of others is made from their names, by a line of README.md.
    """
    given = rules(operators_list("room-1-node", "plug-7"))
    others = {"room-1-node": ("kiosk-1", "plug-7"), "plug-7": ("kiosk-1", "room-1-node")}
    for sensor, names in others.items():
        given[sensor] = sorted([*given[sensor], *(f"deny homeassistant/+/{name}/#" for name in names)])
    ours = rules(access_list(SITE, Users(sensors=("room-1-node", "plug-7")), devices=("kiosk-1",)))
    patterns = given.pop("")
    assert sorted(line.replace("%u", "kiosk-1") for line in patterns) == ours.pop("kiosk-1")
    assert given == ours
    assert given["room-1-node"]


def rules(text: str) -> dict[str, list[str]]:
    """Sort an access list by user; patterns, which hold for everybody, are under ""."""
    found: dict[str, list[str]] = {}
    user = ""
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "user":
            user = rest
        elif kind in {"topic", "pattern"}:
            found.setdefault(user if kind == "topic" else "", []).append(rest)
    return {name: sorted(lines) for name, lines in found.items()}


def test_hub_and_kiosk_talk_over_tls_and_a_foreign_topic_is_refused(join: Join, wait_until: WaitUntil) -> None:
    """The files work as they are, and protect what they promise to protect."""
    heard: list[Received] = []
    replies: list[Received] = []
    up, down = topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), topic(SITE, "kiosk-1", Leaf.DOWN_REPLY)
    hub = join("hub", heard.append, subscriptions=((up, 1),))
    kiosk = join("kiosk-1", replies.append, subscriptions=((down, 1), (hub_state(SITE), 1)))
    wait_until(lambda: hub.connected and kiosk.connected)
    kiosk.publish(up, b"guest")
    hub.publish(down, b"welcome")
    wait_until(lambda: heard and len(replies) == 2)
    assert [received.payload for received in replies] == [b"online", b"welcome"]
    for foreign in (topic(SITE, "kiosk-2", Leaf.UP_CHECKIN), down, hub_state(SITE), "anything"):
        with pytest.raises(NotDelivered, match="Not authorized"):
            kiosk.publish(foreign, b"forged")


@pytest.mark.parametrize(
    ("username", "password"), [(None, None), ("kiosk-1", None), ("kiosk-1", "two"), ("kiosk-3", "one")]
)
def test_who_has_no_name_or_the_wrong_password_stays_outside(
    join: Join, wait_until: WaitUntil, username: str | None, password: str | None
) -> None:
    """No anonymous user, no device under another's password."""
    link = join("kiosk-1", username=username, password=password)
    wait_until(lambda: "the broker refuses kiosk-1: Not authorized" in link.problem)
    assert not link.connected


def test_nobody_connects_anonymously_even_without_a_will(operator: Operator) -> None:
    """A will on a forbidden topic would be refused by the access list; this client has none."""
    context = ssl.create_default_context(cafile=operator.ca)
    with (
        socket.create_connection(("127.0.0.1", operator.port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        secure.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc")
        answer = secure.recv(64)
    assert (answer[0], answer[3]) == (0x20, 0x87), "CONNACK, not authorized"


def test_a_kiosk_does_not_talk_to_a_broker_of_another_authority(
    operator: Operator, join: Join, wait_until: WaitUntil
) -> None:
    """A stranger's broker on the network gets no password and no guest."""
    link = join("kiosk-1", tls_ca=operator.another_ca)
    wait_until(lambda: "certificate verify failed" in link.problem)
    assert not link.connected


def test_a_kiosk_checks_the_name_in_the_certificate(join: Join, wait_until: WaitUntil) -> None:
    """A certificate of the same authority for another machine is not enough."""
    link = join("kiosk-1", host="localhost")
    wait_until(lambda: "certificate" in link.problem and "localhost" in link.problem)
    assert not link.connected


def test_nothing_is_spoken_without_tls_or_with_an_old_one(
    operator: Operator, join: Join, wait_until: WaitUntil
) -> None:
    """Passwords never travel in the open."""
    link = join("kiosk-1", tls_ca=None, answer_within_s=1.0)
    wait_until(lambda: "lost" in link.problem or "does not answer" in link.problem)
    old = ssl.create_default_context(cafile=operator.ca)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", operator.port)) as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain, server_hostname="127.0.0.1")
