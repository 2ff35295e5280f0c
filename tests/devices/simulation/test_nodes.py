"""Each simulated device speaks as its maker's do: what it says is read by what reads the real ones."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from devices.clock import SystemClock
from devices.contract import codec
from devices.contract.commands import Command, CommandKind, CommandResult, SwitchTo
from devices.contract.messages import DeviceInfo, Heartbeat, Status
from devices.identity import Identity
from devices.ids import uuid7
from devices.room.shelly import ShellyTranslator
from devices.room.tasmota import TasmotaTranslator
from devices.simulation.esphome import EspNode
from devices.simulation.nodes import Message, Node, Now, Wish
from devices.simulation.our_agent import OurAgent
from devices.simulation.physics import Room
from devices.simulation.points import points
from devices.simulation.shelly import ShellyPlug
from devices.simulation.tasmota import TasmotaPlug
from devices.simulation.zigbee2mqtt import ZigbeeGateway
from hub.discovery import PointReader, read_announcement

NOW = Now(datetime(2026, 12, 31, 1, 2, 3, tzinfo=UTC))
WARM = Room(celsius=23.456, ppm=812.4, projector_on=True, lamp_h=1.0, energy_wh=2_500.0)
ESP = EspNode("esp-hall", "3c71bf000001", "Hall", points(8))
ZIGBEE = ZigbeeGateway("zigbee2mqtt", ("hall", "annex"))
TASMOTA = TasmotaPlug("plug-hall", "A4CF12000001")
SHELLY = ShellyPlug("shellyplugsg3-b0b21c000002")
OURS = OurAgent(Identity("hall-a", "agent-hall", uuid7(), SystemClock(), uuid7), "hall", "Hall")


def announced(node: Node, rooms: int = 1) -> dict[str, PointReader]:
    """Return a reader for each point that a node announces, by its unique id."""
    said = list(node.hello(NOW)) + list(node.beat([WARM] * rooms, NOW))
    wire: dict[str, bytes] = {message.topic: message.payload for message in said}
    for translator in (TasmotaTranslator(), ShellyTranslator()):
        for message in said:
            wire |= translator.hear(message.topic, message.payload)
    found = {}
    for topic, payload in wire.items():
        if topic.startswith("homeassistant/"):
            for point in read_announcement(topic, payload, "homeassistant").points:
                found[point.unique_id] = PointReader(point.component, point.config)
    return found


def heard(node: Node, said: Iterable[Message], readers: Mapping[str, PointReader]) -> dict[str, float | str | None]:
    """Return what each point says after these messages."""
    found: dict[str, float | str | None] = {}
    for message in said:
        for unique, reader in readers.items():
            if message.topic in reader.state_topics:
                value = reader.hear_state(message.topic, message.payload, False, NOW.at)  # noqa: FBT003 - its own
                if value is not None:
                    found[unique] = value.text or value.value
    assert found, node.name
    return found


def values(node: Node, rooms: int = 1, room: Room = WARM) -> dict[str, float | str | None]:
    """Return what each point of a node says in a room."""
    return heard(node, node.beat([room] * rooms, NOW), announced(node, rooms))


def test_an_esphome_node_is_read_point_for_point() -> None:
    """Every sensor, in its unit, and the set-point."""
    found = values(ESP)
    assert len(found) == 9
    assert found["3c71bf000001-sensor-temperature"] == 23.46
    assert found["3c71bf000001-sensor-carbon_dioxide"] == 812
    assert found["3c71bf000001-sensor-tea_pot_weight"] == 1.8
    assert found["3c71bf000001-number-set_point"] == 22.0


def test_a_zigbee_gateway_speaks_for_a_sensor_in_each_room() -> None:
    """An empty battery says nothing at all."""
    found = values(ZIGBEE, rooms=2)
    assert found["0x00158d0000000001_temperature_zigbee2mqtt"] == 23.16
    assert found["0x00158d0000000000_battery_zigbee2mqtt"] == 96
    assert ZIGBEE.beat([replace(WARM, battery=0.0), WARM], NOW)[0].topic == "zigbee2mqtt/climate-annex"


def test_a_tasmota_plug_is_read_by_the_translator_of_real_ones() -> None:
    """Power and relay."""
    found = values(TASMOTA)
    assert 280.0 in found.values()
    assert "on" in found.values()


def test_a_shelly_plug_is_read_by_the_translator_of_real_ones() -> None:
    """Power and relay."""
    found = values(SHELLY)
    assert 280.0 in found.values()
    assert "on" in found.values()


def test_an_agent_of_ours_speaks_the_contract_and_announces_itself() -> None:
    """Word for word what the real one says."""
    assert values(OURS)["agent-hall_air_temperature"] == 23.46
    info, _ = OURS.hello(NOW)
    assert codec.decode(info.payload, DeviceInfo).capabilities == ("set_point:ac", "switch:projector")
    (beat,) = OURS.beat([WARM], NOW)
    readings = codec.decode(beat.payload, Heartbeat).readings
    assert readings is not None
    assert (readings["projector"], readings["lamp_problem"]) == ("on", "off")


@pytest.mark.parametrize("node", [ESP, ZIGBEE, TASMOTA, SHELLY, OURS])
def test_a_device_says_with_two_words_whether_it_is_there(node: Node) -> None:
    """Its will is what it says when it stops, for makers who know no third word."""
    online, offline = node.presence(Status.ONLINE), node.presence(Status.OFFLINE)
    assert online != offline
    readers = announced(node, 2 if node is ZIGBEE else 1).values()
    assert any(node.state_topic in reader.availability_topics for reader in readers)
    reader = next(one for one in readers if node.state_topic in one.availability_topics)
    for topic in reader.availability_topics:
        reader.hear_availability(
            topic, online if topic == node.state_topic else b'{"status":"online","state":"online"}'
        )
    assert reader.available is True
    reader.hear_availability(node.state_topic, offline)
    assert reader.available is False


def test_sensors_that_say_no_number_leave_the_points_unknown_or_as_they_were() -> None:
    """ESPHome says nan, Zigbee2MQTT null, ours null."""
    broken = Now(NOW.at, nan=True)
    readers = announced(ESP)
    numbers = [value for value in heard(ESP, ESP.beat([WARM], broken), readers).values() if isinstance(value, float)]
    assert not any(math.isnan(value) for value in numbers)
    assert b'"temperature": null' in ZIGBEE.beat([WARM, WARM], broken)[0].payload
    (beat,) = OURS.beat([WARM], broken)
    readings = codec.decode(beat.payload, Heartbeat).readings
    assert readings is not None
    assert readings["air_temperature"] is None


def call(method: str, **params: Any) -> bytes:  # noqa: ANN401 - any parameter
    """Write a remote call to a Shelly."""
    return json.dumps({"id": 1, "src": "hub", "method": method, "params": params}).encode()


@pytest.mark.parametrize(
    ("node", "topic", "payload", "wish"),
    [
        (ESP, "esp-hall/number/set_point/command", b"24.5", Wish(set_point=24.5)),
        (ESP, "esp-hall/number/set_point/command", b"99", None),
        (ESP, "esp-hall/number/set_point/command", b"warm", None),
        (TASMOTA, "cmnd/plug-hall/POWER", b"off", Wish(projector_on=False)),
        (TASMOTA, "cmnd/plug-hall/POWER1", b"ON", Wish(projector_on=True)),
        (TASMOTA, "cmnd/plug-hall/POWER", b"", None),
        (SHELLY, f"{SHELLY.name}/command/switch:0", b"off", Wish(projector_on=False)),
        (SHELLY, f"{SHELLY.name}/rpc", call("Switch.Set", id=0, on=True), Wish(projector_on=True)),
        (SHELLY, f"{SHELLY.name}/rpc", call("Shelly.Reboot"), None),
        (SHELLY, f"{SHELLY.name}/rpc", b"[" * 9_999, None),
    ],
)
def test_a_command_in_its_makers_words_is_understood(node: Node, topic: str, payload: bytes, wish: Wish | None) -> None:
    """And nothing else is."""
    assert node.hear(topic, payload, NOW) == wish


def command(kind: CommandKind, **fields: Any) -> bytes:  # noqa: ANN401 - any field
    """Write a command to our agent."""
    stamp: dict[str, Any] = {"id": uuid7(), "ts": NOW.at, "boot": uuid7(), "seq": 1}
    return codec.encode(Command(**stamp, kind=kind, **fields))


@pytest.mark.parametrize(
    ("payload", "wish", "reason"),
    [
        (command(CommandKind.SET_POINT, which="ac", celsius=25.0), Wish(set_point=25.0, ac_on=True), None),
        (command(CommandKind.SET_POINT, which="ac", celsius=39.0), Wish(), "out_of_range"),
        (command(CommandKind.SWITCH, which="projector", to=SwitchTo.OFF), Wish(projector_on=False), None),
        (command(CommandKind.SWITCH, which="curtain", to=SwitchTo.ON), Wish(), "unknown_which"),
        (command(CommandKind.SCREENSHOT), Wish(), "unknown_command"),
    ],
)
def test_our_agent_answers_a_command_with_what_the_room_has_become(
    payload: bytes, wish: Wish, reason: str | None
) -> None:
    """Or with the reason why not."""
    topic = "yingbin/v1/hall-a/agent-hall/down/command"
    assert OURS.hear(topic, payload, NOW) == wish
    room = replace(WARM, set_point=wish.set_point or 22.0, projector_on=wish.projector_on is not False)
    (answer,) = OURS.obeyed(topic, payload, room, NOW)
    result = codec.decode(answer.payload, CommandResult)
    assert (result.ok, result.reason) == (reason is None, reason)
    if wish.set_point and result.readings:
        assert result.readings["ac_set_point"] == wish.set_point
