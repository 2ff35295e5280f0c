"""A device that was lost or stolen: its session ends at once, nothing is left of it, and it does not come back."""

import time
import tomllib

import pytest

from devices.contract.topics import HUB, Leaf, announcement, topic
from devices.link import MqttLink
from devices.ports import Received
from hub.broker_files import secrets_file, sensor_file
from tests.conftest import SITE
from tests.hub.secured import Secured, WaitUntil

pytestmark = pytest.mark.broker

WITHIN_S = 1.0
"""The promise, and the only figure here that is judged by a clock."""


def hub_link(secured: Secured, heard: list[Received], *leaves: Leaf) -> MqttLink:
    """Connect as the hub does."""
    return secured.connected(
        HUB,
        None,
        heard.append,
        tls_ca=None,
        port=secured.broker.port,
        username=HUB,
        password=secured.broker.secrets().password,
        subscriptions=tuple((topic(SITE, "kiosk-1", leaf), 1) for leaf in leaves),
    )


def test_a_revoked_device_is_out_within_a_second_and_stays_out(secured: Secured, wait_until: WaitUntil) -> None:
    """Its live session is ended, not only its next one refused: Mosquitto by itself lets it go on for days.

    The quickest of some counts: this machine may be busy with other things.
    """
    connects: list[int] = []
    kept = secured.connected("kiosk-2", secured.papers("kiosk-2").file, lambda _: None, lambda: connects.append(2))
    took = []
    for _ in range(5):
        papers = secured.papers("kiosk-1")
        secured.broker.settle(["kiosk-1"])
        thief = secured.connected("kiosk-1", papers.file, lambda _: None, lambda: connects.append(1))
        began = time.monotonic()
        secured.broker.settle((), [papers.signed.serial])
        secured.broker.throw_out("kiosk-1")
        wait_until(lambda thief=thief: not thief.connected)  # type: ignore[misc]
        took.append(time.monotonic() - began)
        assert secured.refusal(papers.file)
        thief.stop()
    assert min(took) < WITHIN_S
    assert connects == [2, 1, 1, 1, 1, 1], "none ever came back, and nobody else was disturbed"
    kept.publish(topic(SITE, "kiosk-2", Leaf.UP_REQUEST), b"still here")


def test_nothing_that_it_said_is_kept(secured: Secured, wait_until: WaitUntil) -> None:
    """What was retained is deleted (CVE-2018-12546: it outlived the right to say it), its will with it."""
    papers = secured.papers("kiosk-1")
    device = secured.connected("kiosk-1", papers.file)
    for name in (topic(SITE, "kiosk-1", Leaf.INFO), announcement("kiosk-1")):
        device.publish(name, b"what I am", retain=True)
    secured.broker.settle((), [papers.signed.serial])
    secured.broker.throw_out("kiosk-1")
    wait_until(lambda: not device.connected)
    heard: list[Received] = []
    hub = hub_link(secured, heard, Leaf.STATE, Leaf.INFO, Leaf.UP_REQUEST)
    connected_as_successor = secured.connected("kiosk-1", secured.papers("kiosk-1").file, state_topic="")
    connected_as_successor.publish(topic(SITE, "kiosk-1", Leaf.UP_REQUEST), b"last")
    wait_until(lambda: heard)
    assert hub.connected
    assert [each.payload for each in heard] == [b"last"]


def test_a_device_that_the_broker_knows_by_its_certificate_alone_leaves_no_right_behind(
    secured: Secured, wait_until: WaitUntil
) -> None:
    """It may delete what was kept of it, and then its name has no line in the access list any more."""
    papers = secured.papers("kiosk-9")
    secured.broker.settle(["kiosk-9"])
    device = secured.connected("kiosk-9", papers.file)
    secured.broker.settle((), [papers.signed.serial])
    secured.broker.throw_out("kiosk-9")
    wait_until(lambda: not device.connected)
    assert secured.refusal(papers.file)
    assert "kiosk-9" not in (secured.broker._folder / "acl").read_text()


def test_what_waited_for_it_is_gone(secured: Secured, wait_until: WaitUntil) -> None:
    """Orders and answers with guests' seats in them wait for a device that is away; the session is deleted."""
    papers = secured.papers("kiosk-1")
    order = topic(SITE, "kiosk-1", Leaf.DOWN_REPLY)
    keep = {"subscriptions": ((order, 1),), "clean_start": False, "session_expiry_s": 600}
    away = secured.connected("kiosk-1", papers.file, **keep)
    away.stop()
    hub = hub_link(secured, [], Leaf.UP_REQUEST)
    hub.publish(order, b"a guest's seat")
    secured.broker.settle((), [papers.signed.serial])
    secured.broker.throw_out("kiosk-1")
    heard: list[Received] = []
    secured.connected("kiosk-1", secured.papers("kiosk-1").file, heard.append, **keep)
    hub.publish(order, b"new")
    wait_until(lambda: heard)
    assert [each.payload for each in heard] == [b"new"]


def test_a_piece_that_replaces_it_has_its_name_and_the_old_one_stays_out(
    secured: Secured, wait_until: WaitUntil
) -> None:
    """The place hangs on the name; only the certificate is another."""
    old, new = secured.papers("kiosk-1"), secured.papers("kiosk-1")
    gone = secured.connected("kiosk-1", old.file)
    secured.broker.settle(["kiosk-1"], [old.signed.serial])
    secured.broker.throw_out("kiosk-1")
    link = secured.connected("kiosk-1", new.file)
    link.publish(topic(SITE, "kiosk-1", Leaf.UP_REQUEST), b"I am the new one")
    wait_until(lambda: not gone.connected)
    assert secured.refusal(old.file)
    assert link.connected


def test_two_that_are_revoked_in_one_second_both_stay_out(secured: Secured) -> None:
    """A broker that knew two lists of one second would go by the first."""
    papers = {device: secured.papers(device) for device in ("kiosk-1", "kiosk-2", "room-1", "pager-1")}
    links = {device: secured.connected(device, each.file) for device, each in papers.items()}
    for device, each in papers.items():
        secured.broker.settle((), [each.signed.serial])
        secured.broker.throw_out(device)
    for device, each in papers.items():
        assert secured.refusal(each.file), device
        assert not links[device].connected, device


def test_a_device_with_a_password_is_out_as_well(secured: Secured, wait_until: WaitUntil) -> None:
    """Its password is another one from then on, which a technician takes to the piece that replaces it."""
    folder = secured.broker._folder
    for device, file in (("kiosk-1", secrets_file(folder, "kiosk-1")), ("plug-7", sensor_file(folder, "plug-7"))):
        old = tomllib.loads(file.read_text())["password"]
        link = secured.connected(
            device, None, tls_ca=None, port=secured.broker.port, username=device, password=old, state_topic=""
        )
        secured.broker.throw_out(device)
        wait_until(lambda link=link: "Not authorized" in link.problem)  # type: ignore[misc]
        assert tomllib.loads(file.read_text())["password"] != old


def test_the_key_for_throwing_out_does_not_stay_on_the_disk(secured: Secured) -> None:
    """It opens in the device's name."""
    secured.broker.throw_out("kiosk-1")
    names = {path.name for path in secured.broker._folder.iterdir()}
    assert not {name for name in names if "ghost" in name}
