import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from devices.contract.topics import HUB, InvalidTopic, Leaf, hub_state, topic
from devices.link import MqttLink
from devices.ports import LinkSettings, NotDelivered, Received
from hub.broker import HOST, Broker, BrokerSettings, BrokerUnavailable

pytestmark = pytest.mark.broker

SITE = "hall"
Connect = Callable[..., MqttLink]
WaitUntil = Callable[[Callable[[], object]], None]


def alive(pid: int) -> bool:
    """Say whether a process runs; one that ended and is not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_device_speaks_in_its_own_name_only(connect: Connect) -> None:
    """Its state, info, tele and requests; nothing of another device, of the hub, or outside the site."""
    kiosk = connect("kiosk-1")
    for leaf in (Leaf.STATE, Leaf.INFO, Leaf.TELE, Leaf.UP_CHECKIN, Leaf.UP_REQUEST, Leaf.UP_ACK):
        kiosk.publish(topic(SITE, "kiosk-1", leaf), b"mine")
    foreign = [
        topic(SITE, "kiosk-2", Leaf.UP_CHECKIN),
        topic(SITE, "kiosk-1", Leaf.DOWN_REPLY),
        topic("other", "kiosk-1", Leaf.UP_CHECKIN),
        hub_state(SITE),
        "anything",
    ]
    for name in foreign:
        with pytest.raises(NotDelivered, match="Not authorized"):
            kiosk.publish(name, b"not mine")


def test_a_device_hears_its_own_orders_and_the_hub_and_nobody_else(connect: Connect, wait_until: WaitUntil) -> None:
    """Mosquitto grants every subscription (DESIGN 10); what counts is what arrives."""
    heard: list[Received] = []
    connect("kiosk-1", heard.append, subscriptions=(("#", 1),))
    hub = connect(HUB, state_topic=topic(SITE, HUB, Leaf.INFO))
    hub.publish(topic(SITE, "kiosk-2", Leaf.DOWN_REPLY), b"for another")
    connect("kiosk-2").publish(topic(SITE, "kiosk-2", Leaf.UP_CHECKIN), b"another's guest")
    hub.publish(hub_state(SITE), b"the hub is here")
    hub.publish(topic(SITE, "kiosk-1", Leaf.DOWN_REPLY), b"for us")
    wait_until(lambda: len(heard) == 2)
    assert [received.payload for received in heard] == [b"the hub is here", b"for us"]


def test_nobody_connects_without_a_name_and_the_right_password(broker: Broker, wait_until: WaitUntil) -> None:
    """Not anonymously, not with another's password, not under a name that was never enrolled."""
    password = broker.secrets("kiosk-1").password
    for username, given in ((None, None), ("kiosk-2", password), ("kiosk-9", password), ("kiosk-1", None)):
        settings = LinkSettings(HOST, broker.port, "kiosk-1", "state", str.encode, username, given)
        link = MqttLink(settings, lambda _: None)
        link.start()
        wait_until(partial(_is_refused, link))
        link.stop()


def test_nobody_connects_anonymously_even_without_a_will(broker: Broker) -> None:
    """A will on a forbidden topic would be refused by the access list; this client has none."""
    with socket.create_connection((HOST, broker.port)) as plain:
        plain.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc")
        answer = plain.recv(64)
    assert (answer[0], answer[3]) == (0x20, 0x87), "CONNACK, not authorized"


def _is_refused(link: MqttLink) -> bool:
    assert not link.connected
    return "the broker refuses kiosk-1: Not authorized" in link.problem


def test_a_device_cannot_throw_another_out_by_taking_its_client_id(connect: Connect) -> None:
    """The broker takes the user name for the client id, whatever the client says."""
    victim = connect("kiosk-2")
    thief = connect("kiosk-1", client_id="kiosk-2")
    victim.publish(topic(SITE, "kiosk-2", Leaf.UP_REQUEST), b"still here")
    assert victim.connected
    assert thief.connected


def test_the_broker_is_started_again_when_it_dies_and_somebody_is_told(
    broker: Broker, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    """Never silently: the log names the end, the counter shows it on the technician's page."""
    before = broker.pid or 0
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: broker.restarts == 1 and broker.pid not in {None, before})
    wait_until(lambda: _accepts(broker.port))
    assert "Mosquitto ended (-9)" in caplog.text


def test_a_new_device_can_join_and_nobody_is_disconnected(broker: Broker, connect: Connect) -> None:
    """A spare kiosk is set up during the event."""
    connects: list[int] = []
    connect("kiosk-1", on_connect=lambda: connects.append(1))
    given = broker.add_device("kiosk-3")
    assert given == broker.secrets("kiosk-3")
    spare = connect("kiosk-3")
    spare.publish(topic(SITE, "kiosk-3", Leaf.UP_REQUEST), b"hello")
    assert connects == [1]
    assert broker.restarts == 0


def test_passwords_appear_in_no_command_line_and_no_log(
    broker: Broker, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """Every user of the machine can read command lines, and logs travel."""
    caplog.set_level(logging.DEBUG)
    connect("kiosk-1")
    broker.add_device("kiosk-3")
    connect("kiosk-3").stop()
    broker.stop()
    broker.start()
    command_line = Path(f"/proc/{broker.pid}/cmdline").read_bytes()
    assert b"mosquitto.conf" in command_line
    assert "mosquitto: New client connected" in caplog.text
    said = caplog.text.encode() + command_line + repr(broker).encode()
    for client in (HUB, "kiosk-1", "kiosk-3"):
        assert broker.secrets(client).password.encode() not in said
        assert broker.secrets(client).lookup_key.encode() not in said


def test_two_venues_share_no_secret(tmp_path: Path, broker: Broker) -> None:
    """No default passwords: what opens one installation opens no other (ETSI EN 303 645, 5.1)."""
    other = Broker(BrokerSettings(tmp_path / "other", SITE, ("kiosk-1",)))
    other.start()
    other.stop()
    for client in (HUB, "kiosk-1"):
        assert other.secrets(client).password != broker.secrets(client).password
    assert other.secrets().lookup_key != broker.secrets().lookup_key


def test_secrets_and_kept_messages_survive_a_restart(broker: Broker, connect: Connect, wait_until: WaitUntil) -> None:
    """Devices stay enrolled, and what is retained is still there."""
    heard: list[Received] = []
    before = broker.secrets("kiosk-1")
    connect("kiosk-1").publish(topic(SITE, "kiosk-1", Leaf.INFO), b"what I am", retain=True)
    broker.stop()
    assert broker.pid is None
    broker.start()
    assert broker.secrets("kiosk-1") == before
    connect(HUB, heard.append, subscriptions=((topic(SITE, "kiosk-1", Leaf.INFO), 1),))
    wait_until(lambda: heard)
    assert heard[0].payload == b"what I am"


def test_only_loopback_and_only_one_port_is_open(broker: Broker) -> None:
    """A wrong order in its settings makes Mosquitto listen on 1883 for everybody as well."""
    held = {str(path.readlink()) for path in Path(f"/proc/{broker.pid}/fd").iterdir() if path.is_symlink()}
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held]
    assert listening == [f"0100007F:{broker.port:04X}"]


def test_a_missing_mosquitto_is_named_with_the_line_that_installs_it(tmp_path: Path) -> None:
    """The technician types one line."""
    broker = Broker(BrokerSettings(tmp_path, SITE, program="no-such-mosquitto"))
    with pytest.raises(BrokerUnavailable, match="sudo apt-get install --yes mosquitto"):
        broker.start()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """Debian's own Mosquitto service is the likely owner."""
    with socket.create_server((HOST, 0)) as taken:
        port = int(taken.getsockname()[1])
        with pytest.raises(BrokerUnavailable, match=f"port {port} is used by another program"):
            Broker(BrokerSettings(tmp_path, SITE, port=port)).start()


def test_a_mosquitto_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    """Its own last words say why, and no thread goes on trying."""
    program = tmp_path / "mosquitto"
    program.write_text("#!/bin/sh\necho Error: the moon is full >&2\nexit 3\n")
    program.chmod(0o700)
    broker = Broker(BrokerSettings(tmp_path / "broker", SITE, program=str(program)))
    with pytest.raises(BrokerUnavailable, match="the moon is full"):
        broker.start()
    assert broker.pid is None
    assert broker._thread is None


def test_two_hubs_cannot_use_one_folder(broker: Broker) -> None:
    """They would end each other's broker for ever."""
    second = Broker(broker._settings)
    with pytest.raises(BrokerUnavailable, match="another hub uses"):
        second.start()
    assert broker.pid is not None


def test_the_hub_itself_is_no_device(tmp_path: Path) -> None:
    """A device enrolled as ``hub`` could read and write everything."""
    with pytest.raises(InvalidTopic):
        Broker(BrokerSettings(tmp_path, SITE, devices=(HUB,))).start()


HUB_PROGRAM = """
import sys, threading
from functools import partial
from pathlib import Path
from hub.broker import Broker, BrokerSettings
broker = Broker(BrokerSettings(Path(sys.argv[1]), "hall"))
broker.start()
print(broker.pid, flush=True)
threading.Event().wait()
"""


def test_a_killed_hub_leaves_no_broker_behind(tmp_path: Path, wait_until: WaitUntil) -> None:
    """Else the next hub finds its port taken."""
    with subprocess.Popen([sys.executable, "-c", HUB_PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout is not None
        pid = int(hub.stdout.readline())
        assert alive(pid)
        hub.kill()
    try:
        wait_until(lambda: not alive(pid))
    finally:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


def test_a_broker_that_was_left_behind_is_ended_and_its_port_taken_over(broker: Broker, wait_until: WaitUntil) -> None:
    """Where a killed hub could not take it along, the next one clears up; another program's process is left alone."""
    broker.stop()
    config = broker._folder / "mosquitto.conf"
    bystander = subprocess.Popen(["sleep", "60"])
    leftover = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _accepts(broker.port))
        (broker._folder / "pid").write_text(str(leftover.pid))
        broker.start()
        assert not alive(leftover.pid)
        broker.stop()
        (broker._folder / "pid").write_text(str(bystander.pid))
        broker.start()
        assert alive(bystander.pid)
    finally:
        for process in (leftover, bystander):
            process.kill()
            process.wait()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
