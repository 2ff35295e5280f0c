"""A simulated venue on a real broker: it speaks, obeys, and fails as it is told to."""

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from devices.__main__ import main
from devices.contract import codec
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.contract.messages import DeviceState, Heartbeat, Status
from devices.contract.topics import ROOMS, Leaf, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, Received
from devices.simulation.config import BrokerConfig, SimulationConfig
from devices.simulation.faults import FaultKind, read_fault
from devices.simulation.running import Running
from devices.simulation.wiring import NoPassword, build, hub_lines
from hub.broker import Broker, BrokerSettings
from hub.broker_files import Users
from tests.conftest import SITE

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]
CONFIG = SimulationConfig(site=SITE, rooms=3, sensors=4, rate=10)
AGENT = "agent-room-1"
SHELLY = "shellyplugsg3-b0b21c000002"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Give a broker that knows the simulated devices, from the lines that the simulation prints."""
    known = tomllib.loads(hub_lines(CONFIG))
    settings = BrokerSettings(
        tmp_path / "broker", SITE, tuple(known["agents"]), users=Users(sensors=tuple(known["sensors"]))
    )
    made = Broker(settings)
    made.start()
    yield made
    made.stop()


class Outside:
    """Who listens to everything, and a venue beside."""

    def __init__(self, broker: Broker, tmp_path: Path) -> None:
        self.broker = broker
        self.heard: list[Received] = []
        self.venue: Running | None = None
        self._config = replace(CONFIG, broker=BrokerConfig(port=broker.port, secrets=tmp_path / "broker"))
        self.rooms = self._link(ROOMS, "homeassistant/status", "#")
        self.hub = self._link("hub", topic(SITE, "hub", Leaf.STATE), f"yingbin/v1/{SITE}/+/up/#")

    def _link(self, name: str, state: str, filter_: str) -> MqttLink:
        settings = LinkSettings(
            host="127.0.0.1",
            port=self.broker.port,
            client_id=name,
            username=name,
            password=self.broker.secrets(name).password,
            state_topic=state,
            presence=lambda status: status.encode(),
            subscriptions=((filter_, 1),),
        )
        link = MqttLink(settings, self.heard.append)
        link.start()
        return link

    def open(self, *faults: str, **changes: Any) -> Running:  # noqa: ANN401 - any setting
        """Run a venue."""
        self.venue = build(replace(self._config, faults=faults, **changes))
        self.venue.start()
        return self.venue

    def on(self, where: str) -> list[bytes]:
        """Return what was said on a topic."""
        return [message.payload for message in list(self.heard) if message.topic == where]

    def said(self, where: str, word: bytes) -> bool:
        """Say whether this was said on a topic."""
        return word in self.on(where)

    def stop(self) -> None:
        """End everything."""
        if self.venue:
            self.venue.stop()
        self.rooms.stop()
        self.hub.stop()


@pytest.fixture
def outside(broker: Broker, tmp_path: Path, wait_until: Wait) -> Iterator[Outside]:
    """Give somebody outside."""
    made = Outside(broker, tmp_path)
    wait_until(lambda: made.rooms.connected and made.hub.connected)
    yield made
    made.stop()


def test_every_device_connects_says_that_it_is_there_announces_itself_and_speaks(
    outside: Outside, wait_until: Wait
) -> None:
    """Five makers, each in its own words, each with the password that the hub made for it."""
    venue = outside.open()
    wait_until(lambda: venue.connected == venue.size == 9)
    for where, word in (
        ("esp-room-1/status", b"online"),
        ("tele/plug-room-2/LWT", b"Online"),
        (f"{SHELLY}/online", b"true"),
        ("zigbee2mqtt/bridge/state", b'{"state": "online"}'),
    ):
        wait_until(partial(outside.said, where, word))
    for where in (
        "homeassistant/sensor/esp-room-3/temperature/config",
        "homeassistant/sensor/0x00158d0000000002/temperature/config",
        f"homeassistant/device/{AGENT}/config",
        "tasmota/discovery/A4CF12000001/config",
        f"{SHELLY}/status/sys",
        "zigbee2mqtt/climate-room-2",
        "tele/plug-room-2/SENSOR",
        f"{SHELLY}/events/rpc",
        topic(SITE, AGENT, Leaf.TELE),
    ):
        wait_until(partial(outside.on, where))
    assert venue.problems() == {}


def test_a_room_whose_wifi_drops_is_told_of_by_the_wills_of_its_devices_and_comes_back(
    outside: Outside, wait_until: Wait
) -> None:
    """The gateway, which is on a cable, and the other rooms stay."""
    venue = outside.open()
    wait_until(lambda: venue.connected == venue.size)
    status = topic(SITE, AGENT, Leaf.STATE)

    def states() -> list[Status]:
        return [codec.decode(payload, DeviceState).status for payload in outside.on(status)]

    venue.venue.order(replace(read_fault("wifi room-1"), lasts_s=venue.elapsed_s() + 2.0))
    wait_until(lambda: outside.on("esp-room-1/status")[-1:] == [b"offline"])
    wait_until(lambda: states()[-1:] == [Status.OFFLINE])
    assert Status.STOPPING not in states(), "a Wi-Fi that is gone says no goodbye"
    wait_until(lambda: outside.on("esp-room-1/status")[-1:] == [b"online"])
    wait_until(lambda: states()[-1:] == [Status.ONLINE])
    assert b"offline" not in outside.on("esp-room-2/status")
    assert outside.on("zigbee2mqtt/bridge/state") == [b'{"state": "online"}']


def values(outside: Outside, where: str) -> list[bytes]:
    """Return what a sensor said last, ten times."""
    return outside.on(where)[-10:]


def test_stuck_sensors_say_the_same_while_the_room_goes_on(outside: Outside, wait_until: Wait) -> None:
    """And go on themselves when they are well again."""
    venue = outside.open(speed=300.0)
    where = "esp-room-1/sensor/carbon_dioxide/state"
    wait_until(lambda: len(set(values(outside, where))) > 3)
    venue.venue.order(replace(read_fault("stuck room-1"), lasts_s=venue.elapsed_s() + 4.0))
    wait_until(lambda: len(values(outside, where)) == 10 and len(set(values(outside, where))) == 1)
    wait_until(lambda: len(set(values(outside, where))) > 3)


def test_sensors_that_measure_no_number_say_so(outside: Outside, wait_until: Wait) -> None:
    """Each in its maker's way."""
    outside.open("nan room-1")
    wait_until(lambda: b"nan" in outside.on("esp-room-1/sensor/temperature/state"))

    def ours() -> list[Any]:
        beats = [codec.decode(payload, Heartbeat) for payload in outside.on(topic(SITE, AGENT, Leaf.TELE))]
        return [beat.readings["air_temperature"] for beat in beats if beat.readings]

    wait_until(lambda: ours()[-1:] == [None])


def test_a_clock_that_is_20_years_behind_is_told_in_the_messages(outside: Outside, wait_until: Wait) -> None:
    """Of the device alone: the hub's own time is right."""
    outside.open("clock *")
    wait_until(lambda: outside.on("tele/plug-room-2/SENSOR"))
    said = json.loads(outside.on("tele/plug-room-2/SENSOR")[-1])["Time"]
    assert int(said[:4]) <= datetime.now(UTC).year - 19
    wait_until(lambda: outside.on(topic(SITE, AGENT, Leaf.TELE)))
    beat = codec.decode(outside.on(topic(SITE, AGENT, Leaf.TELE))[-1], Heartbeat)
    assert beat.ts.year <= datetime.now(UTC).year - 19


def warmer(outside: Outside, celsius: float = 25.0) -> str:
    """Tell our agent to keep another temperature; returns the command's id."""
    stamp: dict[str, Any] = {"id": uuid7(), "ts": datetime.now(UTC), "boot": uuid7(), "seq": 1}
    command = Command(**stamp, kind=CommandKind.SET_POINT, which="ac", celsius=celsius)
    outside.hub.publish(topic(SITE, AGENT, Leaf.DOWN_COMMAND), codec.encode(command))
    return command.id


def test_a_set_point_is_kept_confirmed_and_makes_the_room_warmer(outside: Outside, wait_until: Wait) -> None:
    """The answer is the room's own, and what follows is physics."""
    venue = outside.open(speed=60.0)
    wait_until(lambda: venue.connected == venue.size)
    before = venue.venue.room("room-1", venue.elapsed_s()).celsius
    command = warmer(outside)
    results = topic(SITE, AGENT, Leaf.UP_ACK)
    wait_until(lambda: outside.on(results))
    result = codec.decode(outside.on(results)[-1], CommandResult)
    assert (result.command, result.ok) == (command, True)
    assert result.readings is not None
    assert result.readings["ac_set_point"] == 25.0
    wait_until(lambda: venue.venue.room("room-1", venue.elapsed_s()).celsius > before + 1)
    wait_until(lambda: outside.on("esp-room-1/number/set_point/state")[-1:] == [b"25.0"])


def test_a_mute_device_neither_obeys_nor_answers(outside: Outside, wait_until: Wait) -> None:
    """As a real one whose program hangs while its connection lives."""
    venue = outside.open("mute room-1 1h")
    wait_until(lambda: venue.connected == venue.size)
    warmer(outside)
    said = len(outside.on(topic(SITE, AGENT, Leaf.TELE)))
    wait_until(lambda: len(outside.on(topic(SITE, AGENT, Leaf.TELE))) > said + 5)
    assert outside.on(topic(SITE, AGENT, Leaf.UP_ACK)) == []
    assert venue.venue.room("room-1", venue.elapsed_s()).set_point == 22.0


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("lamp room-1", lambda room: not room.lamp_ok),
        ("dry room-1", lambda room: room.pot.grams < 750),
        ("battery room-1", lambda room: room.battery < 50),
    ],
)
def test_what_breaks_in_a_room_breaks(
    outside: Outside, wait_until: Wait, fault: str, wrong: Callable[[Any], bool]
) -> None:
    """Once, and not again after it was mended."""
    venue = outside.open(fault, speed=60.0)
    wait_until(lambda: wrong(venue.venue.room("room-1", venue.elapsed_s())))
    assert venue.venue.wrong("room-2", venue.elapsed_s()) == set()
    assert FaultKind.WIFI not in venue.venue.wrong("room-1", venue.elapsed_s())


def test_a_dead_lamp_is_changed_when_the_fault_is_over(outside: Outside, wait_until: Wait) -> None:
    """As a technician would who swaps the projector."""
    venue = outside.open("lamp room-1 2s")
    wait_until(lambda: not venue.venue.room("room-1", venue.elapsed_s()).lamp_ok)
    wait_until(lambda: venue.venue.room("room-1", venue.elapsed_s()).lamp_ok)


def test_a_device_without_a_password_is_named_with_the_remedy(tmp_path: Path) -> None:
    """Nothing half connected."""
    with pytest.raises(NoPassword, match="esp-room-1"):
        build(replace(CONFIG, broker=BrokerConfig(port=1, secrets=tmp_path)))


def test_the_command_runs_a_venue_for_a_while_and_says_how_it_went(
    broker: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As somebody types it."""
    asked = ["simulate", "--rooms", "2", "--rate", "10", "--site", SITE, "--port", str(broker.port), "--for", "1.5"]
    assert main([*asked, "--secrets", str(tmp_path / "broker"), "--fault", "wifi room-2 1s"]) == 0
    assert "devices connected" in capsys.readouterr().out
    assert main([*asked, "--names"]) == 0
    assert 'agents = ["agent-room-1"]' in capsys.readouterr().out
    assert main([*asked, "--fault", "fire room-2"]) == 1
    assert "fire" in capsys.readouterr().err
