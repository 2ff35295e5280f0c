"""Other makers' devices at a real broker: plugged in, announced by a translator, read on their own topics."""

import json

import pytest

from devices.room.shelly import ShellyTranslator
from devices.room.tasmota import TasmotaTranslator
from hub.domain.field_devices import Standing
from tests.devices.room.test_shelly import MAC as SHELLY_MAC
from tests.devices.room.test_shelly import SWITCH, SYS
from tests.devices.room.test_tasmota import ENERGY, MAC, ROOT, config
from tests.hub.build import furnish
from tests.hub.sensors import Rooms, Wait, decide_on

pytestmark = pytest.mark.broker


@pytest.fixture
def rooms(plain: Rooms) -> Rooms:
    """Open the door with both translators before it."""
    with plain.store.write() as tx:
        furnish(tx)
    plain.open(translators=(TasmotaTranslator(), ShellyTranslator()))
    return plain


def _admit(rooms: Rooms, identity: str, points: int) -> None:
    rooms.wait_until(lambda: [found for found in rooms.devices().values() if found.identity == identity])
    (device,) = [found for found in rooms.devices().values() if found.identity == identity]
    assert (device.standing, device.publisher) == (Standing.QUARANTINED, "plug-7")
    decide_on(rooms.store, device.id, Standing.ADMITTED)
    rooms.clock.forward(2)
    rooms.wait_until(lambda: rooms.door.listened["points"] >= points)


def repeated(rooms: Rooms, topic: str, said: str, point: str) -> bool:
    """Say it as such devices do, again and again: the hub may listen a moment later. Return whether it is read."""
    rooms.say(topic, said)
    return point in rooms.latest()


def test_a_tasmota_plug_is_plugged_in_and_its_watts_are_there(rooms: Rooms, wait_until: Wait) -> None:
    """Its two kept messages, and the SENSOR message that it sends anyway."""
    rooms.say(f"{ROOT}/config", config(t="plug-7"), retain=True, by="plug-7")
    rooms.say(f"{ROOT}/sensors", {"sn": ENERGY, "ver": 1}, retain=True, by="plug-7")
    _admit(rooms, f"tasmota-{MAC.lower()}", 10)

    rooms.say("tele/plug-7/LWT", "Online", retain=True)
    said = '{"Time":"2026-05-04T09:00:00","ENERGY":{"Power":231,"Voltage":228}}'
    wait_until(lambda: repeated(rooms, "tele/plug-7/SENSOR", said, "ENERGY Power"))
    assert rooms.latest()["ENERGY Power"].value == 231.0
    wait_until(lambda: [found.available for found in rooms.devices().values()] == [True])


def test_a_shelly_plug_is_learned_from_its_statuses_and_read(rooms: Rooms, wait_until: Wait) -> None:
    """Under the house's own prefix, which says nothing of a Shelly."""
    for component, status in (("switch:0", SWITCH), ("sys", SYS), ("switch:0", SWITCH)):
        rooms.say(f"plug-7/status/{component}", json.dumps(status), by="plug-7")
    _admit(rooms, f"shelly-{SHELLY_MAC}", 5)

    rooms.say("plug-7/online", "true", retain=True)
    said = json.dumps(SWITCH | {"apower": 12.5})
    wait_until(lambda: repeated(rooms, "plug-7/status/switch:0", said, "Switch 0 power"))
    assert rooms.latest()["Switch 0 power"].value == 12.5
    wait_until(lambda: [found.available for found in rooms.devices().values()] == [True])


def test_what_a_tasmota_cannot_mean_is_on_the_page_with_its_field(rooms: Rooms, wait_until: Wait) -> None:
    """The technician sees which setting to correct."""
    rooms.say(f"{ROOT}/config", config(t="plug-7", ft="%prefix%/"), retain=True, by="plug-7")
    wait_until(rooms.quarantined)
    assert rooms.reasons() == ["shared_topic"]
