"""Fixtures that several parts share.

``broker``      a running managed Mosquitto on a free port of loopback, enrolled: the hub, ``kiosk-1`` and ``kiosk-2``.
                Its own folder, its own secrets, gone after the test. Mark tests that use it ``pytest.mark.broker``.
``connect``     ``connect("kiosk-1", on_message, on_connect, subscriptions=(...), ...)``: a real link to ``broker``
                under that name, connected when it returns and stopped after the test; LinkSettings by keyword.
``wait_until``  ``wait_until(condition)``: returns when it holds, fails the test after ten seconds.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.messages import DeviceState, Status
from devices.contract.topics import Leaf, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, OnConnect, Received
from hub.broker import HOST, Broker, BrokerSettings

SITE = "hall"
WAIT_S = 10.0


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object]], None]:
    """Give a function that waits for a condition, within bounds."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + WAIT_S
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"the condition did not come true within {WAIT_S:g} s")
            time.sleep(0.005)

    return wait


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Give a running broker for site ``hall``."""
    made = Broker(BrokerSettings(tmp_path / "broker", SITE, ("kiosk-1", "kiosk-2")))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def connect(broker: Broker, wait_until: Callable[[Callable[[], object]], None]) -> Iterator[Callable[..., MqttLink]]:
    """Give a function that makes connected links."""
    links: list[MqttLink] = []

    def make(
        client: str,
        on_message: Callable[[Received], None] = lambda _: None,
        on_connect: OnConnect = lambda: None,
        **changes: Any,  # noqa: ANN401 - any field of LinkSettings
    ) -> MqttLink:
        settings = LinkSettings(
            host=HOST,
            port=broker.port,
            client_id=client,
            state_topic=topic(SITE, client, Leaf.STATE),
            presence=presence_of(uuid7()),
            username=client,
            password=broker.secrets(client).password,
        )
        link = MqttLink(replace(settings, **changes), on_message, on_connect)
        links.append(link)
        link.start()
        wait_until(lambda: link.connected)
        return link

    yield make
    for link in links:
        link.stop()


def presence_of(boot: str) -> Callable[[Status], bytes]:
    """Write presence messages as a device with this boot does."""

    def presence(status: Status) -> bytes:
        return codec.encode(DeviceState(id=uuid7(), ts=datetime.now(UTC), boot=boot, seq=0, status=status))

    return presence
