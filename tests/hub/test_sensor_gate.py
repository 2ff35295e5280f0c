"""Another maker's device is thrown out at a real broker: at once, with all that the broker kept, and it stays out."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from devices.contract.topics import ROOMS
from devices.link import MqttLink
from devices.ports import Received
from hub.broker_files import sensor_file
from hub.domain.field_devices import FieldDevice, Point, Standing
from hub.ports import Store
from hub.sensor_gate import SensorGate, kept_of
from hub.usecases.acting import Deciding
from hub.usecases.place_device import Place, admit_device, throw_out_device
from hub.web.watch import FeedWatch
from tests.hub.build import T0, furnished
from tests.hub.secured import Secured, WaitUntil

pytestmark = pytest.mark.broker

WITHIN_S = 1.0
"""The promise, and the only figure here that is judged by a clock."""

PLUG = FieldDevice(
    id="plug-7", publisher="plug-7", identity="plug-7", name="Plug", standing=Standing.ADMITTED, announced_at=T0
)
CONFIG, STATE, THERE = "homeassistant/sensor/plug-7-power/config", "plug-7/sensor/power/state", "plug-7/status"
POWER = Point(
    id="plug-7.power",
    device="plug-7",
    key="power",
    component="sensor",
    name="power",
    topic=CONFIG,
    config={"state_topic": STATE, "availability": [{"topic": THERE}]},
)
WHO = Deciding(actor="Li Wei", at=T0, ids=lambda: "id")


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Give a house with one plug that is watched."""
    with furnished(sqlite_store).write() as tx:
        tx.field_devices.save(PLUG)
        tx.field_devices.save_points([POWER])
    return sqlite_store


@pytest.fixture
def watch(store: Store) -> Iterator[FeedWatch]:
    """Watch the feed, as the hub does."""
    made = FeedWatch(store)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def gate(secured: Secured, store: Store, watch: FeedWatch) -> Iterator[SensorGate]:
    """Keep the broker in step with the register."""
    made = SensorGate(store, secured.broker, watch.wait)
    yield made
    made.stop()


def plugged(secured: Secured, name: str = "plug-7") -> MqttLink:
    """Connect as a plug does, with its password."""
    password = secured.broker.password(name)
    return secured.connected(
        name, None, tls_ca=None, port=secured.broker.port, username=name, password=password, state_topic=""
    )


def kept(secured: Secured, wait_until: WaitUntil, *more: str) -> set[str]:
    """Return which topics of the plug the broker keeps; a message of our own comes after all that it kept."""
    heard: list[Received] = []
    mark = "homeassistant/status"
    rooms = secured.connected(
        ROOMS,
        None,
        heard.append,
        tls_ca=None,
        port=secured.broker.port,
        username=ROOMS,
        password=secured.broker.secrets(ROOMS).password,
        state_topic="",
        subscriptions=tuple((name, 1) for name in (CONFIG, STATE, THERE, *more, mark)),
    )
    rooms.publish(mark, b"end of what was kept")
    wait_until(lambda: any(each.topic == mark for each in heard))
    rooms.stop()
    return {each.topic for each in heard} - {mark}


def throw_out(store: Store, watch: FeedWatch) -> None:
    """Do what a technician does on the page."""
    with store.write() as tx:
        throw_out_device(tx, "plug-7", WHO)
    watch.nudge()


def test_a_plug_is_out_within_a_second_with_all_that_the_broker_kept_of_it(
    secured: Secured, store: Store, gate: SensorGate, watch: FeedWatch, wait_until: WaitUntil
) -> None:
    """Announcement, state, availability; its password is gone from the disk. The quickest of some counts."""
    gate.start()
    took = []
    for _ in range(3):
        plug = plugged(secured)
        for name in (CONFIG, STATE, THERE):
            plug.publish(name, b"{}", retain=True)
        assert kept(secured, wait_until) == {CONFIG, STATE, THERE}
        old = secured.broker.password("plug-7")
        began = time.monotonic()
        throw_out(store, watch)
        wait_until(lambda plug=plug: not plug.connected)  # type: ignore[misc]
        took.append(time.monotonic() - began)
        wait_until(lambda plug=plug: "Not authorized" in plug.problem)  # type: ignore[misc]
        wait_until(lambda: not sensor_file(secured.broker._folder, "plug-7").exists())
        plug.stop()
        assert kept(secured, wait_until) == set()
        with store.write() as tx:
            admit_device(tx, "plug-7", Place(), WHO)
        watch.nudge()
        wait_until(lambda: sensor_file(secured.broker._folder, "plug-7").exists())
        assert secured.broker.password("plug-7") != old, "whoever has the old one stays out"
    assert min(took) < WITHIN_S


def test_a_hub_that_was_killed_after_the_tap_makes_it_good(
    secured: Secured, store: Store, gate: SensorGate, watch: FeedWatch, wait_until: WaitUntil
) -> None:
    """The next start finds who was thrown out in the database, and nobody else is disturbed."""
    kiosk = secured.connected("kiosk-2", secured.papers("kiosk-2").file)
    plug = plugged(secured)
    plug.publish(THERE, b"online", retain=True)
    throw_out(store, watch)
    assert plug.connected, "nobody has told the broker yet"
    assert gate.turn() == 1
    wait_until(lambda: "Not authorized" in plug.problem)
    assert kept(secured, wait_until) == set()
    assert gate.turn() == 0, "once is enough"
    again = SensorGate(store, secured.broker, watch.wait)
    again.turn()
    assert not sensor_file(secured.broker._folder, "plug-7").exists()
    assert kiosk.connected


def test_the_topics_are_those_that_it_announced() -> None:
    """Its commands too, for somebody may have left one there."""
    more = replace(POWER, config={**POWER.config, "command_topic": "plug-7/set", "unique_id": "x", "name": None})
    assert kept_of([more]) == sorted({CONFIG, STATE, THERE, "plug-7/set"})


def test_a_tasmota_leaves_nothing_behind(
    secured: Secured, store: Store, gate: SensorGate, watch: FeedWatch, wait_until: WaitUntil
) -> None:
    """Where it takes commands it may not speak: that must not keep the rest. It announces itself in its own words."""
    mac, state, there = "dc4f220848a2", "stat/plug-7/RESULT", "tele/plug-7/LWT"
    said = [f"tasmota/discovery/{mac.upper()}/{what}" for what in ("config", "sensors")]
    config = {"command_topic": "cmnd/plug-7/POWER", "state_topic": state, "availability_topic": there}
    plug = plugged(secured)
    with store.write() as tx:
        topic = f"homeassistant/device/tasmota-{mac}/config"
        tx.field_devices.save_points([replace(POWER, topic=topic, config=config)])
    for name in (state, there, *said):
        plug.publish(name, b"{}", retain=True)
    throw_out(store, watch)
    gate.turn()
    wait_until(lambda: "Not authorized" in plug.problem)
    assert kept(secured, wait_until, state, there, *said) == set()


def test_what_can_be_no_topic_keeps_nothing_there(
    secured: Secured, store: Store, gate: SensorGate, watch: FeedWatch, wait_until: WaitUntil
) -> None:
    """It names what it likes; at a wildcard, or half of the memory, the broker hangs up."""
    plug = plugged(secured)
    with store.write() as tx:
        odd = {"a_topic": "#", "b_topic": "a/+/b", "c_topic": "a" * 70_000, "d_topic": "kiosk-1/x", "e_topic": ""}
        tx.field_devices.save_points([replace(POWER, config={**odd, **POWER.config})])
    for name in (CONFIG, STATE, THERE):
        plug.publish(name, b"{}", retain=True)
    throw_out(store, watch)
    gate.turn()
    wait_until(lambda: "Not authorized" in plug.problem)
    assert kept(secured, wait_until) == set()


def test_a_name_that_nobody_can_have_at_the_broker_stops_no_other_from_being_thrown_out(
    secured: Secured, store: Store, gate: SensorGate, watch: FeedWatch, wait_until: WaitUntil
) -> None:
    """Any sensor may announce something under it, for a technician to throw out."""
    with store.write() as tx:
        tx.field_devices.save(replace(PLUG, id="odd-1", identity="odd", publisher="../Büro #1"))
        throw_out_device(tx, "odd-1", WHO)
    plug = plugged(secured)
    throw_out(store, watch)
    gate.turn()
    wait_until(lambda: "Not authorized" in plug.problem)
