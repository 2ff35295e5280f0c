"""Other makers' devices are told what to be, over a real broker, and have to report it (R155, R160)."""

from typing import Any

import pytest

from devices.contract.topics import DISCOVERY
from devices.link import MqttLink
from devices.ports import Received
from hub.domain.commands import CommandState
from hub.domain.field_devices import Point
from hub.usecases.command_point import command_point
from tests.hub.build import furnish
from tests.hub.sensors import Rooms, Wait
from tests.hub.usecases.working import Floor, by

pytestmark = pytest.mark.broker
CLIMATE = f"{DISCOVERY}/climate/hall-node/ac/config"
SET, SAYS = "hall-node/ac/set", "hall-node/ac/set_point"


def air(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any option
    """Return the announcement of an air conditioning that thinks in Fahrenheit."""
    return {
        "name": "AC",
        "unique_id": "hall-node-ac",
        "temperature_unit": "F",
        "temperature_command_topic": SET,
        "temperature_state_topic": SAYS,
        "min_temp": 60,
        "max_temp": 86,
        "device": {"identifiers": ["hall-node"], "name": "Hall node"},
    } | changes


@pytest.fixture
def rooms(plain: Rooms) -> Rooms:
    """Open the door on a broker that knows sensors, over a furnished store."""
    with plain.store.write() as tx:
        furnish(tx)
    plain.open()
    return plain


def announced(rooms: Rooms, wait_until: Wait) -> Point:
    """Announce the air conditioning, let it say that it keeps 72 °F, and return the point of its set-point."""
    rooms.say(CLIMATE, air(), retain=True)
    wait_until(lambda: any(point.component == "climate" for point in rooms.points().values()))
    wait_until(lambda: rooms.hears(1))
    rooms.say(SAYS, "72")
    wait_until(rooms.latest)
    return next(point for point in rooms.points().values() if point.component == "climate")


def listen(rooms: Rooms) -> tuple[MqttLink, list[Received]]:
    """Let the device hear its orders."""
    link = rooms.sensor("hall-node")
    link.listen({SET: 1})
    rooms.heard.clear()
    return link, rooms.heard


def tell(rooms: Rooms, point: Point, degrees: float) -> str:
    """Tell it what to keep, in degrees Celsius; returns the command."""
    with rooms.store.write() as tx:
        return command_point(tx, point.id, degrees, by("Chen", rooms.clock.now())).id


def state(rooms: Rooms, command: str) -> tuple[CommandState, str]:
    """Return how a command stands."""
    with rooms.store.read() as tx:
        found = tx.commands.get(command)
    assert found
    return found.state, found.problem


def pass_seconds(rooms: Rooms, seconds: int) -> None:
    """Let time pass for the house."""
    for _ in range(seconds):
        rooms.clock.forward(1)
        Floor(rooms.store).until(rooms.clock.now())


def test_a_device_is_told_in_its_own_unit_and_believed_when_it_reports(rooms: Rooms, wait_until: Wait) -> None:
    """24 °C is 75.2 °F on its wire; until it says so itself the command is on its way."""
    point = announced(rooms, wait_until)
    _, heard = listen(rooms)
    command = tell(rooms, point, 24.0)
    rooms.clock.forward(2)
    wait_until(lambda: [one.payload for one in heard if one.topic == SET] == [b"75.2"])
    pass_seconds(rooms, 2)
    assert state(rooms, command) == (CommandState.SENT, "")
    rooms.say(SAYS, "75.2")
    wait_until(lambda: abs((rooms.latest()["AC"].value or 0) - 24) < 0.01)
    pass_seconds(rooms, 2)
    assert state(rooms, command) == (CommandState.DONE, "")


def test_a_mute_device_has_failed_after_ten_seconds(rooms: Rooms, wait_until: Wait) -> None:
    """The order went out, once; nothing came back."""
    point = announced(rooms, wait_until)
    _, heard = listen(rooms)
    command = tell(rooms, point, 24.0)
    rooms.clock.forward(2)
    wait_until(lambda: [one for one in heard if one.topic == SET])
    pass_seconds(rooms, 10)
    assert state(rooms, command) == (CommandState.FAILED, "no_answer")
    assert len([one for one in heard if one.topic == SET]) == 1


def test_an_order_that_cannot_be_written_has_failed_at_once(rooms: Rooms, wait_until: Wait) -> None:
    """Its device was withdrawn in the moment it was told."""
    point = announced(rooms, wait_until)
    with rooms.store.write() as tx:
        command = command_point(tx, point.id, 24.0, by("Chen", rooms.clock.now())).id
        tx.field_devices.save_points([Point(**{**_fields(point), "config": {}})])
    rooms.clock.forward(2)
    wait_until(lambda: state(rooms, command) == (CommandState.FAILED, "no_command"))


def _fields(point: Point) -> dict[str, Any]:
    return {name: getattr(point, name) for name in Point.__dataclass_fields__}
