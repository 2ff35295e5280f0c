"""A device joins a whole house, works, is stolen, and is out: hub, pages, broker and device as they are installed."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from devices.clock import SystemClock
from devices.contract.topics import Leaf, topic
from devices.ids import uuid7
from devices.joining import DEVICE, Joined, join, renew
from devices.link import MqttLink
from devices.ports import LinkSettings
from hub.config import HubConfig
from hub.config_sections import BrokerConfig, WebConfig
from hub.making import joining_of, open_hub_store
from hub.usecases.acting import Deciding
from hub.usecases.join_device import Joining, approve, open_window, revoke_device
from hub.wiring import Hub
from tests.conftest import presence_of

pytestmark = pytest.mark.broker

WaitUntil = Callable[[Callable[[], object]], None]
SITE = "hall"


def config(folder: Path) -> HubConfig:
    """Write the settings of a house that lets devices of the network in."""
    broker = BrokerConfig(port=0, tls_host="127.0.0.1", tls_port=0)
    return HubConfig(site=SITE, kiosks=("kiosk-1",), data=folder / "hub", broker=broker, web=WebConfig(port=0))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Run it."""
    made = Hub(config(tmp_path))
    made.start()
    yield made
    made.stop()


def who() -> Deciding:
    """Say who does something now."""
    return Deciding(actor="Li Wei", at=SystemClock().now(), ids=uuid7)


def house_of(hub: Hub) -> Joining:
    """Return what the pages of this hub join devices with."""
    found = joining_of(hub._config, hub.broker)
    assert found is not None
    return found


def let_join(hub: Hub, folder: Path) -> Joined:
    """Take a device through the door, with a technician at the hub."""
    house, shown = house_of(hub), list[str]()
    with hub.store.write() as tx:
        window, code = open_window(tx, "kiosk-1", house, who())

    def technician(_: float) -> None:
        with hub.store.write() as tx:
            approve(tx, window.id, shown[0], house, who())

    return join(hub.address, code, folder, shown.append, technician)


def link_of(joined: Joined, folder: Path) -> MqttLink:
    """Connect as a station with these files does."""
    return MqttLink(
        LinkSettings(
            host=joined.host,
            port=joined.port,
            client_id=joined.device,
            state_topic=topic(joined.site, joined.device, Leaf.STATE),
            presence=presence_of(uuid7()),
            tls_ca=folder / "authority.crt",
            certificate=folder / DEVICE,
        ),
        lambda _: None,
    )


def test_a_device_joins_works_renews_is_stolen_and_is_out(hub: Hub, tmp_path: Path, wait_until: WaitUntil) -> None:
    """Its presence reaches the register of devices; after the revocation nothing does, with either certificate."""
    folder = tmp_path / "device"
    joined = let_join(hub, folder)
    assert (joined.site, joined.device) == (SITE, "kiosk-1")
    assert joined.port == (hub.broker.tls_port if hub.broker else 0)
    link = link_of(joined, folder)
    link.start()
    try:
        wait_until(lambda: link.connected)
        wait_until(lambda: _status(hub) == "online")
        renew(hub.address, folder / "authority.crt", folder / DEVICE)
        with hub.store.write() as tx:
            revoke_device(tx, "kiosk-1", who())
        wait_until(lambda: not link.connected)
        wait_until(lambda: hub._gatekeeper is not None and hub._gatekeeper.counts["put_out"] == 1)
        second = link_of(joined, folder)
        second.start()
        wait_until(lambda: second.problem)
        assert not second.connected
        second.stop()
    finally:
        link.stop()
    with hub.store.read() as tx:
        assert not tx.records.quarantined(9), "a device that is put out leaves no message that nobody can read"


def _status(hub: Hub) -> str:
    with hub.store.read() as tx:
        found = {one.id: one.status for one in tx.devices.all()}
    return found.get("kiosk-1", "")


def test_what_is_revoked_stays_out_when_the_hub_starts_again(tmp_path: Path, wait_until: WaitUntil) -> None:
    """The register says so, whatever the broker's folder has lost meanwhile."""
    first = Hub(config(tmp_path))
    first.start()
    folder = tmp_path / "device"
    try:
        joined = let_join(first, folder)
    finally:
        first.stop()
    with closing(open_hub_store(config(tmp_path))) as store, store.write() as tx:
        revoke_device(tx, "kiosk-1", who())
    again = Hub(config(tmp_path))
    again.start()
    try:
        link = link_of(replace(joined, port=again.broker.tls_port if again.broker else 0), folder)
        link.start()
        wait_until(lambda: link.problem)
        assert not link.connected
        link.stop()
    finally:
        again.stop()
