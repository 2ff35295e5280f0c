"""A node made from our file, at a real broker, before the hub's real door: announced, let in, heard."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.broker import Broker
from hub.discovery import can_read
from hub.domain.field_devices import Quantity, Standing
from hub.ports import Store
from tests.firmware_config.esphome_tool import Generate
from tests.hub.build import furnished
from tests.hub.sensors import Rooms, decide_on

pytestmark = pytest.mark.broker
WaitUntil = Callable[[Callable[[], object]], None]
MAC, ANOTHER_MAC = "a0b1c2d3e4f5", "a0b1c2d3e4f6"
TRUSTED, STRANGER = "hall-node", "plug-7"
SAID = {"Temperature": "21.35", "Humidity": "45.1", "Carbon dioxide": "612", "Tea pot weight": "0.830"}
KEPT = {"Temperature": 21.35, "Humidity": 45.1, "Carbon dioxide": 612, "Tea pot weight": 830}
"""In the hub's units: weights are kept in grams."""


@pytest.fixture
def rooms(tmp_path: Path, broker: Broker, sqlite_store: Store, wait_until: WaitUntil) -> Iterator[Rooms]:
    """Open the hub's door for sensors at a broker that knows them."""
    made = Rooms(furnished(sqlite_store), broker, tmp_path / "broker", wait_until)
    made.open()
    yield made
    made.close()
    for link in made.links.values():
        link.stop()


def announce(rooms: Rooms, generate: Generate, name: str, mac: str) -> dict[str, dict[str, object]]:
    """Let a node say what ESPHome's firmware says when it connects."""
    said: dict[str, dict[str, object]] = generate("room-node", name=name).announcements(mac)
    rooms.say(f"{name}/status", "online", retain=True, by=name)
    for topic, config in said.items():
        rooms.say(topic, json.dumps(config), retain=True, by=name)
    return said


def test_a_new_node_waits_to_be_let_in_and_is_then_heard(
    rooms: Rooms, generate: Generate, wait_until: WaitUntil
) -> None:
    """Nothing it says is kept before; afterwards each value is there, in its quantity."""
    said = announce(rooms, generate, STRANGER, MAC)
    wait_until(lambda: len(rooms.points()) >= len(said))
    (device,) = rooms.devices().values()
    assert (device.standing, device.publisher, device.area) == (Standing.QUARANTINED, STRANGER, "Room 1")
    decide_on(rooms.store, device.id, Standing.ADMITTED)
    rooms.clock.forward(2)
    wait_until(lambda: rooms.hears(sum(can_read(point.component) for point in rooms.points().values())))
    for config in said.values():
        if config["name"] in SAID:
            rooms.say(str(config["stat_t"]), SAID[str(config["name"])], by=STRANGER)
    wait_until(lambda: set(SAID) <= set(rooms.latest()))
    latest = rooms.latest()
    assert {name: latest[name].value for name in SAID} == pytest.approx(KEPT)
    assert {point.quantity for point in rooms.points().values()} >= {
        *(Quantity.TEMPERATURE, Quantity.HUMIDITY, Quantity.CARBON_DIOXIDE),
        *(Quantity.WEIGHT, Quantity.EVENT),
    }


def test_two_nodes_from_one_file_are_two_devices(rooms: Rooms, generate: Generate, wait_until: WaitUntil) -> None:
    """Neither takes the other's place, and neither is refused."""
    first = announce(rooms, generate, TRUSTED, MAC)
    second = announce(rooms, generate, STRANGER, ANOTHER_MAC)
    wait_until(lambda: len(rooms.points()) >= len(first) + len(second))
    assert {device.publisher for device in rooms.devices().values()} == {TRUSTED, STRANGER}
    assert rooms.quarantined() == []
