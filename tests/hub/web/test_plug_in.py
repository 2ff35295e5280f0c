"""A technician plugs in any maker's sensor: it announces itself, is let in on the page, and is there under its name."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.discovery import read_announcement
from hub.domain.announcing import House
from hub.domain.field_devices import Standing
from hub.domain.publishers import Ground
from hub.domain.readings import Reading
from hub.ports import Store
from hub.usecases.announce_device import Announced, announce_device
from tests.hub.web.scene import NOW, PROGRAM, on_duty, page

TOPIC = "homeassistant/sensor/0x00158d0001a2b3c4/temperature/config"
SAID: dict[str, Any] = {
    "unique_id": "0x00158d0001a2b3c4_temperature",
    "name": "Temperature",
    "state_topic": "zigbee2mqtt/0x00158d0001a2b3c4",
    "value_template": "{{ value_json.temperature }}",
    "unit_of_measurement": "°C",
    "device_class": "temperature",
    "device": {"identifiers": ["zigbee2mqtt_0x00158d0001a2b3c4"], "name": "Aqara", "suggested_area": "Grand Hall"},
}


@pytest.fixture
def announced() -> Announced:
    """Give a hub's register of devices."""
    return Announced(House(ground=Ground(site="hall", prefix="homeassistant")))


def announce(store: Store, announced: Announced, said: dict[str, Any]) -> str:
    """Let the device announce itself; returns its id."""
    with store.write() as tx:
        announced.load(tx)
        assert not announce_device(
            tx, announced, read_announcement(TOPIC, json.dumps(said).encode(), "homeassistant"), NOW
        )
        (found,) = tx.field_devices.all()
    return found.id


def test_what_is_plugged_in_is_let_in_and_keeps_the_name_it_was_given(
    client: FlaskClient, house: Store, announced: Announced
) -> None:
    """It waits, with its room suggested; once admitted its values show; announced anew it keeps its name and room."""
    device = announce(house, announced, SAID)
    on_duty(client)
    text = page(client.get("/rooms/waiting"))
    assert "zigbee2mqtt" in text
    assert '<option value="hall" selected>' in text
    form = {"room": "hall", "called": "讲台温度", "supply": "battery"}
    assert client.post(f"/rooms/devices/{device}/admit", data=form, headers=PROGRAM).status_code == 200
    with house.write() as tx:
        (point,) = tx.field_devices.points(device)
        tx.readings.add([Reading(point=point.id, at=NOW, value=23.25)])
        tx.field_devices.heard({device: NOW})
    renamed = SAID | {"device": {**SAID["device"], "name": "Aqara Living", "suggested_area": "Attic"}}
    assert announce(house, announced, renamed) == device
    with house.read() as tx:
        found = tx.field_devices.get(device)
    assert found is not None
    expected = replace(found, standing=Standing.ADMITTED, room="hall", called="讲台温度", name="Aqara Living")
    assert found == expected
    text = page(client.get("/rooms/hall"))
    assert "讲台温度" in text
    assert "23.2\N{NO-BREAK SPACE}°C" in text
    assert "在线" in page(client.get("/rooms"))
