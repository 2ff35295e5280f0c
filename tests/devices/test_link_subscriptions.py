import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.contract.topics import HUB, Leaf, topic
from devices.link import MqttLink
from devices.ports import LinkSettings, Received
from devices.subscribing import AT_ONCE, Subscriptions, why_unfit
from hub.broker import Broker

pytestmark = pytest.mark.broker

PLUGIN = "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so"
Connect = Callable[..., MqttLink]
WaitUntil = Callable[[Callable[[], object]], None]


def sensor(number: int) -> str:
    """Name the topic of one of many sensors, all of which the hub's user may read and write."""
    return topic("hall", f"node-{number}", Leaf.TELE)


def test_filters_come_and_go_while_connected(connect: Connect, wait_until: WaitUntil) -> None:
    """A device is plugged in: what is heard changes without a new connection."""
    heard: list[Received] = []
    link = connect(HUB, heard.append)
    link.listen({sensor(1): 0, sensor(2): 1})
    wait_until(lambda: _heard(link, heard, sensor(2)) and _heard(link, heard, sensor(1)))
    link.listen({sensor(2): 1, sensor(3): 0})
    wait_until(lambda: _heard(link, heard, sensor(3)))
    heard.clear()
    link.publish(sensor(1), b"nobody listens any more")
    link.publish(sensor(2), b"last")
    wait_until(lambda: any(one.payload == b"last" for one in heard))
    assert {one.topic for one in heard} <= {sensor(2), sensor(3)}


def _heard(link: MqttLink, heard: list[Received], name: str) -> bool:
    link.publish(name, b"?")
    return any(one.topic == name for one in heard)


def test_a_thousand_filters_are_asked_for_in_packets_that_a_broker_takes_and_all_of_them_again_after_a_crash(
    broker: Broker, connect: Connect, wait_until: WaitUntil
) -> None:
    """Before it counts as connected: whoever is told that we are there may speak at once."""
    heard: list[Received] = []
    link = connect(HUB, heard.append)
    link.listen({sensor(number): 0 for number in range(1_000)})
    wait_until(lambda: _heard(link, heard, sensor(999)))
    os.kill(broker.pid or 0, signal.SIGKILL)
    wait_until(lambda: not link.connected)
    wait_until(lambda: link.connected)
    heard.clear()
    for number in (0, 500, 999):
        link.publish(sensor(number), b"again")
    wait_until(lambda: len(heard) == 3)
    assert {one.topic for one in heard} == {sensor(0), sensor(500), sensor(999)}


def test_filters_named_while_there_is_no_connection_hold_from_the_next_one_on(
    broker: Broker, connect: Connect, wait_until: WaitUntil
) -> None:
    """The hub may learn of a device while its broker restarts."""
    heard: list[Received] = []
    link = connect(HUB, heard.append)
    broker.stop()
    wait_until(lambda: not link.connected)
    link.listen({sensor(7): 0})
    broker.start()
    wait_until(lambda: link.connected)
    link.publish(sensor(7), b"heard")
    wait_until(lambda: heard)


def test_a_kept_message_of_a_new_filter_comes_as_kept(connect: Connect, wait_until: WaitUntil) -> None:
    """So that nobody takes an old value for a new one."""
    heard: list[Received] = []
    link = connect(HUB, heard.append)
    link.publish(sensor(1), b"old", retain=True)
    link.listen({sensor(1): 0})
    wait_until(lambda: heard)
    link.publish(sensor(1), b"new")
    wait_until(lambda: len(heard) == 2)
    assert [(one.payload, one.retained) for one in heard] == [(b"old", True), (b"new", False)]


@pytest.fixture
def strict_port(tmp_path: Path, wait_until: WaitUntil) -> Iterator[int]:
    """Run a broker that, unlike one with an access list, refuses a subscription: to everything below ``secret``."""
    may = dict.fromkeys(("publishClientSend", "publishClientReceive", "subscribe", "unsubscribe"), True)
    refusal = {"acltype": "subscribePattern", "topic": "secret/#", "allow": False}
    everybody = {"groupname": "everybody", "roles": [{"rolename": "guest"}]}
    rules = {"defaultACLAccess": may, "anonymousGroup": "everybody", "groups": [everybody], "clients": []}
    (tmp_path / "rules.json").write_text(json.dumps(rules | {"roles": [{"rolename": "guest", "acls": [refusal]}]}))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\nplugin {PLUGIN}\n"
    (tmp_path / "strict.conf").write_text(f"{settings}plugin_opt_config_file {tmp_path / 'rules.json'}\n")
    with subprocess.Popen(
        ["/usr/sbin/mosquitto", "-c", str(tmp_path / "strict.conf")], stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_until(lambda: _accepts(port))
            yield port
        finally:
            process.terminate()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_refused_filter_is_reported_and_the_others_are_heard(strict_port: int, wait_until: WaitUntil) -> None:
    """One device in the wrong place must not cost all the others their hub."""
    heard: list[Received] = []
    link = MqttLink(LinkSettings("127.0.0.1", strict_port, "rooms", "", lambda _: b""), heard.append)
    link.listen({"secret/diary": 1, "open/door": 1, "no/#/filter": 0})
    link.start()
    try:
        wait_until(lambda: link.connected)
        link.publish("open/door", b"open")
        wait_until(lambda: heard)
        assert "Not authorized" in link.refused["secret/diary"]
        assert "wildcard" in link.refused["no/#/filter"]
        link.listen({"open/door": 1})
        wait_until(lambda: not link.refused)
        assert link.connected
    finally:
        link.stop()


def test_what_would_make_a_broker_hang_up_is_never_asked_for() -> None:
    """A device's announcement may name anything."""
    for fit in ("a", "a/b", "+/b", "a/#", "#", "$SYS/x", "温度/室内", "a//b"):
        assert not why_unfit(fit), fit
    for unfit in ("", "a/#/b", "a+/b", "a#", "a\x00", "a\nb", "\ud800", "a\ufffe", "x" * 1_001, "/" * 101):
        assert why_unfit(unfit), unfit


def test_what_is_wanted_is_asked_for_once_and_in_bounded_steps() -> None:
    """The difference between what is heard and what is wanted, removals first."""
    filters = Subscriptions()
    filters.want({str(number): 0 for number in range(AT_ONCE + 1)})
    sizes = []
    while (step := filters.next_step()) is not None:
        assert filters.next_step() is None, "the broker owes an answer"
        sizes.append((len(step.add), len(step.remove)))
        filters.answered([""] * len(step.add))
    filters.want({"0": 1, "new": 0})
    while (step := filters.next_step()) is not None:
        sizes.append((len(step.add), len(step.remove)))
        filters.answered(["no"] * len(step.add))
    assert sizes == [(AT_ONCE, 0), (1, 0), (0, AT_ONCE), (2, 0)]
    assert filters.refused == {"0": "no", "new": "no"}
