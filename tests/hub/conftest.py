"""Fixtures of the hub's tests.

``hall``   a hub's door for MQTT over a furnished store on SQLite, and one kiosk (``tests.hub.hall``).
``rooms``  a hub's door for sensors over a store, once on each kind of database (``tests.hub.sensors``).
``plain``  the same on SQLite alone, not open yet.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.contract.topics import LEAVES_OF_HUB, Leaf, every_device, hub_state, topic
from devices.ids import uuid7
from devices.link import MqttLink
from hub.broker import Broker
from hub.outgoing import Outgoing
from hub.ports import Store
from tests.conftest import SITE
from tests.hub.build import furnished
from tests.hub.hall import Hall, HallClock, make_ingest
from tests.hub.sensors import Rooms, Wait


@pytest.fixture
def hall(connect: Callable[..., MqttLink], sqlite_store: Store) -> Iterator[Hall]:
    """Open the door over a furnished store and connect a kiosk."""
    clock = HallClock()
    outgoing = Outgoing(furnished(sqlite_store), site=SITE, clock=clock, ids=uuid7)
    kiosks = ("kiosk-1", "kiosk-2")
    ingest = make_ingest(sqlite_store, outgoing, clock, enrolled=kiosks, agents=["room-1"], lease=10)
    link = connect(
        "hub",
        ingest.received,
        subscriptions=tuple((every_device(SITE, leaf), qos) for leaf, qos in LEAVES_OF_HUB),
        state_topic=hub_state(SITE),
        presence=outgoing.presence,
        manual_ack=True,
        clean_start=False,
        session_expiry_s=60,
    )
    ingest.attach(link, lambda: None)
    outgoing.attach(link)
    ingest.start()
    hall = Hall(ingest, sqlite_store, link, link)
    hall.kiosk = connect(
        "kiosk-1",
        hall.hear,
        subscriptions=(
            (topic(SITE, "kiosk-1", Leaf.DOWN_REPLY), 1),
            (topic(SITE, "kiosk-1", Leaf.DOWN_ROSTER), 1),
            (hub_state(SITE), 1),
        ),
    )
    yield hall
    ingest.stop()


@pytest.fixture
def rooms(broker: Broker, store: Store, tmp_path: Path, wait_until: Wait) -> Iterator[Rooms]:
    """Open the door over a furnished store, on each kind of database."""
    made = Rooms(store, broker, tmp_path / "broker", wait_until)
    made.open()
    yield made
    made.close()
    for link in made.links.values():
        link.stop()


@pytest.fixture
def plain(broker: Broker, sqlite_store: Store, tmp_path: Path, wait_until: Wait) -> Iterator[Rooms]:
    """Prepare the same over SQLite alone; the test opens the door."""
    made = Rooms(sqlite_store, broker, tmp_path / "broker", wait_until)
    yield made
    made.close()
    for link in made.links.values():
        link.stop()
