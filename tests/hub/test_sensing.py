import json
import os
import signal
from datetime import timedelta

import pytest

from devices.announcing import Entity, Nameplate, announce
from devices.contract.topics import Leaf, topic
from devices.room.shelly import ShellyTranslator
from devices.room.tasmota import TasmotaTranslator
from devices.simulation.paging import BATTERY, SIGNAL
from hub.domain.conditions import Cause
from hub.domain.field_devices import Quantity, Standing
from hub.domain.meetings import Room
from hub.domain.readings import Quality
from hub.domain.words import Words
from hub.usecases.import_venue import import_venue
from hub.usecases.place_device import Place, place_device
from hub.usecases.venue_plan import VenueFile
from tests.conftest import SITE
from tests.hub.imports import acting
from tests.hub.sensors import START, STATE, TEMPERATURE, Rooms, Wait, decide_on, sensor

pytestmark = pytest.mark.broker


def test_a_sensor_is_plugged_in_and_its_value_is_there(rooms: Rooms, wait_until: Wait) -> None:
    """Announced, subscribed to, read, converted, stored: without a word of configuration."""
    rooms.say(TEMPERATURE, sensor(unit_of_measurement="°F"), retain=True)
    wait_until(rooms.points)
    wait_until(lambda: rooms.hears(1))
    rooms.say(STATE, "68")
    wait_until(rooms.latest)
    reading = rooms.latest()["Temperature"]
    (device,), (point,) = rooms.devices().values(), rooms.points().values()
    assert (round(reading.value or 0, 6), reading.quality, reading.at) == (20.0, Quality.LIVE, START)
    assert (device.standing, device.publisher, device.name) == (Standing.ADMITTED, "hall-node", "Hall node")
    assert device.heard_at == START
    assert (point.quantity, point.unit, point.said_unit) == (Quantity.TEMPERATURE, "°C", "°F")
    with rooms.store.read() as tx:
        kinds = {change.kind for change in tx.feed.after(0, ("field_device", "reading"), 99)}
    assert kinds == {"field_device", "reading"}


def test_a_stranger_waits_until_a_technician_admits_it(rooms: Rooms, wait_until: Wait) -> None:
    """Nothing of it is subscribed to or read before."""
    said = sensor(state_topic="plug-7/power", unique_id="plug-7", device={"identifiers": ["plug-7"], "name": "Plug"})
    rooms.say("homeassistant/sensor/plug-7/config", said | {"device_class": "power", "unit_of_measurement": "W"})
    wait_until(rooms.devices)
    assert rooms.devices()["plug-7"].standing is Standing.QUARANTINED
    rooms.say("plug-7/power", "5")
    rooms.settle()
    assert not rooms.latest()
    assert rooms.door.listened["points"] == 0
    decide_on(rooms.store, "plug-7", Standing.ADMITTED)
    rooms.clock.forward(2)
    wait_until(lambda: rooms.hears(1))
    wait_until(lambda: _comes_through(rooms, "plug-7/power", "6", "Temperature", 6.0))


def _comes_through(rooms: Rooms, topic: str, payload: str, name: str, value: float) -> bool:
    rooms.say(topic, payload)
    rooms.settle()
    found = rooms.latest().get(name)
    return found is not None and found.value == value


def test_what_was_announced_before_the_start_is_there_and_an_unchanged_one_writes_nothing(
    plain: Rooms, wait_until: Wait
) -> None:
    """Retained announcements come again at each start: thousands of them must cost no transaction."""
    for number in range(30):
        said = sensor(unique_id=f"u{number}", name=f"T{number}", state_topic=f"hall-node/{number}")
        plain.say(f"homeassistant/sensor/hall-node/t{number}/config", said, retain=True)
    plain.open()
    wait_until(lambda: len(plain.points()) == 30)
    plain.settle()
    plain.close()
    with plain.store.read() as tx:
        before = tx.feed.head()
    plain.open()
    wait_until(lambda: plain.door.counts["announcements"] >= 30)
    plain.settle()
    with plain.store.read() as tx:
        assert tx.feed.head() == before


def test_a_withdrawn_point_goes_and_with_the_last_one_the_device(rooms: Rooms, wait_until: Wait) -> None:
    """The row stays, for its history needs a name; a device that comes back is the one it was."""
    rooms.say(TEMPERATURE, sensor(), retain=True)
    other = sensor(unique_id="h", name="Humidity", device_class="humidity", unit_of_measurement="%")
    rooms.say("homeassistant/sensor/hall-node/humidity/config", other, retain=True)
    wait_until(lambda: len(rooms.points()) == 2)
    rooms.say(TEMPERATURE, b"", retain=True)
    wait_until(lambda: len(rooms.points()) == 1)
    assert rooms.devices()["hall-node"].standing is Standing.ADMITTED
    rooms.say("homeassistant/sensor/hall-node/humidity/config", b"", retain=True)
    wait_until(lambda: rooms.devices()["hall-node"].standing is Standing.GONE)
    wait_until(lambda: rooms.hears(0))
    rooms.say(TEMPERATURE, sensor(), retain=True)
    wait_until(lambda: rooms.devices()["hall-node"].standing is Standing.ADMITTED)
    assert list(rooms.devices()) == ["hall-node"]


def test_availability_of_zigbee2mqtt_needs_bridge_and_device(rooms: Rooms, wait_until: Wait) -> None:
    """Mode all: only the bridge online is not there (golden table, ``reference/iot-conventions.md`` 1.6)."""
    said = sensor(
        state_topic="zigbee2mqtt/Hall",
        value_template="{{ value_json.temperature }}",
        availability=[
            {"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"},
            {"topic": "zigbee2mqtt/Hall/availability", "value_template": "{{ value_json.state }}"},
        ],
        availability_mode="all",
        device={"identifiers": ["zigbee2mqtt_0x1"], "name": "Hall"},
    )
    rooms.say("homeassistant/sensor/0x1/temperature/config", said, retain=True, by="zigbee2mqtt")
    wait_until(lambda: rooms.hears(1))
    rooms.say("zigbee2mqtt/bridge/state", {"state": "online"}, retain=True)
    rooms.say("zigbee2mqtt/Hall/availability", {"state": "online"}, retain=True)
    wait_until(lambda: [one.available for one in rooms.devices().values()] == [True])
    rooms.say("zigbee2mqtt/bridge/state", {"state": "offline"}, retain=True)
    wait_until(lambda: [one.available for one in rooms.devices().values()] == [False])
    rooms.say("zigbee2mqtt/Hall", {"temperature": 21.35})
    wait_until(rooms.latest)
    assert rooms.latest()["Temperature"].value == 21.35


def test_a_kept_value_is_restored_and_a_live_one_takes_its_place(plain: Rooms, wait_until: Wait) -> None:
    """Nobody knows from when a kept value is; it is no sign of life either."""
    plain.say(TEMPERATURE, sensor(), retain=True)
    plain.say(STATE, "19.5", retain=True)
    plain.open()
    wait_until(plain.latest)
    assert plain.latest()["Temperature"].quality is Quality.RESTORED
    assert plain.devices()["hall-node"].heard_at is None
    plain.clock.forward(1)
    plain.say(STATE, "20")
    wait_until(lambda: plain.latest()["Temperature"].quality is Quality.LIVE)
    assert plain.devices()["hall-node"].heard_at == START + timedelta(seconds=1)


def test_after_a_restart_last_seen_is_what_it_was(plain: Rooms, wait_until: Wait) -> None:
    """What the broker kept and we know already is no newer for being told again."""
    plain.open()
    plain.say(TEMPERATURE, sensor(expire_after=600), retain=True)
    wait_until(lambda: plain.hears(1))
    plain.say(STATE, "20", retain=True)
    wait_until(plain.latest)
    before, seen = plain.latest(), plain.devices()
    plain.close()
    plain.clock.forward(300)
    plain.open()
    plain.settle()
    assert (plain.latest(), plain.devices()) == (before, seen)
    plain.clock.forward(299)
    plain.settle()
    assert plain.latest()["Temperature"].quality is Quality.LIVE
    plain.clock.forward(2)
    wait_until(lambda: plain.latest()["Temperature"].quality is Quality.STALE)
    assert plain.latest()["Temperature"].value == 20


def test_a_value_grows_old_once_and_only_an_accepted_one_refreshes_it(plain: Rooms, wait_until: Wait) -> None:
    """Better than Home Assistant, where any junk keeps an old value alive."""
    plain.open()
    plain.say(TEMPERATURE, sensor(expire_after=60), retain=True)
    wait_until(lambda: plain.hears(1))
    plain.say(STATE, "20")
    wait_until(plain.latest)
    plain.clock.forward(40)
    plain.say(STATE, "junk")
    plain.settle()
    plain.clock.forward(21)
    wait_until(lambda: plain.latest()["Temperature"].quality is Quality.STALE)
    stored = plain.door.counts["readings"]
    plain.clock.forward(100)
    plain.settle()
    assert plain.door.counts["readings"] == stored
    plain.say(STATE, "21")
    wait_until(lambda: plain.latest()["Temperature"].quality is Quality.LIVE)


def test_a_motion_goes_off_by_itself(plain: Rooms, wait_until: Wait) -> None:
    """``off_delay``: such sensors never say off."""
    plain.open()
    said = sensor(device_class="motion", unit_of_measurement=None, off_delay=30, name="Motion")
    plain.say("homeassistant/binary_sensor/hall-node/motion/config", said, retain=True)
    wait_until(lambda: plain.hears(1))
    plain.say(STATE, "ON")
    wait_until(lambda: "Motion" in plain.latest() and plain.latest()["Motion"].text == "on")
    plain.clock.forward(31)
    wait_until(lambda: plain.latest()["Motion"].text == "off")


def test_a_press_that_the_broker_had_kept_did_not_happen_now(plain: Rooms, wait_until: Wait) -> None:
    """A ghost of last week must not bring tea."""
    said: dict[str, object] = {
        "event_types": ["pressed"],
        "unique_id": "b",
        "name": "Button",
        "state_topic": "hall-node/button",
    }
    said |= {"device": {"identifiers": ["hall-node"]}}
    plain.say("homeassistant/event/hall-node/button/config", said, retain=True)
    plain.say("hall-node/button", {"event_type": "pressed"}, retain=True)
    plain.open()
    wait_until(lambda: plain.hears(1))
    plain.settle()
    assert not plain.latest()
    plain.say("hall-node/button", {"event_type": "pressed"})
    wait_until(plain.latest)
    assert plain.latest()["Button"].text == "pressed"


def test_the_hub_says_that_it_is_there_after_it_listens(plain: Rooms, wait_until: Wait) -> None:
    """Home Assistant's birth message: devices tell their states again, so somebody must hear them."""
    plain.sensor("hall-node")
    plain.open()
    wait_until(lambda: plain.heard)
    plain.close()
    wait_until(lambda: len(plain.heard) == 2)
    assert [(one.topic, one.payload, one.retained) for one in plain.heard] == [
        ("homeassistant/status", b"online", False),
        ("homeassistant/status", b"stopping", False),
    ]


def test_after_the_broker_died_everything_is_heard_again(plain: Rooms, wait_until: Wait) -> None:
    """A broker that lost its memory: subscriptions come back without anybody's help."""
    plain.open()
    plain.say(TEMPERATURE, sensor(), retain=True)
    wait_until(lambda: plain.hears(1))
    os.kill(plain.broker.pid or 0, signal.SIGKILL)
    link = plain.link
    assert link is not None
    wait_until(lambda: not link.connected)
    wait_until(lambda: link.connected and plain.links["hall-node"].connected)
    plain.say(STATE, "21")
    wait_until(lambda: plain.latest().get("Temperature"))


def test_a_device_that_was_refused_is_never_read(rooms: Rooms, wait_until: Wait) -> None:
    """Nor when it announces itself anew."""
    rooms.say(TEMPERATURE, sensor(), retain=True)
    wait_until(lambda: rooms.hears(1))
    decide_on(rooms.store, "hall-node", Standing.REFUSED)
    rooms.clock.forward(2)
    wait_until(lambda: rooms.hears(0))
    rooms.say(TEMPERATURE, b"", retain=True)
    rooms.settle()
    rooms.say(TEMPERATURE, sensor(name="Again"), retain=True)
    rooms.settle()
    assert rooms.devices()["hall-node"].standing is Standing.REFUSED
    assert rooms.door.listened["points"] == 0


def test_a_tasmota_plug_and_a_shelly_are_there_as_they_come_out_of_the_box(plain: Rooms, wait_until: Wait) -> None:
    """Their own announcements are translated; then their values come by the ordinary way, each once."""
    plain.open(translators=(TasmotaTranslator(), ShellyTranslator()))
    names: dict[str, object] = {
        "t": "plug-7",
        "ft": "%prefix%/%topic%/",
        "tp": ["cmnd", "stat", "tele"],
        "hn": "plug-7",
    }
    words: dict[str, object] = {
        "dn": "Plug",
        "md": "Sonoff",
        "sw": "14",
        "mac": "DC4F220848A2",
        "onln": "Online",
        "ofln": "Offline",
    }
    lists: dict[str, object] = {
        "state": ["OFF", "ON", "TOGGLE", "HOLD"],
        "rl": [],
        "swc": [],
        "btn": [],
        "so": {},
        "fn": ["Plug"],
    }
    found = json.dumps(names | words | lists).encode()
    plain.say("tasmota/discovery/DC4F220848A2/config", found, retain=True, by="plug-7")
    example = json.dumps({"sn": {"Time": "2026-05-04T09:00:00", "ENERGY": {"Power": 5}}}).encode()
    plain.say("tasmota/discovery/DC4F220848A2/sensors", example, retain=True, by="plug-7")
    wait_until(plain.devices)
    device = next(iter(plain.devices().values()))
    assert (device.publisher, device.maker, device.standing) == ("plug-7", "Tasmota", Standing.QUARANTINED)
    decide_on(plain.store, device.id, Standing.ADMITTED)
    plain.clock.forward(2)
    wait_until(lambda: plain.door.listened["points"] >= 1 and plain.hears(int(plain.door.listened["points"])))
    plain.say("tele/plug-7/SENSOR", {"ENERGY": {"Power": 42}})
    wait_until(lambda: any(one.value == 42 for one in plain.latest().values()))
    plain.say("tele/plug-7/LWT", "Online", retain=True)
    wait_until(lambda: plain.devices()[device.id].available)


def test_a_press_that_the_broker_sends_twice_is_one_press(plain: Rooms, wait_until: Wait) -> None:
    """A Shelly's events are what its translator hears and what its button says: two filters, one message."""
    plain.open(translators=(ShellyTranslator(),))
    node = "hall-node"
    press = {"component": "input:0", "id": 0, "event": "single_push", "ts": 1777885200.1}
    said: dict[str, object] = {"src": "shellyplusi4-a8032ab12345", "dst": f"{node}/events", "method": "NotifyEvent"}
    said |= {"params": {"ts": 1777885200.1, "events": [press]}}
    plain.say(f"{node}/events/rpc", said)
    wait_until(lambda: plain.door.listened["points"] >= 1 and plain.hears(int(plain.door.listened["points"])))
    plain.settle()
    stored = plain.door.counts["readings"]
    for turn in range(3):
        plain.clock.forward(1)
        plain.say(f"{node}/events/rpc", said | {"params": {"ts": 1777885201.1 + turn, "events": [press]}})
    plain.settle()
    wait_until(lambda: plain.door.counts["readings"] >= stored + 3)
    assert plain.door.counts["readings"] == stored + 3


def test_a_kiosk_of_ours_is_watched_like_any_device_under_its_own_name(plain: Rooms, wait_until: Wait) -> None:
    """It announces itself as others do, is trusted from the start, and may name the hub's state beside its own."""
    plain.open()
    plate = Nameplate(site=SITE, device="kiosk-1", name="Kiosk 1", model="pi", software="1")
    heat = Entity(key="cpu_c", name="CPU", device_class="temperature", unit="°C", state_class="measurement")
    topic_, payload = announce(plate, [heat])
    plain.say(topic_, payload, retain=True, by="kiosk-1")
    wait_until(lambda: plain.hears(1))
    assert plain.devices()["kiosk-1"].standing is Standing.ADMITTED
    plain.say(topic(SITE, "kiosk-1", Leaf.TELE), {"readings": {"cpu_c": 51.5}}, by="kiosk-1")
    wait_until(plain.latest)
    assert plain.latest()["CPU"].value == 51.5


def test_the_flat_battery_of_a_pager_is_a_condition(plain: Rooms, wait_until: Wait) -> None:
    """It announces its battery as our pagers do; nobody finds out only when a call is not felt."""
    plain.open()
    plate = Nameplate(site=SITE, device="kiosk-1", name="pager", model="pager", software="1")
    plain.say(*announce(plate, [BATTERY, SIGNAL]), retain=True, by="kiosk-1")
    wait_until(lambda: plain.hears(2))

    def low() -> bool:
        plain.clock.forward(60)
        plain.say(topic(SITE, "kiosk-1", Leaf.TELE), {"readings": {"battery": 9, "signal": -60}}, by="kiosk-1")
        with plain.store.read() as tx:
            return any(one.cause is Cause.TOO_LOW for one in tx.conditions.open())

    wait_until(low)


def test_a_sensor_that_goes_away_is_a_condition(rooms: Rooms, wait_until: Wait) -> None:
    """What devices say of themselves reaches the watch over the rooms, in the same transaction."""
    with rooms.store.write() as tx:
        tx.meetings.save_room(Room(key="jade", name=Words("翡翠厅", "Jade Hall")))
        tx.feed.touch([("room", "jade")])
    rooms.clock.forward(2)
    rooms.settle()
    said = {"identifiers": ["hall-node"], "suggested_area": "Jade Hall"}
    rooms.say(TEMPERATURE, sensor(device=said, availability_topic="hall-node/status"), retain=True)
    wait_until(lambda: rooms.hears(1))
    assert rooms.devices()["hall-node"].room == "jade"
    rooms.clock.forward(2)
    rooms.say("hall-node/status", "offline", retain=True)
    wait_until(lambda: rooms.devices()["hall-node"].available is False)

    def away() -> bool:
        rooms.clock.forward(5)
        with rooms.store.read() as tx:
            return any(one.subject == "hall-node" for one in tx.conditions.open())

    wait_until(away)


def test_a_device_that_came_before_its_room_stands_in_it_once_the_house_has_it(rooms: Rooms, wait_until: Wait) -> None:
    """A house is wired up before its rooms are imported; what a technician took out of a room stays out."""
    rooms.say(TEMPERATURE, sensor(device=IN_JADE), retain=True)
    wait_until(lambda: rooms.hears(1))
    assert rooms.devices()["hall-node"].room is None
    _import_jade(rooms, "翡翠厅")
    assert rooms.devices()["hall-node"].room == "jade"
    with rooms.store.write() as tx:
        place_device(tx, "hall-node", Place(called="Node"), acting())
    _import_jade(rooms, "翡翠大厅")
    assert (rooms.devices()["hall-node"].room, rooms.devices()["hall-node"].called) == (None, "Node")


def test_a_device_that_comes_right_after_its_room_stands_in_it(rooms: Rooms, wait_until: Wait) -> None:
    """Before the door has looked again what others changed."""
    _import_jade(rooms, "翡翠厅")
    rooms.say(TEMPERATURE, sensor(device=IN_JADE), retain=True)
    wait_until(rooms.devices)
    assert rooms.devices()["hall-node"].room == "jade"


IN_JADE = {"identifiers": ["hall-node"], "suggested_area": "Jade Hall"}


def _import_jade(rooms: Rooms, name: str) -> None:
    with rooms.store.write() as tx:
        import_venue(tx, VenueFile(rooms=(Room(key="jade", name=Words(name, "Jade Hall")),)), acting())
