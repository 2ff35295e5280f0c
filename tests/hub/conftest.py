"""Fixtures of the hub's tests.

``hall``  a hub's door for MQTT over a furnished store on SQLite, and one kiosk (``tests.hub.hall``).
"""

from collections.abc import Callable, Iterator

import pytest

from devices.contract.topics import LEAVES_OF_HUB, Leaf, every_device, hub_state, topic
from devices.ids import uuid7
from devices.link import MqttLink
from hub.outgoing import Outgoing
from hub.ports import Store
from tests.conftest import SITE
from tests.hub.build import furnished
from tests.hub.hall import Hall, HallClock, make_ingest


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
