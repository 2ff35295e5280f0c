"""The agent on a real broker: what it says, what it does when told, and what it does without anybody."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devices.announcing import Nameplate, announce
from devices.clock import SystemClock
from devices.contract import codec
from devices.contract.commands import Command, CommandKind, CommandResult, SwitchTo
from devices.contract.messages import (
    DeviceInfo,
    DeviceState,
    Heartbeat,
    Progress,
    Reply,
    Request,
    RequestAnswer,
    RequestKind,
    Status,
)
from devices.contract.topics import Leaf, announcement, topic
from devices.identity import Identity
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings
from devices.room.agent import Agent
from devices.room.keeper import Keeper
from hub.broker import Broker
from tests.conftest import SITE
from tests.devices.room.conftest import Ear
from tests.devices.room.instruments import LOST, Tool

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]
TELE, INFO, STATE, ACK, UP = (
    topic(SITE, "room-1", leaf) for leaf in (Leaf.TELE, Leaf.INFO, Leaf.STATE, Leaf.UP_ACK, Leaf.UP_REQUEST)
)
DISCOVERY = announcement("room-1")


class Room:
    """An agent with two tools, connected as ``room-1``."""

    def __init__(self, broker: Broker, *tools: Tool, **options: Any) -> None:  # noqa: ANN401 - Agent's own options
        clock = SystemClock()
        self.identity = Identity(SITE, "room-1", uuid7(), clock, uuid7)
        self.tools = tools or (Tool("lights"), Tool("air"))
        plate = Nameplate(site=SITE, device="room-1", name="Hall", model="room agent", software="test", area="Hall")
        self.found = 0
        self.agent = Agent(
            self.identity,
            plate,
            "hall",
            lambda changed: [Keeper(tool, clock.monotonic_ms, changed) for tool in self.tools],
            identify=self._identify,
            **({"every_s": 60.0} | options),
        )
        settings = LinkSettings(
            host="127.0.0.1",
            port=broker.port,
            client_id="room-1",
            username="room-1",
            password=broker.secrets("room-1").password,
            state_topic=STATE,
            presence=self.identity.presence,
            subscriptions=self.agent.subscriptions,
        )
        self.link = MqttLink(settings, self.agent.received, self.agent.connected)
        self.agent.attach(self.link)
        self.agent.start()
        self.link.start()

    def _identify(self) -> None:
        self.found += 1

    def stop(self) -> None:
        """Let go of everything."""
        for tool in self.tools:
            tool.go.set()
        self.agent.stop()
        self.link.stop()


Open = Callable[..., Room]


@pytest.fixture
def room(broker: Broker) -> Iterator[Open]:
    """Give a function that opens a room."""
    opened: list[Room] = []

    def make(*tools: Tool, **options: Any) -> Room:  # noqa: ANN401 - Agent's own options
        opened.append(Room(broker, *tools, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.stop()


def readings(ear: Ear) -> dict[str, object]:
    """Return what the agent said last."""
    beats = [codec.decode(payload, Heartbeat).readings for payload in ear.on(TELE)]
    return dict(beats[-1] or {}) if beats else {}


def order(ear: Ear, kind: CommandKind = CommandKind.SWITCH, **fields: Any) -> str:  # noqa: ANN401 - any field
    """Let the hub tell the agent something; returns the command's id."""
    retain = fields.pop("retain", False)
    stamp: dict[str, Any] = {"id": uuid7(), "ts": datetime.now(UTC), "boot": uuid7(), "seq": 1}
    command = Command(**(stamp | {"which": "lights", "to": SwitchTo.ON} | fields), kind=kind)
    ear.hub.publish(topic(SITE, "room-1", Leaf.DOWN_COMMAND), codec.encode(command), retain=retain)
    return command.id


def result(ear: Ear, command: str) -> CommandResult | None:
    """Return what became of a command."""
    results = [codec.decode(payload, CommandResult) for payload in ear.on(ACK)]
    return next((one for one in results if one.command == command), None)


def test_an_agent_says_that_it_is_there_what_it_is_and_what_it_reads(ear: Ear, room: Open, wait_until: Wait) -> None:
    """Presence and info are kept by the broker; readings come at once and not after a minute."""
    opened = room()
    wait_until(lambda: readings(ear) == {"lights": 1.0, "lights_problem": "off", "air": 1.0, "air_problem": "off"})
    info = codec.decode(ear.on(INFO)[-1], DeviceInfo)
    assert (info.kind, info.room) == ("room", "hall")
    assert info.capabilities == ("identify", "switch:lights", "switch:air")
    state = codec.decode(ear.on(STATE)[-1], DeviceState)
    assert (state.status, state.boot) == (Status.ONLINE, opened.identity.boot)


def test_an_agent_whose_network_is_cut_is_said_to_be_away_by_its_own_will(
    ear: Ear, room: Open, wait_until: Wait
) -> None:
    """With the boot of this run, so that a late will takes nobody away."""
    opened = room()
    boot = opened.identity.boot
    wait_until(lambda: ear.on(STATE))
    opened.link._connection._client.socket().close()  # type: ignore[union-attr]

    def offline() -> bool:
        states = [codec.decode(payload, DeviceState) for payload in ear.on(STATE)]
        return any((one.status, one.boot) == (Status.OFFLINE, boot) for one in states)

    wait_until(offline)


def test_one_instrument_that_hangs_or_fails_does_not_stop_the_others(ear: Ear, room: Open, wait_until: Wait) -> None:
    """A projector that never answers must not cost the room its temperature."""
    stuck, broken, well = Tool("stuck"), Tool("broken"), Tool("well")
    stuck.go.clear()
    broken.problem = LOST
    room(stuck, broken, well, every_s=0.1)
    well.value = 7.0
    wait_until(
        lambda: (
            readings(ear)
            == {
                "stuck": None,
                "stuck_problem": "off",
                "broken": None,
                "broken_problem": "on",
                "well": 7.0,
                "well_problem": "off",
            }
        )
    )


def test_an_agent_announces_itself_unasked_and_takes_back_what_it_has_no_more(
    ear: Ear, room: Open, wait_until: Wait
) -> None:
    """A Home Assistant on the broker sees it; what a technician has taken out disappears there."""
    opened = room(Tool("old"), Tool("air"))
    wait_until(lambda: ear.on(DISCOVERY))
    points = json.loads(ear.on(DISCOVERY)[-1])["cmps"]
    assert set(points) == {"old", "old_problem", "air", "air_problem", "cpu", "online"}
    opened.stop()
    told = len(ear.on(DISCOVERY))
    room(Tool("air"))
    wait_until(lambda: len(ear.on(DISCOVERY)) == told + 2)
    removing, clean = (json.loads(payload)["cmps"] for payload in ear.on(DISCOVERY)[-2:])
    assert (removing["old"], removing["old_problem"]) == ({"p": "sensor"}, {"p": "binary_sensor"})
    assert set(clean) == {"air", "air_problem", "cpu", "online"}


def test_an_agent_that_shall_not_announce_itself_takes_its_announcement_back(
    ear: Ear, room: Open, wait_until: Wait
) -> None:
    """An empty retained message is how a broker forgets."""
    opened = room()
    wait_until(lambda: ear.on(DISCOVERY))
    opened.stop()
    room(discovery=False)
    wait_until(lambda: ear.on(DISCOVERY)[-1] == b"")


@pytest.mark.parametrize("to", list(SwitchTo))
def test_a_command_is_obeyed_once_and_answered_with_what_is_so(
    ear: Ear, room: Open, wait_until: Wait, to: SwitchTo
) -> None:
    """Told twice under one id, it is done once: a cycled projector must not be cycled again."""
    opened = room()
    wait_until(lambda: readings(ear).get("lights") == 1.0)
    command = order(ear, to=to)
    order(ear, to=to, id=command)
    wait_until(lambda: result(ear, command))
    found = result(ear, command)
    assert found is not None
    assert found.ok
    assert found.readings == {"lights": to.value, "lights_problem": "off"}
    order(ear, which="air", to=SwitchTo.OFF)
    wait_until(lambda: len(opened.tools[1].told) == 1)
    assert len(opened.tools[0].told) == 1
    wait_until(lambda: readings(ear)["lights"] == to.value)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"which": "curtain"}, "unknown_which"),
        ({"which": None, "to": None}, "incomplete"),
        ({"kind": CommandKind.SET_POINT, "which": "lights", "celsius": 22.0}, "unknown_which"),
        ({"kind": CommandKind.SCREENSHOT, "which": None}, "unknown_command"),
        ({"ts": datetime.now(UTC) - timedelta(minutes=5)}, "late"),
    ],
)
def test_a_command_that_cannot_be_obeyed_is_refused_with_the_reason(
    ear: Ear, room: Open, wait_until: Wait, fields: dict[str, Any], reason: str
) -> None:
    """Nothing is switched, and the technician's page says why."""
    opened = room()
    wait_until(lambda: readings(ear))
    command = order(ear, **fields)
    wait_until(lambda: (said := result(ear, command)) and said.reason == reason)
    assert opened.tools[0].told == []


def test_a_command_that_the_broker_had_kept_is_a_ghost(ear: Ear, room: Open, wait_until: Wait) -> None:
    """It would switch the light at every connection (Tasmota's ghost switching)."""
    order(ear, retain=True)
    opened = room()
    wait_until(lambda: readings(ear))
    live = order(ear)
    wait_until(lambda: result(ear, live))
    assert [told.id for told in opened.tools[0].told] == [live]


def test_a_command_of_a_kind_from_the_future_is_refused_by_its_name(ear: Ear, room: Open, wait_until: Wait) -> None:
    """A newer hub learns it from the answer."""
    room()
    wait_until(lambda: readings(ear))
    name = uuid7()
    future = {"v": 1, "id": name, "ts": "2026-12-31T00:00:00Z", "boot": uuid7(), "seq": 1, "kind": "dance"}
    ear.hub.publish(topic(SITE, "room-1", Leaf.DOWN_COMMAND), json.dumps(future).encode())
    wait_until(lambda: (said := result(ear, name)) and said.reason == "unknown_command")


def test_a_device_that_is_to_be_found_shows_itself(ear: Ear, room: Open, wait_until: Wait) -> None:
    """Somebody stands in the room with five boxes."""
    opened = room()
    wait_until(lambda: readings(ear))
    command = order(ear, CommandKind.IDENTIFY, which=None, to=None)
    wait_until(lambda: (said := result(ear, command)) and said.ok)
    assert opened.found == 1


def test_a_button_asks_until_the_hub_answers_and_only_once(ear: Ear, room: Open, wait_until: Wait) -> None:
    """Pressed three times in impatience it is one wish, and it names the room."""
    opened = room()
    for _ in range(3):
        opened.agent.ask(RequestKind.TEA)
    wait_until(lambda: len(ear.on(UP)) >= 2)
    asked = [codec.decode(payload, Request) for payload in ear.on(UP)]
    assert {(one.kind, one.room, one.id) for one in asked} == {(RequestKind.TEA, "hall", asked[0].id)}
    answer = RequestAnswer(id=asked[0].id, progress=Progress.TAKEN)
    stamp: dict[str, Any] = {"id": uuid7(), "ts": datetime.now(UTC), "boot": uuid7(), "seq": 1}
    reply = Reply(**stamp, incarnation=uuid7(), replies=(), requests=(answer,))
    ear.hub.publish(topic(SITE, "room-1", Leaf.DOWN_REPLY), codec.encode(reply))
    wait_until(lambda: not opened.agent._wishes._waiting)


def test_what_a_button_asked_while_the_broker_was_away_is_asked_when_it_is_back(
    broker: Broker, ear: Ear, room: Open, wait_until: Wait
) -> None:
    """Hours without a hub cost nothing but the hours."""
    opened = room()
    wait_until(lambda: readings(ear))
    broker.stop()
    wait_until(lambda: not opened.link.connected)
    opened.agent.ask(RequestKind.HELP)
    broker.start()
    wait_until(lambda: [codec.decode(payload, Request).kind for payload in ear.on(UP)][:1] == [RequestKind.HELP])
    assert len(opened.tools[0].told) == 0


def test_a_broker_that_has_forgotten_everything_is_told_again(
    broker: Broker, ear: Ear, room: Open, wait_until: Wait, tmp_path: Path
) -> None:
    """Its disk was changed: a Home Assistant that comes afterwards finds the room all the same."""
    opened = room()
    wait_until(lambda: ear.on(DISCOVERY))
    broker.stop()
    for kept in tmp_path.glob("broker/*.db"):
        kept.unlink()
    ear.heard.clear()
    broker.start()
    wait_until(lambda: ear.on(DISCOVERY))
    assert ear.on(DISCOVERY)[-1] == announce(opened.agent._plate, opened.agent._entities)[1]


def test_a_broker_that_has_kept_the_announcement_is_not_told_twice(ear: Ear, room: Open, wait_until: Wait) -> None:
    """Every listener would take it for news."""
    opened = room()
    wait_until(lambda: ear.on(DISCOVERY))
    opened.link.pause()
    wait_until(lambda: not opened.link.connected)
    opened.link.resume()
    wait_until(lambda: opened.link.connected and opened.agent._announce_at is None)
    command = order(ear)
    wait_until(lambda: result(ear, command))
    assert len(ear.on(DISCOVERY)) == 1


def test_hostile_bytes_leave_an_agent_alive(ear: Ear, room: Open, wait_until: Wait) -> None:
    """Whatever comes down, the next command is obeyed."""
    opened = room()
    wait_until(lambda: readings(ear))
    for leaf in (Leaf.DOWN_COMMAND, Leaf.DOWN_REPLY, Leaf.DOWN_ALERT):
        for payload in (b"", b"{", b"[" * 9000, b'{"v":1}', b"\xff", b"x" * 15_000):
            ear.hub.publish(topic(SITE, "room-1", leaf), payload)
    command = order(ear)
    wait_until(lambda: (said := result(ear, command)) and said.ok)
    assert opened.link.callback_errors == 0


def test_more_points_than_a_message_takes_are_told_at_the_start(broker: Broker) -> None:
    """Not in the night, one message after the other."""
    with pytest.raises(ValueError, match="at most 64"):
        Room(broker, *(Tool(f"tool_{number}") for number in range(33)))


def test_the_announcement_is_the_one_that_the_writer_makes(ear: Ear, room: Open, wait_until: Wait) -> None:
    """Published retained, with quality 1, as one device."""
    opened = room()
    wait_until(lambda: ear.on(DISCOVERY))
    assert ear.on(DISCOVERY)[-1] == announce(opened.agent._plate, opened.agent._entities)[1]
