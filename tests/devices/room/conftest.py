"""A broker that knows one agent, and the hub beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.contract.topics import ROOMS
from devices.link import MqttLink
from devices.ports import Received
from hub.broker import Broker, BrokerSettings
from tests.conftest import SITE

Connect = Callable[..., MqttLink]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Give a running broker that knows ``room-1`` and ``kiosk-1``."""
    made = Broker(BrokerSettings(tmp_path / "broker", SITE, ("room-1", "kiosk-1")))
    made.start()
    yield made
    made.stop()


class Ear:
    """Hears everything of the site as the hub does, and all announcements as its user for rooms does."""

    def __init__(self, connect: Connect) -> None:
        self.heard: list[Received] = []
        every = tuple((f"yingbin/v1/{SITE}/+/{leaf}", 1) for leaf in ("state", "info", "tele", "up/#"))
        self.hub = connect("hub", self.heard.append, subscriptions=every)
        self.rooms = connect(
            ROOMS, self.heard.append, state_topic="homeassistant/status", subscriptions=(("homeassistant/#", 1),)
        )

    def on(self, where: str) -> list[bytes]:
        """Return what was said on a topic, oldest first."""
        return [message.payload for message in list(self.heard) if message.topic == where]


@pytest.fixture
def ear(connect: Connect) -> Ear:
    """Give somebody who hears all."""
    return Ear(connect)
